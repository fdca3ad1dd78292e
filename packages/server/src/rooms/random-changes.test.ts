/**
 * Many do anything to a room at once, and storage fails now and then: what the room's events come to, what storage
 * holds and what memory holds is the same, and at every event whoever caused it could (M10).
 */
import { expect, test } from 'bun:test';
import { fromBinary } from '@bufbuild/protobuf';
import {
  type AssistantAccess,
  type DeviceNumber,
  judge,
  mayGrant,
  outranks,
  ROOM_ROLES,
  type RoomAction,
  type RoomKind,
  type RoomNumber,
  type RoomRole,
  roomStream,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { ContentSchema, EventKind, RoomKind as WireKind } from '@sotto/schema';
import { uuidOf } from '../accounts/digests.ts';
import { encodeContent, newEvent } from '../events/content.ts';
import { EventLog } from '../events/log.ts';
import type { StoredEvent } from '../events/store.ts';
import { openStore } from '../storage/open.ts';
import type { Store } from '../storage/store.ts';
import { numbered } from '../testing/asking.ts';
import { seedUser } from '../testing/seed.ts';
import type { Actor } from './changes.ts';
import { readAssistants, readKind, readRole, wireRole } from './describe.ts';
import { authorize, RoomDirectory, standing } from './directory.ts';
import type { WantedChange } from './moderation.ts';
import { createRoomParts } from './parts.ts';

const SEEDS = 25;
const STEPS = 150;
const AT_ONCE = 10;
const USERS = 6;
const ROLES = ROOM_ROLES.map(wireRole);

/** What the events of a room come to. */
class Replay {
  kind: RoomKind = 'public';
  archived = false;
  topic = '';
  assistants: AssistantAccess = 'allowed';
  readonly members = new Map<number, RoomRole>();
  readonly bans = new Set<number>();
  readonly mutes = new Set<number>();

  take(event: StoredEvent): void {
    const { content } = fromBinary(ContentSchema, event.content);
    const by = this.members.get(event.sender);
    switch (content.case) {
      case 'plain':
        this.#could(event, 'send');
        // A promotion counts once it is durable.
        expect(outranks(readRole(event.role), by ?? 'none')).toBe(false);
        return;
      case 'settings': {
        const { topic, kind, archived, assistants } = content.value;
        if (topic !== undefined) this.#could(event, 'setTopic');
        if (kind !== undefined) this.#could(event, 'changeRoom');
        if (archived !== undefined) this.#could(event, 'archive');
        if (assistants !== undefined) this.#could(event, 'setAssistants');
        this.topic = topic ?? this.topic;
        this.kind = kind === undefined ? this.kind : readKind(kind);
        this.archived = archived ?? this.archived;
        this.assistants = assistants === undefined ? this.assistants : readAssistants(assistants);
        return;
      }
      case 'member':
        this.#member(event, content.value.user, content.value.role);
        return;
      default:
        expect(event.kind).toBe(EventKind.ROOM_CREATED);
    }
  }

  #member(event: StoredEvent, user: number, wire: number): void {
    const from = this.members.get(user) ?? 'none';
    const by = this.members.get(event.sender) ?? 'none';
    switch (event.kind) {
      case EventKind.MEMBER_JOINED:
        expect([from, this.bans.has(user), this.archived]).toEqual(['none', false, false]);
        this.members.set(user, readRole(wire));
        return;
      case EventKind.MEMBER_LEFT:
        expect([from, event.sender]).toEqual([readRole(wire), user as UserNumber]);
        this.members.delete(user);
        return;
      case EventKind.MEMBER_ROLE_CHANGED:
        this.#roleChanged(event, user, readRole(wire));
        return;
      case EventKind.MEMBER_KICKED:
      case EventKind.MEMBER_BANNED:
        this.#could(event, event.kind === EventKind.MEMBER_KICKED ? 'kick' : 'ban');
        expect(outranks(by, from)).toBe(true);
        this.members.delete(user);
        if (event.kind === EventKind.MEMBER_BANNED) this.bans.add(user);
        return;
      case EventKind.MEMBER_UNBANNED:
        expect(this.bans.delete(user)).toBe(true);
        return;
      case EventKind.MEMBER_MUTED:
        this.#could(event, 'mute');
        expect(outranks(by, from)).toBe(true);
        this.mutes.add(user);
        return;
      case EventKind.MEMBER_UNMUTED:
        expect(this.mutes.delete(user)).toBe(true);
        return;
      default:
        throw new Error(`${EventKind[event.kind]} is about no member`);
    }
  }

  #roleChanged({ sender }: StoredEvent, user: number, to: RoomRole): void {
    const from = this.members.get(user);
    const by = this.members.get(sender) ?? 'none';
    if (from === undefined) throw new Error(`${user} is no member`);
    const owners = [...this.members.values()].filter((role) => role === 'owner').length;
    const stepsDown = sender === user && outranks(from, to) && (from !== 'owner' || owners > 1);
    // The server's own is about whoever succeeds the last owner.
    if (sender === 0) expect([to, owners]).toEqual(['owner', 1]);
    else expect(stepsDown || mayGrant(by, from, to)).toBe(true);
    this.members.set(user, to);
  }

  #could({ sender }: StoredEvent, action: RoomAction): void {
    const circumstances = {
      kind: this.kind,
      standing: this.members.get(sender) ?? ('none' as const),
      archived: this.archived,
      muted: this.mutes.has(sender),
    };
    expect([action, judge(circumstances, action)]).toEqual([action, 'allowed']);
  }
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}

