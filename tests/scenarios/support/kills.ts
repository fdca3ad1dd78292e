/** Many people talk while the server is killed again and again. Real processes, sockets, disks. */
import { expect } from 'bun:test';
import { join } from 'node:path';
import { connect, type SottoClient } from '@sotto/client/node';
import { seedAccounts, storeWithSession } from './accounts.ts';
import { type ServerProcess, startServer } from './server.ts';

const CLIENTS = 20;
const SEND_EVERY_MS = 60;

export type Transport = 'udp' | 'quic' | 'tls' | 'websocket';
/** What the clients use, in turn: one alone, or all at once. */
export const MIXTURES: readonly (readonly Transport[])[] = [
  ['udp'],
  ['quic'],
  ['udp', 'quic', 'tls', 'websocket'],
];

export interface Talker {
  client: SottoClient;
  /** Message ids of the room as this client was handed them. */
  view: { sequence: number; id: string }[];
  acknowledged: Map<string, number>;
  failures: unknown[];
  talk: Timer | undefined;
}

/** What was acknowledged is there, once, in one order for all. */
export async function surviveKills(
  directory: string,
  transports: readonly Transport[],
  kills: number,
): Promise<void> {
  const over = transports.join(' and ');
  const data = join(directory, over, 'data');
  const sessions = await seedAccounts(
    data,
    Array.from({ length: CLIENTS }, (_, index) => `talker${index}x`),
  );
  let server = await startServer({ directory: data });
  const talkers = await Promise.all(
    sessions.map(async (session, index) => {
      const store = await storeWithSession(join(directory, over, `client${index}`), session);
      return newTalker(server, store, transports[index % transports.length] ?? 'udp');
    }),
  );
  const [first, ...others] = talkers;
  if (first === undefined) throw new Error('nobody came');
  await first.client.createRoom('crash');
  await Promise.all(others.map(({ client }) => client.joinRoom('crash')));
  for (const talker of talkers) startTalking(talker);

  for (let kill = 0; kill < kills; kill++) {
    await Bun.sleep(50 + Math.random() * 400);
    await server.kill('SIGKILL');
    server = await startServer({ directory: data, ports: server.ports });
  }
  for (const { talk } of talkers) clearInterval(talk);
  await Promise.all(talkers.map(({ client }) => client.flushed()));
  const last = Math.max(...talkers.flatMap(({ acknowledged }) => [...acknowledged.values()]));
  await Promise.all(talkers.map((talker) => sawUpTo(talker, last)));

  const whole = first.view;
  expect(whole.length).toBeGreaterThan(CLIENTS * 10);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  const order = new Map(whole.map(({ id, sequence }) => [id, sequence]));
  for (const { view, acknowledged, failures, client } of talkers) {
    expect(failures).toEqual([]);
    expect(view).toEqual(whole.slice(whole.length - view.length));
    for (const [id, sequence] of acknowledged) expect([id, order.get(id)]).toEqual([id, sequence]);
    await client.close();
  }
  expect(await server.kill('SIGTERM')).toBe(0);
}

export async function newTalker(
  server: ServerProcess,
  store: Awaited<ReturnType<typeof storeWithSession>>,
  transport: Transport,
  room = 'crash',
): Promise<Talker> {
  const client = await connect({
    server: `127.0.0.1:${server.ports[transport]}`,
    transport,
    trust: server.trust,
    store,
  });
  const talker: Talker = { client, view: [], acknowledged: new Map(), failures: [], talk: undefined };
  void watch(talker, room);
  await client.resume();
  return talker;
}

async function watch({ client, view }: Talker, room: string): Promise<void> {
  for await (const event of client.events()) {
    if (event.kind !== 'message' || event.message.room.name !== room) continue;
    view.push({ sequence: event.message.sequence, id: event.message.clientMessageId });
  }
}

function startTalking(talker: Talker): void {
  let count = 0;
  talker.talk = setInterval(() => {
    const clientMessageId = crypto.getRandomValues(new Uint8Array(16)).toHex();
    talker.client.send('crash', `message ${count++}`, { clientMessageId }).then(
      ({ sequence }) => talker.acknowledged.set(clientMessageId, sequence),
      (error) => talker.failures.push(error),
    );
  }, SEND_EVERY_MS);
}

async function sawUpTo({ view }: Talker, sequence: number): Promise<void> {
  for (let waited = 0; (view.at(-1)?.sequence ?? 0) < sequence && waited < 1_200; waited++)
    await Bun.sleep(25);
}
