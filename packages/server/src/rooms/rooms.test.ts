/** Rooms that leave memory, and are read anew, while they change. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type DeviceNumber, LOBBY, type RoomNumber, type UserNumber } from '@sotto/model';
import { seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { AssistantAccess } from '@sotto/schema';
import { uuidOf } from '../accounts/digests.ts';
import { EventLog } from '../events/log.ts';
import { openStore } from '../storage/open.ts';
import type { Store } from '../storage/store.ts';
import { seedUser } from '../testing/seed.ts';
import type { Actor } from './changes.ts';
import { RoomDirectory, standing } from './directory.ts';
import { createRoomParts } from './parts.ts';
import type { Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';

const random = seededRandom(1);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const TEA = {
  $typeName: 'sotto.v1.RoomReference' as const,
  reference: { case: 'name' as const, value: 'tea' },
};

let store: Store;
let directory: RoomDirectory;
let rooms: Rooms;
let settings: Settings;
let alice: Actor;
let bob: Actor;
let tea: RoomNumber;
/** Makes appends wait; what it returns lets them go. */
let hold: () => () => void;

beforeEach(async () => {
  const clock = new VirtualClock();
  store = await openStore({ url: ':memory:', inThread: true, uuid: () => uuidOf(random.bytes(16)) });
  const actor = async (name: string) => ({
    user: await seedUser(store, random, name, 1),
    device: 1 as DeviceNumber,
  });
  [alice, bob] = [await actor('alice'), await actor('bob')];
  let held: Promise<void> = Promise.resolve();
  const { append } = store.events;
  Object.assign(store.events, {
    append: (batch: Parameters<typeof append>[0]) => held.then(() => append(batch)),
  });
  directory = new RoomDirectory(store.rooms);
  const log = new EventLog(store.events);
  ({ rooms, settings } = createRoomParts({
    store: store.rooms,
    unread: store.messages,
    directory,
    users: { byNumbers: (numbers) => store.accounts.usersByNumbers(numbers).then((found) => [...found]) },
    mayInvite: async () => true,
    log,
    clock,
    random,
  }));
  tea = (await rooms.create(alice, { name: 'tea', private: false, announcement: false, topic: '' })).room
    .number;
  hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return resolve;
  };
});

afterEach(() => store.close());

/** What the room thinks of bob once `change` is through, where it was read anew while that was being committed. */
async function afterReadingAnew(change: () => Promise<unknown>) {
  const release = hold();
  const changing = change();
  for (let count = 0; count < 5; count++) await turn();
  directory.forget(tea);
  await directory.find(tea);
  release();
  await changing;
  const state = await directory.find(tea);
  if (state === undefined) throw new Error('no room');
  return standing(state, bob.user);
}

describe('rooms that are read anew while they change (M4)', () => {
  test('[ROOM-6] who leaves meanwhile has left', async () => {
    await rooms.join(bob, TEA, '');
    expect(await afterReadingAnew(() => rooms.leave(bob, TEA))).toBe('none');
  });

  test('[ROOM-1] who enters meanwhile is in', async () => {
    expect(await afterReadingAnew(() => rooms.join(bob, TEA, ''))).toBe('member');
  });
});

test('[ASSIST-5] I3: what assistants may no longer do they may not from the moment the log is handed it, what they may once it is durable', async () => {
  const { FORBIDDEN, NO_HISTORY, ALLOWED } = AssistantAccess;
  const steps = [
    [NO_HISTORY, 'noHistory', 'noHistory'],
    [FORBIDDEN, 'forbidden', 'forbidden'],
    [NO_HISTORY, 'forbidden', 'noHistory'],
    [ALLOWED, 'noHistory', 'allowed'],
    [FORBIDDEN, 'forbidden', 'forbidden'],
    [ALLOWED, 'forbidden', 'allowed'],
  ] as const;
  const now = async () => (await directory.find(tea))?.record.settings.assistants;
  for (const [assistants, meanwhile, afterwards] of steps) {
    const release = hold();
    const changing = settings.change(alice, TEA, { assistants });
    for (let count = 0; count < 5; count++) await turn();
    const before = await now();
    release();
    await changing;
    expect([assistants, before, await now()]).toEqual([assistants, meanwhile, afterwards]);
  }
});

test('[MEMBER-3] who looked a room up before a change of it failed sees what happens later', async () => {
  await rooms.join(bob, TEA, '');
  const before = await directory.find(tea);
  const { append } = store.events;
  Object.assign(store.events, { append: () => Promise.reject(new Error('the disk is full')) });
  const failing = rooms.leave(bob, TEA).catch((error: Error) => error.message);
  expect(await failing).toBe('the disk is full');
  Object.assign(store.events, { append });
  expect(before && standing(before, bob.user)).toBe('member');
  await rooms.leave(bob, TEA);
  expect(before && standing(before, bob.user)).toBe('none');
});

test('[MEMBER-5] whose account is deleted leaves every room, which get other owners, and is asked into none any more', async () => {
  const other = { name: 'secret', private: true, announcement: false, topic: '' };
  const secret = (await rooms.create(bob, other)).room.number;
  await rooms.join(bob, TEA, '');
  const asked = { kind: 'invitationSet' as const, room: secret, user: alice.user.number, timeMs: 1 };
  await store.events.append([{ events: [], changes: [{ ...asked, by: bob.user.number }] }]);
  const link = { room: tea, role: 'member' as const, usesLeft: undefined, by: alice.user.number };
  const entry = { timeMs: 1, actor: alice.user.number, target: alice.user.number, room: tea };
  const stored = { ...link, codeHash: new Uint8Array(32), expiresMs: 2 ** 50, createdMs: 1 };
  await store.rooms.createRoomInvite(stored, { ...entry, action: 'invite.made', detail: '' });
  expect(await rooms.leaveAll(alice)).toEqual([tea]);
  expect((await store.rooms.memberships(alice.user.number)).map(({ room }) => room.number)).toEqual([LOBBY]);
  const [first] = await store.rooms.members(tea, 0 as UserNumber, 2);
  expect(first).toMatchObject({ user: bob.user.number, role: 'owner' });
  expect(await store.rooms.invitations(alice.user.number)).toEqual([]);
  expect(await store.rooms.roomInvites(tea, 2)).toEqual([]);
  expect(await rooms.leaveAll(bob)).toEqual([tea, secret]);
  expect(await store.rooms.memberCount(tea)).toBe(0);
});
