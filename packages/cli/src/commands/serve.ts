import { formatFingerprint } from '@sotto/client';
import { startServer } from '@sotto/server';
import { openLog } from '@sotto/server/logging';
import { openSite } from '@sotto/web/bundle';
import type { Arguments, Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { serverConfig, settingOptions } from '../server-settings.ts';
import { print, type System } from '../system.ts';

export const command: Command = {
  name: 'serve',
  summary: 'Run a server in the foreground.',
  positionals: [
    { name: 'ip', optional: true },
    { name: 'port', optional: true },
  ],
  options: settingOptions(),
  notes: [
    'ip    address to listen on (default 0.0.0.0, with --demo 127.0.0.1)\nport  of TLS, like --tls-port',
    'Each option is also a variable in the environment or in a file .env in the current directory; .env.sample lists them. A flag wins over the environment, the environment over the file.',
    'Prints a line for each transport, where browsers find the graphical client, the fingerprint that clients compare, and then "ready"; the log goes to standard error. On a server without accounts that others can reach, it also prints the code that the first account, the owner, registers with.',
  ],
  run: serve,
};

async function serve(args: Arguments, system: System): Promise<number> {
  const config = serverConfig(args, system, listenAt(args));
  const { log, close } = openLog(config.log, system.errors);
  try {
    const server = await startServer(config, log, { openSite });
    print(system, [
      ...server.endpoints.map(
        ({ transport, address, port }) => `listening ${transport} ${hostPort(address, port)}`,
      ),
      ...server.endpoints
        .filter(({ transport }) => transport === 'websocket')
        .map(({ address, port }) => `page https://${hostPort(nameFor(address), port)}/`),
      `fingerprint ${formatFingerprint(server.certificateSha256)}`,
      ...(server.ownerCode === undefined ? [] : [`owner code ${server.ownerCode}`]),
      'ready',
    ]);
    const failure = await Promise.race([left(system.leave), server.failed]);
    await server.stop();
    if (failure !== undefined) throw failure;
    return EXIT_CODES.ok.code;
  } finally {
    await close();
  }
}

/** What `[ip] [port]` say. */
function listenAt(args: Arguments): { address?: string; tlsPort?: string } {
  const [address, tlsPort] = [args.positional(0), args.positional(1)];
  if (tlsPort !== undefined && args.value('tls-port') !== undefined)
    throw new UsageError(`[port] "${tlsPort}" and --tls-port say the same thing; give one of them`);
  return { ...(address === undefined ? {} : { address }), ...(tlsPort === undefined ? {} : { tlsPort }) };
}

const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Browsers on this machine open nothing at an address that stands for all of them. */
const nameFor = (address: string): string =>
  address === '0.0.0.0' || address === '::' ? 'localhost' : address;

function left(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
