/**
 * A room in which everybody tries everything at once, under virtual time, on connections that break: who is put out must
 * hear nothing that came later, and what everyone sees must be what the log says. Every choice comes from the seed.
 */
import type { RoomNumber } from '@sotto/model';
import { decodeMessage } from '@sotto/protocol';
import { seeded, seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { ContentSchema } from '@sotto/schema';
import {
  OpaqueServer,
  openStore,
  type Store,
  type StoredEvent,
  seedSession,
  seedUser,
  uuidOf,
} from '@sotto/server/testing';
import { installSequentialCrypto } from '../crypto.ts';
import { settle } from '../scene.ts';
import { SimulatedServer } from '../server.ts';
import { Takeovers } from '../takeovers.ts';
import { createWays, createWires, TRANSPORTS, type Way } from '../ways.ts';
import { doSomething, type Place } from './deeds.ts';
import { judgeRemoval, judgeViews, readLog, recount, staysOf, truth } from './judges.ts';
import { Resident } from './resident.ts';

const RESIDENTS = 5;
const STEPS = 40;
const DEEDS_MAX = 4;
const STEP_MAX_MS = 250;
const DISTURBED_ONE_IN = 6;
const OFFLINE_MAX_MS = 3_000;
const QUIET_MS = 40_000;
const QUIET_STEP_MS = 200;

const secret = await OpaqueServer.createSetup();

export interface RoomsReport {
  problems: string[];
  trace: string[];
  events: number;
  /** How often somebody was put out or left. */
  removals: number;
}

export async function simulateRooms(seed: number): Promise<RoomsReport> {
  const restoreCrypto = installSequentialCrypto();
  try {
    return await run(seed);
  } finally {
    restoreCrypto();
  }
}

interface Stage extends Place {
  clock: VirtualClock;
  store: Store;
}

async function run(seed: number): Promise<RoomsReport> {
  const clock = new VirtualClock();
  const number = seeded(seed);
  const random = seededRandom(seed + 1);
  const problems: string[] = [];
  const trace: string[] = [];
  const beganMs = clock.now();
  const log = (what: string) => void trace.push(`${clock.now() - beganMs} ${what}`);
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => uuidOf(random.bytes(16)) });
  const wires = createWires(clock, number);
  const server = new SimulatedServer({
    clock,
    random,
    number,
    store,
    wires,
    choose: () => TRANSPORTS,
    takeovers: new Takeovers({ nameOf: (session) => session, log, problem: (what) => problems.push(what) }),
    secret,
    onError: (error) => problems.push(error),
  });
  const stage: Stage = { clock, number, store, problems, log, residents: [], room: 0 as RoomNumber, head: 1 };
  const residents: Resident[] = [];
  await settle(clock, server.start());
  for (let index = 0; index < RESIDENTS; index++) {
    const user = await seedUser(store, random, `user${index}`, clock.now());
    const session = await seedSession(store, random, user, clock.now());
    const way = createWays(wires)[index % TRANSPORTS.length] as Way;
    residents.push(await Resident.come({ clock, random, way, session }, () => stage.room));
  }
  stage.residents = residents;
  await play(stage);
  const events = await judge(stage);
  await Promise.all(residents.map(({ sdk }) => settle(clock, sdk.close())));
  await server.crash();
  await store.close();
  return { problems, trace, ...events };
}

async function play(stage: Stage): Promise<void> {
  const { clock, number, residents } = stage;
  await quiet(stage, () => residents.every(({ sdk }) => sdk.status.kind === 'online'));
  const [owner, ...others] = residents;
  if (owner === undefined) throw new Error('nobody');
  stage.room = (await settle(clock, owner.sdk.createRoom('room', { private: true }))).number;
  owner.watch(stage.room);
  for (const { name } of others) await settle(clock, owner.sdk.addMember(stage.room, name));
  for (let step = 0; step < STEPS; step++) {
    for (let deeds = number(DEEDS_MAX) + 1; deeds > 0; deeds--) doSomething(stage);
    if (number(DISTURBED_ONE_IN) === 0) disturb(stage);
    await clock.advance(number(STEP_MAX_MS));
  }
  for (const { way } of residents) way.open('blocked', true);
  await clock.advance(OFFLINE_MAX_MS);
  await quiet(stage, () =>
    residents.every(({ sdk }) => sdk.status.kind === 'online' && sdk.outboxSize === 0),
  );
  // Receipts, counts and what is asked again.
  await clock.advance(QUIET_STEP_MS * 20);
}

