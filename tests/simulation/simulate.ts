/**
 * Clients and server in one process under virtual time: clients talk in a room and directly, over four transports, while connections are
 * cut or go silent, transports are blocked and work again and bring what they held, the server and clients are killed and restarted,
 * machines sleep and roam. Then all heals, and what everyone has must agree with the log. Every choice comes from the seed.
 */
import type { RoomNumber } from '@sotto/model';
import { type RandomNumber, seeded, seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { OpaqueServer, openStore, type Store, seedSession, seedUser, uuidOf } from '@sotto/server/testing';
import { checkAgreement } from './agreement.ts';
import { SimulatedClient } from './client.ts';
import { installSequentialCrypto } from './crypto.ts';
import { disturb } from './disturb.ts';
import { heal, mend } from './heal.ts';
import { type Scene, settle, until } from './scene.ts';
import { SimulatedServer } from './server.ts';
import { Takeovers } from './takeovers.ts';
import { createWays, createWires, pick, TRANSPORTS, type Transport } from './ways.ts';

const secret = await OpaqueServer.createSetup();

const CLIENTS = 4;
const STEPS = 60;
const STEP_MAX_MS = 400;
/** Some steps take longer, so that searches, hold-offs and probes come to their end. */
const LONG_STEP_MAX_MS = 8_000;
const LONG_STEP_ONE_IN = 10;
const OTHERS_ONE_IN = 4;

export interface SimulationReport {
  /** What was wrong; empty when all agreed. */
  problems: string[];
  /** Everything that happened, for comparing two runs of one seed. */
  trace: string[];
  messages: number;
  serverCrashes: number;
  /** How often a session went on over another connection while it had one, or had had one. */
  takeovers: number;
  /** How long each client took to the best path after all had healed. */
  bestAfterMs: readonly number[];
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
  const trace: string[] = [];
  const problems: string[] = [];
  const beganMs = clock.now();
  const log = (what: string) => void trace.push(`${clock.now() - beganMs} ${what}`);
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => uuidOf(random.bytes(16)) });
  const wires = createWires(clock, number);
  const clients: SimulatedClient[] = [];
  const names = new Map<string, string>();
  for (let index = 0; index < CLIENTS; index++) {
    const user = await seedUser(store, random, `user${index}`, clock.now());
    const session = await seedSession(store, random, user, clock.now());
    names.set(session.sessionId, user.name);
    const ways = createWays(wires);
    const client = new SimulatedClient({ name: user.name, clock, number, random, ways, session, log });
    await client.install();
    clients.push(client);
  }
  const takeovers = new Takeovers({
    nameOf: (session) => names.get(session) ?? `the unknown session ${session}`,
    log,
    problem: (what) => problems.push(what),
  });
  const onError = (error: string) => problems.push(error);
  const server = new SimulatedServer({
    clock,
    random,
    number,
    store,
    wires,
    choose: offers(number, log),
    takeovers,
    secret,
    onError,
  });
  const scene: Scene = {
    clock,
    number,
    server,
    clients,
    wires,
    room: 0 as RoomNumber,
    log,
    problems,
    serverCrashes: 0,
    messages: 0,
  };
  const bestAfterMs = await play(scene, store);
  for (const client of clients) {
    for (const run of client.runs)
      trace.push(`${client.name}: ${run.map(({ room, sequence }) => `${room}/${sequence}`).join(' ')}`);
  }
  await server.crash();
  await store.close();
  const { messages, serverCrashes } = scene;
  return { problems, trace, messages, serverCrashes, takeovers: takeovers.count, bestAfterMs };
}

async function play(scene: Scene, store: Store): Promise<readonly number[]> {
  await begin(scene);
  const { number, clock } = scene;
  for (let step = 0; step < STEPS; step++) {
    await disturb(scene);
    await clock.advance(number(number(LONG_STEP_ONE_IN) === 0 ? LONG_STEP_MAX_MS : STEP_MAX_MS));
  }
  await mend(scene);
  const bestAfterMs = await heal(scene);
  await checkAgreement(store, scene.clients, scene.problems);
  return bestAfterMs;
}

/** Everybody comes and enters one room, undisturbed. */
async function begin(scene: Scene): Promise<void> {
  const { clock, clients, server } = scene;
  await settle(clock, server.start());
  await Promise.all(clients.map((client) => client.start()));
  await until(scene, 'online', () => clients.every(({ idle }) => idle), 10_000);
  const [owner, ...others] = clients;
  if (owner === undefined) throw new Error('no clients');
  scene.room = (await settle(clock, owner.sdk.createRoom('room'))).number;
  await settle(clock, Promise.all(others.map(({ sdk }) => sdk.joinRoom('room'))));
}

/** Most servers listen on everything; now and then one is started with other transports than before. */
function offers(number: RandomNumber, log: (what: string) => void): () => readonly Transport[] {
  let offered: readonly Transport[] = TRANSPORTS;
  return () => {
    if (number(OTHERS_ONE_IN) > 0) return offered;
    const some = TRANSPORTS.filter(() => number(2) === 0);
    offered = some.length > 0 ? some : [pick(TRANSPORTS, number)];
    log(`the server is to listen on ${offered.join(', ')}`);
    return offered;
  };
}
