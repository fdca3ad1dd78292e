/** The real command on ports of its own: in a process of its own, which can be killed and started again, or in this one. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHere } from '@sotto/cli/testing';
import type { TrustPolicy } from '@sotto/client';

const CLI = join(import.meta.dir, '../../../packages/cli/src/main.ts');

export interface Ports {
  udp: number;
  quic: number;
  tls: number;
  websocket: number;
}

export interface Served {
  readonly ports: Ports;
  readonly output: string;
  /** The certificate that the data directory holds. */
  readonly trust: TrustPolicy;
}

export interface ServerProcess extends Served {
  readonly pid: number;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number>;
}

/** In this process: it cannot be killed, and everybody waits while a client computes. */
export interface ServerHere extends Served {
  stop(): Promise<number>;
}

export interface ServerOptions {
  directory: string;
  /** 0 takes free ones, and so does nothing; `standard` are those that clients try by themselves. */
  ports?: Ports | 'standard';
  /** 127.0.0.1 where nothing else is said. */
  address?: string;
  /** What goes before the command, to run it elsewhere. */
  inside?: readonly string[];
  /** Nothing is limited, unless `--limits on` is among them: tests do in seconds what people do in hours. */
  flags?: readonly string[];
  /** Beside that of this process. */
  environment?: Readonly<Record<string, string>>;
}

/** Resolves when it says `ready`; rejects with what it printed when it ends before. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { directory, inside = [], environment = {} } = options;
  const child = Bun.spawn([...inside, process.execPath, CLI, ...wordsOf(options)], {
    stdout: 'pipe',
    stderr: 'ignore',
    env: { ...process.env, NODE_ENV: 'production', ...environment },
  });
  let output = '';
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    if (/^ready$/m.test(output)) break;
  }
  if (!/^ready$/m.test(output)) throw new Error(`serve ended with ${await child.exited}: ${output}`);
  return {
    ...served(directory, output),
    pid: child.pid,
    kill: (signal) => {
      child.kill(signal);
      return child.exited;
    },
  };
}

/** The same in this process: where nobody kills it, since most of what a process does is to load the program. */
export async function serveHere(options: Omit<ServerOptions, 'inside'>): Promise<ServerHere> {
  const { directory, environment = {} } = options;
  const env = { ...process.env, ...environment };
  const server = startHere(wordsOf(options), { cwd: process.cwd(), env });
  await server.line('ready');
  return {
    ...served(directory, server.printed()),
    stop: async () => {
      server.leave();
      return (await server.finished()).code;
    },
  };
}

function wordsOf({ directory, address = '127.0.0.1', ports, flags = [] }: ServerOptions): string[] {
  const limits = flags.includes('--limits') ? [] : ['--limits', 'off'];
  return ['serve', address, '--data', directory, ...portFlags(ports), ...limits, ...flags];
}

const served = (directory: string, output: string): Served => ({
  ports: {
    udp: portOf(output, 'udp'),
    quic: portOf(output, 'quic'),
    tls: portOf(output, 'tls'),
    websocket: portOf(output, 'websocket'),
  },
  output,
  trust: { kind: 'pin', sha256: certificateHash(directory) },
});

function portFlags(ports: Ports | 'standard' = { udp: 0, quic: 0, tls: 0, websocket: 0 }): string[] {
  if (ports === 'standard') return [];
  const { udp, quic, tls, websocket } = ports;
  return [
    ...['--udp-port', `${udp}`],
    ...['--quic-port', `${quic}`],
    ...['--tls-port', `${tls}`],
    ...['--web-port', `${websocket}`],
  ];
}

function portOf(output: string, transport: string): number {
  return Number(new RegExp(`^listening ${transport} \\S+:(\\d+)$`, 'm').exec(output)?.[1] ?? 0);
}

function certificateHash(directory: string): Uint8Array {
  const { raw } = new X509Certificate(readFileSync(join(directory, 'tls-certificate.pem')));
  return new Uint8Array(createHash('sha256').update(raw).digest());
}