async function house(seed: number) {
  const random = seededRandom(seed);
  const clock = new VirtualClock();
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => uuidOf(random.bytes(16)) });
  const below = (most: number): number => (random.bytes(1)[0] ?? 0) % most;
  const { append } = store.events;
  const failing = { now: false };
  Object.assign(store.events, {
    append: async (batch: Parameters<typeof append>[0]) => {
      await turns(below(4));
      if (failing.now && below(6) === 0) throw new Error('the disk is full');
      return append(batch);
    },
  });
  const directory = new RoomDirectory(store.rooms);
  const log = new EventLog(store.events);
  const users = {
    byNumbers: async (numbers: readonly UserNumber[]) => [...(await store.accounts.usersByNumbers(numbers))],
  };
  const shared = { directory, log, clock, random };
  const mayInvite = async () => true;
  const parts = createRoomParts({
    ...shared,
    store: store.rooms,
    unread: store.messages,
    users,
    mayInvite,
  });
  const actors: Actor[] = [];
  // The first owns the server, and takes no part.
  for (let index = 0; index <= USERS; index++)
    actors.push({
      user: await seedUser(store, random, `user-${String.fromCharCode(98 + index)}`, 1),
      device: 1 as DeviceNumber,
    });
  return {
    ...shared,
    ...parts,
    store,
    below,
    failing,
    actors: actors.slice(1),
  };
}

type House = Awaited<ReturnType<typeof house>>;

function anyChange({ below }: House): WantedChange {
  const terms = { reason: '', untilMs: 0 };
  const changes: readonly WantedChange[] = [
    { case: 'kick', value: { $typeName: 'sotto.v1.Kick', reason: '' } },
    { case: 'ban', value: { $typeName: 'sotto.v1.Ban', ...terms } },
    { case: 'unban', value: { $typeName: 'sotto.v1.Done' } },
    { case: 'mute', value: { $typeName: 'sotto.v1.Mute', ...terms } },
    { case: 'unmute', value: { $typeName: 'sotto.v1.Done' } },
    ...ROLES.map((value) => ({ case: 'role' as const, value })),
  ];
  return changes[below(changes.length)] ?? { case: undefined };
}

/** As `Messages` sends: the right is asked in the moment in which the log is handed the message. */
function say({ directory, log, clock, random }: House, { user, device }: Actor, room: RoomNumber) {
  const state = directory.cached(room);
  authorize(state, user, 'send', clock.now());
  const head = {
    stream: roomStream(room),
    kind: EventKind.MESSAGE,
    sender: user.number,
    device,
    timeMs: clock.now(),
    role: wireRole(standing(state, user)),
  };
  const content = encodeContent({ case: 'plain', value: 'x' });
  return log.append({ events: [newEvent(head, content, random)], changes: [] });
}

