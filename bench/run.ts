/**
 * `npm run bench`: server on one core, load on another. Prints a table and writes `bench/out/results.json`. Figures are for comparing
 * within one run: machines differ.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idleBytes, setUp, WARM_UP_CONNECTIONS } from './connections.ts';
import { bareFanOut, type FanOut, fanOut } from './fan-out.ts';
import { echoLatency } from './latency.ts';
import { startPinned } from './process.ts';
import { CREDENTIALS_FILE, type Credentials, seedDatabase } from './seed.ts';
import { BENCH_TRANSPORTS, type BenchTransport } from './wires.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;
const IDLE_CONNECTIONS = 10_000;
const HANDSHAKES = 2_000;
const USERS = IDLE_CONNECTIONS + WARM_UP_CONNECTIONS;
const LATENCY_MESSAGES = 400;
const MEASURE_MS = 10_000;
const MEMBERS = [100, 1_000] as const;
const PINNED = 'SOTTO_BENCH_PINNED';

if (process.env[PINNED] === undefined) await runPinned();
else await run();

/** The load runs on a core of its own, and so must this process. */
async function runPinned(): Promise<void> {
  const child = Bun.spawn(['taskset', '-c', String(LOAD_CORE), process.execPath, import.meta.path], {
    env: { ...process.env, [PINNED]: '1' },
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  process.exit(await child.exited);
}

async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-bench-'));
  try {
    console.log(`seeding ${USERS} users ...`);
    await seedDatabase(directory, USERS);
    const credentials: Credentials[] = await Bun.file(join(directory, CREDENTIALS_FILE)).json();
    const results = {
      ...(await measureSotto(directory, credentials)),
      bare: await measureBare(directory),
    };
    await report(results);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureSotto(directory: string, credentials: readonly Credentials[]) {
  const server = await startPinned(SERVER_CORE, 'server.ts', [directory, BENCH_TRANSPORTS.join(',')]);
  const port = server.ports.tls ?? 0;
  console.log('idle connections ...');
  const idle = await idleBytes(server, port, IDLE_CONNECTIONS, credentials);
  console.log('echo latency ...');
  const latency = await echoLatency(port, credentials, LATENCY_MESSAGES);
  const fanOuts: FanOut[] = [];
  for (const transport of BENCH_TRANSPORTS) {
    for (const members of MEMBERS) {
      console.log(`fan-out to ${members} over ${transport} ...`);
      const users = credentials.slice(0, members);
      fanOuts.push(await fanOut(transport, server.ports[transport] ?? 0, users, MEASURE_MS));
    }
  }
  console.log('handshakes ...');
  const handshakesPerSecond = {
    tls: await handshakes('tls', port),
    udp: await handshakes('udp', server.ports.udp ?? 0),
  };
  await server.stop();
  return { idleBytes: idle.bytes, setUpPerSecond: idle.perSecond, latency, fanOuts, handshakesPerSecond };
}

/** Without a word of the session. */
async function handshakes(transport: BenchTransport, port: number): Promise<number> {
  const { perSecond, connections } = await setUp(transport, port, HANDSHAKES, undefined);
  for (const connection of connections) connection.close();
  return perSecond;
}

async function measureBare(directory: string) {
  console.log('a bare TLS listener beside it ...');
  const files = [join(directory, 'tls-certificate.pem'), join(directory, 'tls-key.pem')];
  const bare = await startPinned(SERVER_CORE, 'bare.ts', files);
  const { bytes, perSecond } = await idleBytes(bare, bare.ports.tls ?? 0, IDLE_CONNECTIONS, undefined);
  await bare.stop();
  const flooding = await startPinned(SERVER_CORE, 'bare.ts', [...files, 'flood']);
  const deliveriesPerSecond = await bareFanOut(flooding.ports.tls ?? 0, MEMBERS[0], MEASURE_MS);
  await flooding.stop();
  return { idleBytes: bytes, setUpPerSecond: perSecond, deliveriesPerSecond };
}

type Results = Awaited<ReturnType<typeof measureSotto>> & { bare: Awaited<ReturnType<typeof measureBare>> };

async function report(results: Results): Promise<void> {
  const { fanOuts, latency, setUpPerSecond, idleBytes: idle, handshakesPerSecond, bare } = results;
  const rows: [string, string][] = [
    ...fanOuts.map(({ transport, members, deliveriesPerSecond, messagesPerSecond }): [string, string] => [
      `fan-out over ${transport}, ${members} members, durable`,
      `${Math.round(deliveriesPerSecond)} deliveries/s (${Math.round(messagesPerSecond)} messages/s)`,
    ]),
    [
      `the same frames from a bare TLS listener, ${MEMBERS[0]} connections`,
      `${Math.round(bare.deliveriesPerSecond)} deliveries/s`,
    ],
    [
      'echo latency at 20 messages/s',
      `p50 ${latency.p50Ms.toFixed(2)} ms, p99 ${latency.p99Ms.toFixed(2)} ms`,
    ],
    ['connection set-up: TLS, Hello, Resume', `${Math.round(setUpPerSecond)} connections/s`],
    ['the same on a bare TLS listener', `${Math.round(bare.setUpPerSecond)} connections/s`],
    ['handshakes over TLS', `${Math.round(handshakesPerSecond.tls)} a second`],
    ['handshakes over UDP', `${Math.round(handshakesPerSecond.udp)} a second`],
    [`memory of an idle connection, of ${IDLE_CONNECTIONS}`, `${(idle / 1024).toFixed(1)} KiB`],
    [
      'the same on a bare TLS listener',
      `${(bare.idleBytes / 1024).toFixed(1)} KiB (ratio ${(idle / bare.idleBytes).toFixed(2)})`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
  await mkdir(join(import.meta.dir, 'out'), { recursive: true });
  await Bun.write(join(import.meta.dir, 'out', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
}