/** A connection ends, or somebody is offline for a while. */
function disturb({ clock, number, residents, log }: Stage): void {
  const { way, name } = residents[number(residents.length)] ?? (residents[0] as Resident);
  if (number(2) === 0) {
    log(`the connections of ${name} are cut`);
    for (const connection of way.connections) way.cut(connection);
    return;
  }
  log(`${name} is offline`);
  way.shut('blocked');
  clock.after(number(OFFLINE_MAX_MS), () => way.open('blocked', number(2) === 0));
}

async function quiet({ clock, problems, residents }: Stage, done: () => boolean): Promise<void> {
  for (let waited = 0; !done(); waited += QUIET_STEP_MS) {
    if (waited > QUIET_MS) {
      problems.push(
        `not quiet: ${residents.map(({ sdk }) => `${sdk.status.kind} ${sdk.outboxSize}`).join('; ')}`,
      );
      return;
    }
    await clock.advance(QUIET_STEP_MS);
  }
}

async function judge(stage: Stage): Promise<{ events: number; removals: number }> {
  const { clock, store, room, residents, problems } = stage;
  const log = await readLog(store, room);
  let removals = 0;
  for (const resident of residents) {
    const stays = staysOf(log, resident.number, memberOf);
    removals += stays.filter(({ to }) => to !== undefined).length;
    judgeRemoval(resident, room, stays, problems);
    const present = stays.at(-1);
    if (present === undefined || present.to !== undefined) continue;
    await judgeMember(stage, resident, log, present.from);
  }
  await clock.advance(QUIET_STEP_MS);
  return { events: log.length, removals };
}

async function judgeMember(
  { clock, store, room, problems }: Stage,
  resident: Resident,
  log: readonly StoredEvent[],
  since: number,
): Promise<void> {
  const { sdk, name, number, timeline } = resident;
  const visible = log.filter(({ sequence }) => sequence >= since);
  const whole = truth(visible, number);
  if (timeline === undefined) problems.push(`${name} never entered`);
  else judgeViews(`${name}, looking on`, timeline.messages, whole, problems);
  const fresh = sdk.timeline(room);
  const count = whole.messages().length;
  if (!fresh.isKept && count > 0) problems.push(`${name} has nothing kept of ${count} messages`);
  judgeViews(`${name}, from what is kept`, fresh.messages, whole, problems);
  await settle(clock, fresh.loadLatest(7));
  while (fresh.hasBefore) await settle(clock, fresh.loadBefore(5));
  judgeViews(`${name}, coming new`, fresh.messages, whole, problems);
  if (fresh.messages.length !== count)
    problems.push(`${name} finds ${fresh.messages.length} messages of ${count}`);
  fresh.close();
  const { read = 0 } = (await store.rooms.membership(number as never, room)) ?? {};
  const counted = recount(log, resident, since, read);
  const shown = sdk.rooms.find((joined) => joined.number === room);
  if (shown?.unread !== counted.unread || shown.mentions !== counted.mentions) {
    problems.push(
      `${name}, read to ${read}: ${shown?.unread} unread, ${shown?.mentions} mentions, which are ${JSON.stringify(counted)}`,
    );
  }
}

function memberOf(event: StoredEvent): number | undefined {
  const { content } = decodeMessage(ContentSchema, event.content, 'content');
  return content.case === 'member' ? content.value.user : undefined;
}
