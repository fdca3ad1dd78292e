/** What is measured of a server with a long history; the load sees what a client sees. */
import { roomStream } from '@sotto/model';
import { decode, type FrameFields } from '@sotto/protocol';
import { at } from './fan-out.ts';
import { type Asker, BIG_ROOM, type Seeded } from './history-seed.ts';
import { Words } from './history-words.ts';
import { LoadConnection } from './load-connection.ts';
import { type BenchProcess, startPinned } from './process.ts';

const SERVER_CORE = 0;
const STARTS = 5;
const OPENINGS = 10;
const LOGINS = 10;
const RUNS = 60;
const PAGE = 50;
const APPEND_MS = 6_000;
export const IN_FLIGHT = 100;

type Query = FrameFields<'searchMessages'>;

/** Each time with other words. */
const QUERIES: Readonly<Record<string, (words: Words, asker: Asker, seeded: Seeded) => Query>> = {
  'a rare word': (words) => ({ query: `"${words.rare()}"` }),
  'a common word': (words) => ({ query: `"${words.common()}"` }),
  'two words': (words) => ({ query: `${words.usual()} "${words.usual()}"` }),
  'two common words': (words) => ({ query: `${words.common()} "${words.common()}"` }),
  'a phrase': (words) => ({ query: `"${words.common()} ${words.common()}"` }),
  'a seldom phrase': (words) => ({ query: `"${words.common()} ${words.usual()}"` }),
  'a beginning of 3 letters': (words) => ({ query: words.usual().slice(0, 3) }),
  'a beginning of 5 letters': (words) => ({ query: words.usual().slice(0, 5) }),
  'a common word in one room': (words, { room }) => ({ query: `"${words.common()}"`, rooms: [room] }),
  'a usual word by one sender': (words) => ({
    query: `"${words.usual()}"`,
    senders: [1 + words.below(400)],
  }),
  'a common word of one day': (words, _asker, { firstMs, lastMs }) => {
    const sinceMs = firstMs + words.random() * (lastMs - firstMs);
    return { query: `"${words.common()}"`, sinceMs, untilMs: sinceMs + 86_400_000 };
  },
  'links only': () => ({ hasLink: true }),
};

export interface Times {
  medianMs: number;
  p95Ms: number;
}

export interface Searched extends Times {
  /** Of one search, on average. */
  hits: number;
}

export type Figures = { bytes: number } & Awaited<ReturnType<typeof measure>>;

export async function measure(directory: string, seeded: Seeded) {
  console.error('starting ...');
  const start = await startUps(directory);
  const server = await startPinned(SERVER_CORE, 'server.ts', [directory, 'tls']);
  const login = await logins(server, at(seeded.askers, 2));
  const readerLogin = await logins(server, at(seeded.askers, 3));
  const searchers = seeded.askers.slice(0, 3);
  const sessions = await Promise.all(searchers.map((asker) => connect(server, asker, LOGINS)));
  const everywhere = at(sessions, 2);
  console.error('opening and paging ...');
  const opening = await opened(everywhere);
  const around = await paged(everywhere);
  console.error('searching ...');
  const searches = await searched(sessions, seeded);
  console.error('appending ...');
  const writer = await connect(server, at(seeded.askers, 2), LOGINS + 1);
  const appendsAlone = await appendRate(writer, undefined);
  const appendsBeside = await appendRate(writer, () =>
    search(everywhere, { query: `"${new Words(9).common()}"` }),
  );
  for (const session of [...sessions, writer]) session.close();
  await server.stop();
  return { start, login, readerLogin, opening, around, searches, appendsAlone, appendsBeside };
}

/** From the start of the process to its first listener. */
async function startUps(directory: string): Promise<Times> {
  return timed(STARTS, async () => {
    const server = await startPinned(SERVER_CORE, 'server.ts', [directory, 'tls']);
    return () => server.stop();
  });
}

async function connect(server: BenchProcess, asker: Asker, session: number): Promise<LoadConnection> {
  const connection = await LoadConnection.open('tls', server.ports.tls ?? 0);
  await connection.resume(at(asker.credentials, session));
  return connection;
}

/** Memberships with their unread counts are in the answer. */
async function logins(server: BenchProcess, asker: Asker): Promise<Times> {
  let session = 0;
  return timed(LOGINS, async () => {
    const connection = await connect(server, asker, session++);
    return async () => connection.close();
  });
}

async function opened(connection: LoadConnection): Promise<Times & { bytes: number; events: number }> {
  let bytes = 0;
  let events = 0;
  const times = await timed(OPENINGS, async () => {
    const answer = await connection.request('readHistory', { stream: roomStream(BIG_ROOM), limit: PAGE });
    bytes = answer.length;
    events = decode('historyPage', answer).events.length;
  });
  return { ...times, bytes, events };
}

async function paged(connection: LoadConnection): Promise<Times> {
  const words = new Words(3);
  const stream = roomStream(BIG_ROOM);
  return timed(RUNS, () =>
    connection.request('readHistory', { stream, around: 1 + words.below(90_000), limit: PAGE }),
  );
}

async function searched(
  sessions: readonly LoadConnection[],
  seeded: Seeded,
): Promise<Record<string, Searched[]>> {
  // The first one opens the connection that searches.
  await search(at(sessions, 0), { query: 'nothing' });
  const results: Record<string, Searched[]> = {};
  for (const [name, make] of Object.entries(QUERIES)) {
    const words = new Words(7);
    const row: Searched[] = [];
    for (const [index, session] of sessions.entries()) {
      let hits = 0;
      const times = await timed(RUNS, async () => {
        hits += await search(session, make(words, at(seeded.askers, index), seeded));
      });
      row.push({ ...times, hits: hits / RUNS });
    }
    results[name] = row;
  }
  return results;
}

async function search(connection: LoadConnection, query: Query): Promise<number> {
  const answer = await connection.request('searchMessages', { limit: PAGE, ...query });
  return decode('messagePage', answer).events.length;
}

/** Messages a second that came back to their sender, so many in flight. */
async function appendRate(
  connection: LoadConnection,
  beside: (() => Promise<unknown>) | undefined,
): Promise<{ perSecond: number; beside: Times }> {
  const stream = roomStream(BIG_ROOM);
  const { head } = decode('historyPage', await connection.request('readHistory', { stream, limit: 1 }));
  await connection.follow(stream, head);
  connection.prepare(BIG_ROOM);
  let count = 0;
  let isOver = false;
  connection.onOwnEvent = () => {
    count++;
    if (!isOver) connection.send();
  };
  const start = performance.now();
  for (let message = 0; message < IN_FLIGHT; message++) connection.send();
  const times: number[] = [];
  while (performance.now() - start < APPEND_MS) {
    await Bun.sleep(20);
    const asked = performance.now();
    await beside?.();
    times.push(performance.now() - asked);
  }
  const perSecond = (count * 1_000) / (performance.now() - start);
  isOver = true;
  await Bun.sleep(500);
  connection.onOwnEvent = () => {};
  return { perSecond, beside: summary(times) };
}

/** What `work` gives is run after the time was taken. */
async function timed(runs: number, work: () => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const start = performance.now();
    const after = await work();
    times.push(performance.now() - start);
    if (typeof after === 'function') await after();
  }
  return summary(times);
}

function summary(unsorted: readonly number[]): Times {
  const times = unsorted.toSorted((a, b) => a - b);
  const part = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { medianMs: part(0.5), p95Ms: part(0.95) };
}
