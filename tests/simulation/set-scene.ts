/** Four clients, four transports and a server, before anybody comes; every choice from the seed. */
import type { RoomNumber } from '@sotto/model';
import type { Random } from '@sotto/protocol';
import { type RandomNumber, seeded, seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { OpaqueServer, openStore, type Store, seedSession, seedUser, uuidOf } from '@sotto/server/testing';
import { SimulatedClient } from './client.ts';
import { type Scene, settle, until } from './scene.ts';
import { SimulatedServer, type SimulatedServerOptions } from './server.ts';
import { Takeovers } from './takeovers.ts';
import { createWays, createWires, pick, TRANSPORTS, type Transport } from './ways.ts';

const secret = await OpaqueServer.createSetup();

const CLIENTS = 4;
const OTHERS_ONE_IN = 4;

export interface Stage {
  scene: Scene;
  store: Store;
  random: Random;
  takeovers: Takeovers;
  /** Everything that happened, for comparing two runs of one seed. */
  trace: string[];
}

export async function setScene(
  seed: number,
  more: Pick<SimulatedServerOptions, 'files'> = {},
): Promise<Stage> {
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
  const server = new SimulatedServer({
    clock,
    random,
    number,
    store,
    wires,
    choose: offers(number, log),
    takeovers,
    secret,
    onError: (error) => problems.push(error),
    ...more,
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
  return { scene, store, random, takeovers, trace };
}

/** Everybody comes and enters one room, undisturbed. */
export async function begin(scene: Scene): Promise<void> {
  const { clock, clients, server } = scene;
  await settle(clock, server.start());
  await Promise.all(clients.map((client) => client.start()));
  await until(scene, 'online', () => clients.every(({ idle }) => idle), 10_000);
  const [owner, ...others] = clients;
  if (owner === undefined) throw new Error('no clients');
  scene.room = (await settle(clock, owner.sdk.createRoom('room'))).number;
  await settle(clock, Promise.all(others.map(({ sdk }) => sdk.joinRoom('room'))));
}

export async function end({ scene, store }: Stage): Promise<void> {
  await scene.server.crash();
  await store.close();
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