async function anything(at: House, room: RoomNumber): Promise<unknown> {
  const { below, actors, rooms, moderation, settings, invitations, directory } = at;
  const reference = { $typeName: 'sotto.v1.RoomReference' as const, ...numbered(room) };
  const one = () => actors[below(actors.length)] as Actor;
  const [actor, other] = [one(), one().user];
  switch (below(15)) {
    case 0:
    case 1:
      return rooms.join(actor, reference, '');
    case 2:
      return rooms.add(actor, reference, other);
    case 3:
      return rooms.leave(actor, reference);
    case 4:
      return invitations.invite(actor, reference, other);
    case 5: {
      const kind = [WireKind.PUBLIC, WireKind.PRIVATE, WireKind.ANNOUNCEMENT][below(3)] ?? WireKind.PUBLIC;
      const assistants = 1 + below(3);
      const wanted = [{ kind }, { topic: `t${below(9)}` }, { assistants }][below(3)];
      return settings.change(actor, reference, wanted ?? {});
    }
    case 6:
      return settings.change(actor, reference, { archived: below(4) === 0 });
    case 7:
      directory.forget(room);
      return directory.find(room);
    case 8:
    case 9:
    case 10:
      return say(at, actor, room);
    default:
      return moderation.change(actor, reference, other, anyChange(at));
  }
}

async function check(store: Store, directory: RoomDirectory, room: RoomNumber): Promise<void> {
  const replay = new Replay();
  for (const event of await store.events.read(roomStream(room), 0 as Sequence, 10_000)) replay.take(event);
  const stored = await new RoomDirectory(store.rooms).find(room);
  expect(await directory.find(room)).toEqual(stored);
  const record = stored?.record;
  const { kind, topic, archived, assistants } = replay;
  expect(record).toMatchObject({ kind, settings: { topic, archived, assistants } });
  const sorted = (users: Iterable<number>) => [...users].sort((a, b) => a - b);
  const roles = [...(stored?.members ?? [])].map(([user, { role }]) => [user, role] as const);
  expect(roles.sort(([a], [b]) => a - b)).toEqual(
    sorted(replay.members.keys()).map((user) => [user as UserNumber, replay.members.get(user) ?? 'guest']),
  );
  expect(sorted(stored?.bans.keys() ?? [])).toEqual(sorted(replay.bans));
  expect(sorted(stored?.mutes.keys() ?? [])).toEqual(sorted(replay.mutes));
}

test('[MEMBER-1] [MEMBER-3] [MEMBER-4] [ADJUST-2] [ROOM-6] whatever happens at once, events, rows and memory agree, and nobody did what they could not', async () => {
  const outcomes = { done: 0, refused: 0, failed: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const at = await house(seed);
    const [first] = at.actors;
    if (first === undefined) throw new Error('nobody');
    const wanted = { name: 'tea', private: false, announcement: false, topic: '' };
    const { number } = (await at.rooms.create(first, wanted)).room;
    at.failing.now = true;
    for (let step = 0; step < STEPS; step += AT_ONCE) {
      const tasks = Array.from({ length: AT_ONCE }, async () => {
        await turns(at.below(8));
        return anything(at, number);
      });
      for (const result of await Promise.allSettled(tasks)) {
        if (result.status === 'fulfilled') outcomes.done++;
        else if (result.reason instanceof SottoError) outcomes.refused++;
        else {
          expect(result.reason).toMatchObject({ message: 'the disk is full' });
          outcomes.failed++;
        }
      }
      if (step % 30 === 0) await check(at.store, at.directory, number);
    }
    await check(at.store, at.directory, number);
    await at.store.close();
  }
  expect(Math.min(outcomes.done, outcomes.refused, outcomes.failed)).toBeGreaterThan(SEEDS);
}, 30_000);
