/**
 * `npm run bench`: server on one core, load on another. Prints a table in Markdown and writes `bench/out/results.json`. Figures are for comparing
 * within one run: machines differ.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdleLoad, idleBytes, setUp } from './connections.ts';
import { at, bareFanOut, type FanOut, fanOut } from './fan-out.ts';
import { echoLatency, type Latency } from './latency.ts';
import { onCore, startPinned } from './process.ts';
import { tableOf } from './report.ts';
import { CREDENTIALS_FILE, type Credentials, seedDatabase } from './seed.ts';
import { BENCH_TRANSPORTS, type BenchTransport } from './wires.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;
/** As many as the bare listener has, so that the two can be compared. */
const IDLE_TLS: IdleLoad = { transport: 'tls', count: 10_000, warmUp: 2_000 };
/** Fewer where connections take longer to come, and more of the load's memory. */
const IDLE_OTHERS = { count: 1_000, warmUp: 1_000 };
const HANDSHAKES = 1_000;
const USERS = IDLE_TLS.count + IDLE_TLS.warmUp;
const LATENCY_MESSAGES = 400;
const MEASURE_MS = 8_000;
const MEMBERS = [100, 1_000] as const;

/** What was measured over one transport. */
export interface Figures {
  transport: BenchTransport;
  fanOuts: FanOut[];
  latency: Latency;
  setUpPerSecond: number;
  handshakesPerSecond: number;
  idleBytes: number;
}

/** A listener that does nothing but TLS. */
export interface BareFigures {
  idleBytes: number;
  handshakesPerSecond: number;
  deliveriesPerSecond: number;
}

await onCore(LOAD_CORE, import.meta.path, run);

async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-bench-'));
  try {
    console.error(`seeding ${USERS} users ...`);
    await seedDatabase(directory, USERS);
    const credentials: Credentials[] = await Bun.file(join(directory, CREDENTIALS_FILE)).json();
    const figures = await measureSotto(directory, credentials);
    const bare = await measureBare(directory);
    console.log(tableOf(figures, bare));
    const results = JSON.stringify({ figures, bare }, null, 2);
    await mkdir(join(import.meta.dir, 'out'), { recursive: true });
    await Bun.write(join(import.meta.dir, 'out', 'results.json'), `${results}\n`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureSotto(directory: string, credentials: readonly Credentials[]): Promise<Figures[]> {
  const idles = new Map<BenchTransport, Awaited<ReturnType<typeof idleBytes>>>();
  for (const transport of BENCH_TRANSPORTS) {
    const load = transport === IDLE_TLS.transport ? IDLE_TLS : { transport, ...IDLE_OTHERS };
    console.error(`${load.count} idle connections over ${transport} ...`);
    // A server of its own for each: memory that another transport gave back would be found again.
    const server = await startPinned(SERVER_CORE, 'server.ts', [directory, transport]);
    idles.set(transport, await idleBytes(server, load, credentials));
    await server.stop();
  }
  const server = await startPinned(SERVER_CORE, 'server.ts', [directory, BENCH_TRANSPORTS.join(',')]);
  const portOf = (transport: BenchTransport) => server.ports[transport] ?? 0;
  console.error('echo latency ...');
  // All at the same time, so that what else the machine does shows in all of them.
  const latencies = await Promise.all(
    BENCH_TRANSPORTS.map((transport, index) =>
      echoLatency(transport, portOf(transport), at(credentials, index), LATENCY_MESSAGES),
    ),
  );
  const figures: Figures[] = [];
  for (const [index, transport] of BENCH_TRANSPORTS.entries()) {
    const fanOuts: FanOut[] = [];
    for (const members of MEMBERS) {
      console.error(`fan-out to ${members} over ${transport} ...`);
      fanOuts.push(await fanOut(transport, portOf(transport), credentials.slice(0, members), MEASURE_MS));
    }
    console.error(`handshakes over ${transport} ...`);
    const handshakesPerSecond = await handshakes(transport, portOf(transport));
    const idle = idles.get(transport) ?? { bytes: Number.NaN, perSecond: Number.NaN };
    figures.push({
      transport,
      fanOuts,
      latency: at(latencies, index),
      setUpPerSecond: idle.perSecond,
      handshakesPerSecond,
      idleBytes: idle.bytes,
    });
  }
  await server.stop();
  return figures;
}

/** Without a word of the session. */
async function handshakes(transport: BenchTransport, port: number): Promise<number> {
  const { perSecond, connections } = await setUp(transport, port, HANDSHAKES, undefined);
  for (const connection of connections) connection.close();
  return perSecond;
}

async function measureBare(directory: string): Promise<BareFigures> {
  console.error('a bare TLS listener beside it ...');
  const files = [join(directory, 'tls-certificate.pem'), join(directory, 'tls-key.pem')];
  const bare = await startPinned(SERVER_CORE, 'bare.ts', files);
  const { bytes, perSecond } = await idleBytes(bare, IDLE_TLS, undefined);
  await bare.stop();
  const flooding = await startPinned(SERVER_CORE, 'bare.ts', [...files, 'flood']);
  const deliveriesPerSecond = await bareFanOut(flooding.ports.tls ?? 0, MEMBERS[0], MEASURE_MS);
  await flooding.stop();
  return { idleBytes: bytes, handshakesPerSecond: perSecond, deliveriesPerSecond };
}
