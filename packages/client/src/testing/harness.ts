/** A client beside a fake server under virtual time. It has a stored session, so it starts by resuming. */
import type { Clock } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { createClient } from '../client.ts';
import type { Route } from '../environment.ts';
import { generateDeviceKey, hashTranscript } from '../login/index.ts';
import type { ClientStore } from '../store.ts';
import { MemoryStore } from '../stores/memory.ts';
import { systemHasher } from '../system-hasher.ts';
import { Timers } from '../timers.ts';
import type { ClientEvent, SottoClient } from '../types.ts';
import { ALICE, FakeServer } from './fake-server.ts';
import { VirtualTime } from './virtual-time.ts';

export interface World {
  time: VirtualTime;
  server: FakeServer;
  store: ClientStore;
  keepRecent?: boolean;
}

export async function createWorld(store: ClientStore = new MemoryStore()): Promise<World> {
  const time = new VirtualTime();
  const server = new FakeServer(time);
  await store.saveDeviceKey(await (await generateDeviceKey()).export());
  await store.saveSession({
    id: 'session',
    token: new TextEncoder().encode('token-0'),
    generation: server.generation,
    userName: 'alice',
    userNumber: ALICE,
    userUuid: 'uuid-1',
    owner: false,
  });
  return { time, server, store };
}

export function startClient(
  { server, store, keepRecent, ...world }: World,
  clock: Clock = world.time,
  routes: readonly Route[] = [server.route],
): Promise<SottoClient> {
  return createClient({
    routes,
    verify: () => {},
    store,
    keepRecent,
    agent: 'test/1',
    deviceName: 'test',
    environment: { clock, random: seededRandom(1), sha256: hashTranscript, hasher: systemHasher },
  });
}

export async function onlineClient(world: World): Promise<SottoClient> {
  const client = await startClient(world);
  const resumed = client.resume();
  await world.time.until(() => client.status.kind === 'online');
  await resumed;
  return client;
}

/** A client whose process can die: nothing of it runs on, and its connection is cut. */
export async function mortalClient(world: World): Promise<{ client: SottoClient; kill: () => void }> {
  const timers = new Timers(world.time);
  const client = await startClient(world, timers);
  client.resume().catch(() => {});
  await world.time.until(() => client.status.kind === 'online');
  const { last } = world.server;
  const kill = () => {
    timers.cancelAll();
    last.cut();
  };
  return { client, kill };
}

/** Everything that happens, and the texts among it. `done` when the client has stopped. */
export function follow(client: SottoClient, signal?: AbortSignal) {
  const events: ClientEvent[] = [];
  const iterate = async () => {
    for await (const event of client.events(signal)) events.push(event);
  };
  const done = iterate();
  return {
    events,
    done,
    get texts(): (string | undefined)[] {
      return events.flatMap((event) => (event.kind === 'message' ? [event.message.text] : []));
    },
    get kinds(): string[] {
      return events.map(({ kind }) => kind);
    },
  };
}

/** Best first. */
export const FOUR_WAYS: readonly string[] = ['udp', 'quic', 'tls', 'websocket'];

/** Time passes, in `pass`'s way, until it is settled. */
export async function within<T>(
  time: VirtualTime,
  promise: Promise<T>,
  pass = (isDone: () => boolean) => time.until(isDone),
): Promise<T> {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  promise.then(settled, settled);
  await pass(() => isSettled);
  return promise;
}

/** What the task fails with. `rejects` of `expect` turns the event loop in its own way, which virtual time waits for, ever longer in a long run. */
export const failureOf = (task: Promise<unknown>): Promise<unknown> =>
  task.then(
    () => 'nothing failed',
    (error) => error,
  );
