/**
 * Clients and server in one process under virtual time: they talk in a room and directly while connections are cut or
 * go silent, the server is killed and restarted, and clients are killed and restarted. Then all heals, and what everyone
 * has must agree with the log. Every choice comes from the seed.
 */
import type { RoomNumber } from '@sotto/model';
import { IDLE_TIMEOUT_MS } from '@sotto/protocol';
import { type RandomNumber, seeded, seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { OpaqueServer, openStore, seedSession, seedUser, uuidOf } from '@sotto/server/testing';
import { createMemoryNetwork } from '@sotto/transport/memory';
import { checkAgreement } from './agreement.ts';
import { SimulatedClient } from './client.ts';
import { installSequentialCrypto } from './crypto.ts';
import { SimulatedServer } from './server.ts';

const secret = await OpaqueServer.createSetup();

const CLIENTS = 4;
const STEPS = 60;
const STEP_MAX_MS = 400;
const DELAY_MAX_MS = 80;
const HEALING_MAX_MS = 120_000;
/** The last events and acknowledgements travel. */
const LAST_TRIPS_MS = 5_000;

export interface SimulationReport {
  /** What was wrong; empty when all agreed. */
  problems: string[];
  /** Everything that happened, for comparing two runs of one seed. */
  trace: string[];
  messages: number;
  serverCrashes: number;
}

interface Simulation {
  clock: VirtualClock;
  number: RandomNumber;
  server: SimulatedServer;
  clients: readonly SimulatedClient[];
  network: ReturnType<typeof createMemoryNetwork>;
  room: RoomNumber;
  trace: string[];
  problems: string[];
  serverCrashes: number;
  messages: number;
}

export async function simulate(seed: number): Promise<SimulationReport> {
  const restoreCrypto = installSequentialCrypto();
  try {
    return await run(seed);
  } finally {
    restoreCrypto();
  }
}

async function run(seed: number): Promise<SimulationReport> {
  const clock = new VirtualClock();
  const number = seeded(seed);
  const random = seededRandom(seed + 1);
  const problems: string[] = [];
  const network = createMemoryNetwork({ clock, delayMs: () => number(DELAY_MAX_MS) });
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => uuidOf(random.bytes(16)) });
  const server = new SimulatedServer({
    clock,
    random,
    number,
    store,
    network,
    secret,
    onError: (e) => problems.push(e),
  });
  const clients: SimulatedClient[] = [];
  for (let index = 0; index < CLIENTS; index++) {
    const user = await seedUser(store, random, `user${index}`, clock.now());
    const session = await seedSession(store, random, user, clock.now());
    const client = new SimulatedClient({ name: user.name, clock, random, network, session });
    await client.install();
    clients.push(client);
  }
  const sim: Simulation = {
    clock,
    number,
    server,
    clients,
    network,
    room: 0 as RoomNumber,
    trace: [],
    problems,
    serverCrashes: 0,
    messages: 0,
  };
  await begin(sim);
  for (let step = 0; step < STEPS; step++) {
    await act(sim);
    await clock.advance(number(STEP_MAX_MS));
  }
  await heal(sim);
  await checkAgreement(store, clients, problems);
  for (const client of clients) {
    for (const run of client.runs)
      sim.trace.push(`${client.name}: ${run.map(({ room, sequence }) => `${room}/${sequence}`).join(' ')}`);
  }
  await server.crash();
  await store.close();
  return { problems, trace: sim.trace, messages: sim.messages, serverCrashes: sim.serverCrashes };
}

/** Everybody comes and enters one room, undisturbed. */
async function begin(sim: Simulation): Promise<void> {
  const { clock, clients, server } = sim;
  await settle(clock, server.start());
  await Promise.all(clients.map((client) => client.start()));
  await until(sim, () => clients.every(({ idle }) => idle), 10_000);
  const [owner, ...others] = clients;
  if (owner === undefined) throw new Error('no clients');
  sim.room = (await settle(clock, owner.sdk.createRoom('room'))).number;
  await settle(clock, Promise.all(others.map(({ sdk }) => sdk.joinRoom('room'))));
}

async function act(sim: Simulation): Promise<void> {
  const { number, clients, server, network, clock } = sim;
  const client = clients[number(clients.length)];
  if (client === undefined) return;
  const choice = number(100);
  if (choice < 70) {
    if (!client.running) return;
    for (let count = number(4); count >= 0; count--) say(sim, client);
  } else if (choice < 78) {
    const { connection } = client;
    if (connection === undefined) return;
    log(sim, `cut ${client.name}`);
    network.cut(connection);
  } else if (choice < 82) {
    const { connection } = client;
    if (connection === undefined) return;
    log(sim, `vanish ${client.name}`);
    network.vanish(connection);
  } else if (choice < 90) {
    if (client.running) client.crash();
    else await client.start();
    log(sim, `${client.running ? 'start' : 'kill'} ${client.name}`);
  } else if (server.running) {
    log(sim, 'kill server');
    sim.serverCrashes++;
    await server.crash();
  } else {
    log(sim, 'start server');
    await settle(clock, server.start());
  }
}

function say(sim: Simulation, client: SimulatedClient): void {
  const { number, clients, room } = sim;
  const text = `message ${sim.messages++}`;
  if (number(4) > 0) {
    client.send(room, text, false);
    return;
  }
  const other = clients[number(clients.length)];
  if (other !== undefined) client.send(other.number, text, true);
}

async function heal(sim: Simulation): Promise<void> {
  const { clients, server, clock } = sim;
  log(sim, 'heal');
  if (!server.running) await settle(clock, server.start());
  for (const client of clients) if (!client.running) await client.start();
  // A client with nothing to send finds out by keep-alive alone that its path has gone silent.
  await clock.advance(IDLE_TIMEOUT_MS);
  await until(sim, () => clients.every(({ idle }) => idle), HEALING_MAX_MS);
  await clock.advance(LAST_TRIPS_MS);
  for (const { name, failures } of clients)
    sim.problems.push(...failures.map((failure) => `${name}: ${failure}`));
}

function log(sim: Simulation, what: string): void {
  sim.trace.push(`${sim.clock.now()} ${what}`);
}

async function until(sim: Simulation, done: () => boolean, maxMs: number): Promise<void> {
  for (let waited = 0; !done(); waited += 100) {
    if (waited >= maxMs) {
      const states = sim.clients.map(
        ({ name, sdk }) => `${name} ${JSON.stringify(sdk.status)} outbox ${sdk.outboxSize}`,
      );
      sim.problems.push(`not settled after ${maxMs} ms: ${states.join('; ')}`);
      return;
    }
    await sim.clock.advance(100);
  }
}

/** Waits for `task` while virtual time goes on. */
async function settle<T>(clock: VirtualClock, task: Promise<T>): Promise<T> {
  let pending = true;
  const done = task.finally(() => {
    pending = false;
  });
  done.catch(() => {});
  for (let step = 0; pending && step < 10_000; step++) await clock.advance(10);
  return done;
}
