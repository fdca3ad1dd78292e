/** `sotto chat` as people use it, while UDP is blocked and works again. */
import { expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { type Running, Workplace } from '@sotto/cli/testing';
import { formatFingerprint } from '@sotto/client';
import { profileDirectory } from '@sotto/client/node';
import { seedAccounts, storeWithSession } from '../scenarios/support/accounts.ts';
import { type ServerProcess, startServer } from '../scenarios/support/server.ts';
import { needs } from '../services.ts';
import { both, EmulatedPath, FAR_ADDRESS } from './emulated/path.ts';
import { printFigure } from './session/print.ts';
import { MOBILE } from './session/stage.ts';

const SEED = 11;
const USER = 'alice';
const ASK_EVERY_MS = 10;
const BACK_ON_UDP_MAX_MS = 30_000;

setDefaultTimeout(180_000);

/** The transport that `/status` says the client is online over. */
async function statusOf(chat: Running): Promise<string | undefined> {
  const said = () =>
    [...chat.printed().matchAll(/^connection +online over (\w+)/gm)].map((match) => match[1]);
  const before = said().length;
  chat.write('/status');
  while (said().length === before) await Bun.sleep(ASK_EVERY_MS);
  return said().at(-1);
}

/** How long it takes until the client says that the session has moved there, in milliseconds. */
async function moved(chat: Running, transport: string): Promise<number> {
  const since = Date.now();
  await chat.line(`* Now over ${transport}.`);
  return Date.now() - since;
}

test.skipIf(needs('emulatedPath') === undefined)(
  'T17 T16 [PATH-7]: the line client says in /status which path it is on, goes on over TLS while UDP is blocked, and is back within 30 s after',
  async () => {
    await using stack = new AsyncDisposableStack();
    const path = stack.use(await EmulatedPath.open(SEED, both(MOBILE)));
    const place = new Workplace(path.inside('near'));
    stack.defer(() => place.close());
    const server = await serve(path, place);
    stack.defer(async () => void (await server.kill('SIGKILL')));
    const pin = formatFingerprint(server.trust.kind === 'pin' ? server.trust.sha256 : new Uint8Array());

    const at = ['--server', FAR_ADDRESS, '--transport', 'auto', '--pin', pin];
    const chat = place.start('chat', ...at, '--user', USER);
    await chat.line('* Signed in');
    expect(await statusOf(chat)).toBe('udp');

    await path.block('udp');
    chat.write('#lobby: said into the silence');
    printFigure('on TLS after the block', await moved(chat, 'tls'));
    expect(await statusOf(chat)).toBe('tls');
    await chat.line('[#lobby] alice: said into the silence');

    await path.block();
    const backMs = await moved(chat, 'udp');
    printFigure('back on UDP after its end', backMs);
    expect(backMs).toBeLessThan(BACK_ON_UDP_MAX_MS);
    expect(await statusOf(chat)).toBe('udp');
    chat.write('#lobby: over UDP again');
    await chat.line('[#lobby] alice: over UDP again');
    chat.end();
    const { code, errors } = await chat.finished();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  },
);

/** With a session of the user in the place that the command looks for it. */
async function serve(path: EmulatedPath, { directory }: Workplace): Promise<ServerProcess> {
  const data = join(directory, 'data');
  const [session] = await seedAccounts(data, [USER]);
  if (session === undefined) throw new Error('no session');
  const home = profileDirectory(join(directory, 'home'), FAR_ADDRESS, USER);
  await (await storeWithSession(home, session)).close();
  const inside = path.inside('far');
  return startServer({ directory: data, ports: 'standard', address: '0.0.0.0', inside });
}
