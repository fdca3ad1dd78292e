/** Goodput on loopback, where nothing but the programs is in the way: server and client in processes of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NativeTransport } from '@sotto/client/node';
import { LineProcess } from '../tests/network/emulated/line-process.ts';
import { Actor } from '../tests/network/session/actor.ts';
import type { Carried, PersonOptions } from '../tests/network/session/orders.ts';
import { seedAccounts, storeWithSession } from '../tests/scenarios/support/accounts.ts';
import { type ServerProcess, startServer } from '../tests/scenarios/support/server.ts';
import type { HttpsOrder, HttpsResult } from './files-https.ts';
import type { Goodputs } from './files-path.ts';
import { BENCH_TRANSPORTS } from './wires.ts';

const HOST = '127.0.0.1';
const PATIENCE_MS = 120_000;
const PERSON = join(import.meta.dir, '../tests/network/session/person.ts');
const HTTPS = join(import.meta.dir, 'files-https.ts');

export type LoopbackFigures = ReadonlyMap<NativeTransport, Goodputs>;

/** Each file goes up and down over each transport, and down over HTTPS; medians in Mbit/s. */
export async function measureLoopback(paths: readonly string[]): Promise<LoopbackFigures> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sotto-files-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const data = join(directory, 'data');
  const sessions = await seedAccounts(data, BENCH_TRANSPORTS);
  const server = await startServer({ directory: data });
  stack.defer(async () => void (await server.kill('SIGTERM')));
  const figures = new Map<NativeTransport, Goodputs>();
  for (const [index, transport] of BENCH_TRANSPORTS.entries()) {
    const session = sessions[index];
    if (session === undefined) throw new Error(`no account for ${transport}`);
    const home = join(directory, transport);
    await (await storeWithSession(home, session)).close();
    await using program = new LineProcess([
      process.execPath,
      PERSON,
      JSON.stringify(optionsOf(server, transport, home)),
    ]);
    await program.next();
    const person = new Actor(program, { name: transport, transport, room: transport });
    const over: Goodputs[] = [];
    for (const path of paths) over.push({ https: await https(path), ...(await upAndDown(person, path)) });
    figures.set(transport, medians(over));
  }
  return figures;
}

function optionsOf({ ports, trust }: ServerProcess, transport: NativeTransport, home: string): PersonOptions {
  return {
    server: `${HOST}:${ports[transport]}`,
    transport,
    pin: trust.kind === 'pin' ? trust.sha256.toHex() : '',
    home,
    opens: transport,
  };
}

async function upAndDown(person: Actor, path: string): Promise<Omit<Goodputs, 'https'>> {
  const { size } = Bun.file(path);
  const room = person.room ?? '';
  const rate = ({ startedAt, endedAt = 0 }: Carried) => (size * 8) / (endedAt - startedAt) / 1e3;
  await person.upload({ room, path, id: crypto.getRandomValues(new Uint8Array(16)).toHex() });
  const sent = await person.delivered(PATIENCE_MS);
  await person.fetch({ room, sequence: sent.sequence ?? 0, unhashed: true });
  return { upload: rate(sent), download: rate(await person.delivered(PATIENCE_MS)) };
}

/** In processes of its own too. */
async function https(path: string): Promise<number> {
  await using serving = new LineProcess([process.execPath, HTTPS, 'serve', HOST, path]);
  await using fetching = new LineProcess([process.execPath, HTTPS, 'fetch']);
  const order: HttpsOrder = { url: `https://${HOST}:${await serving.next<number>()}/`, forMs: PATIENCE_MS };
  const { bytes, ms } = await fetching.ask<HttpsResult>(order);
  return (bytes * 8) / ms / 1e3;
}

function medians(runs: readonly Goodputs[]): Goodputs {
  const of = (key: keyof Goodputs) =>
    runs.map((run) => run[key]).toSorted((a, b) => a - b)[runs.length >> 1] ?? Number.NaN;
  return { https: of('https'), upload: of('upload'), download: of('download') };
}
