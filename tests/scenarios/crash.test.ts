/** The server is killed again and again while people talk (T13, M6, M7). Real processes, sockets, disks. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SottoClient } from '@sotto/client/node';
import { seedAccounts, storeWithSession } from './support/accounts.ts';
import { type ServerProcess, startServer } from './support/server.ts';

const CLIENTS = 20;
/** Over all transports at once, and over one of them alone. */
const KILLS = { mixed: 50, alone: 25 };
const TIMEOUT_MS = 240_000;
const SEND_EVERY_MS = 60;

type Transport = 'udp' | 'quic' | 'tls' | 'websocket';
/** What the clients use, in turn. */
const MIXTURES: readonly (readonly Transport[])[] = [['udp'], ['quic'], ['udp', 'quic', 'tls', 'websocket']];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-crash-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Talker {
  client: SottoClient;
  /** Message ids of the room as this client was handed them. */
  view: { sequence: number; id: string }[];
  acknowledged: Map<string, number>;
  failures: unknown[];
  talk: Timer | undefined;
}

const cases = MIXTURES.map((transports) => ({
  transports,
  over: transports.join(' and '),
  kills: transports.length > 1 ? KILLS.mixed : KILLS.alone,
}));

test.each(cases)(
  '[SEND-1] $kills kills of the server lose nothing acknowledged and double nothing, over $over',
  async ({ transports, over, kills }) => {
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
  },
  TIMEOUT_MS,
);

test(
  '[OUTBOX-1] a client killed with unsent messages sends them when it returns',
  async () => {
    const data = join(directory, 'data2');
    const [writer, reader] = await seedAccounts(data, ['writer', 'reader']);
    if (writer === undefined || reader === undefined) throw new Error('no accounts');
    const home = join(directory, 'writer');
    await (await storeWithSession(home, writer)).close();
    let server = await startServer({ directory: data });
    const { ports } = server;
    const sender = (count: number) =>
      Bun.spawn(
        [process.execPath, join(import.meta.dir, 'support/sender.ts'), home, `${ports.tls}`, `${count}`],
        { stdout: 'pipe' },
      );
    const online = sender(0);
    await saying(online, 'online');
    await server.kill('SIGKILL');
    online.kill('SIGKILL');
    await online.exited;

    const offline = sender(25);
    await saying(offline, 'kept 25');
    offline.kill('SIGKILL');
    await offline.exited;

    server = await startServer({ directory: data, ports });
    const { client, view } = await newTalker(
      server,
      await storeWithSession(join(directory, 'reader'), reader),
      'tls',
      'lobby',
    );
    const back = sender(0);
    await saying(back, 'flushed');
    for (let waited = 0; view.length < 25 && waited < 200; waited++) await Bun.sleep(25);
    expect(view.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    back.kill('SIGTERM');
    await client.close();
    await server.kill('SIGTERM');
  },
  TIMEOUT_MS,
);

async function newTalker(
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

async function saying(
  child: Bun.Subprocess<'ignore' | 'inherit' | 'pipe', 'pipe'>,
  word: string,
): Promise<void> {
  const reader = child.stdout.getReader();
  let said = '';
  while (!said.includes(word)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`ended before "${word}": ${said}`);
    said += new TextDecoder().decode(value);
  }
  reader.releaseLock();
}
