/** What those who keep order in rooms do, through the public SDK over UDP and TLS (M10). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { SottoError } from '@sotto/client/node';
import type { RoomNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { makeAdministrator } from './support/accounts.ts';
import { type Guest, type House, openHouse } from './support/house.ts';
import { eventually } from './support/peers.ts';

const TIMEOUT_MS = 60_000;
const SOON_MS = 1_500;

let house: House;
let alice: Guest;
let bob: Guest;
let cam: Guest;
let rooms = 0;

beforeAll(async () => {
  house = await openHouse({
    people: { root: 'websocket', alice: 'udp', bob: 'tls', cam: 'udp', dan: 'tls', steward: 'tls' },
    prepare: (directory) => makeAdministrator(directory, 'steward'),
  });
  alice = house.guest('alice');
  bob = house.guest('bob');
  cam = house.guest('cam');
}, TIMEOUT_MS);
afterAll(() => house.close());

/** A room of alice's, with these in it. */
async function roomWith(guests: readonly Guest[], options = {}): Promise<RoomNumber> {
  const { number } = await alice.client.createRoom(`room-${++rooms}`, options);
  for (const guest of guests) {
    await alice.client.addMember(number, guest.number as never);
    await guest.hears('roomEntered', (event) => event.room.number === number);
  }
  return number;
}

const texts = async (by: Guest, room: RoomNumber) =>
  (await by.client.messages(room, { limit: 100 })).messages.map(({ text }) => text);

async function code(task: Promise<unknown>): Promise<ErrorCode | undefined> {
  return task.then(
    () => undefined,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );
}

/** As messages go out by the outbox, a refusal for now is waited out there. */
async function sends(by: Guest, room: RoomNumber, text = 'x'): Promise<ErrorCode | 'waits' | undefined> {
  const waits = Bun.sleep(500).then(() => 'waits' as const);
  return Promise.race([code(by.client.send(room, text)), waits]);
}

test(
  'M10: an invite link lets in as many as it says, until it is taken back or ends',
  async () => {
    const room = await roomWith([], { private: true });
    const once = await alice.client.invites.create(room, { uses: 1, role: 'guest' });
    await bob.client.joinRoom({ code: once.code });
    expect(bob.client.rooms.find(({ number }) => number === room)?.role).toBe('guest');
    expect(await code(cam.client.joinRoom({ code: once.code }))).toBe(ErrorCode.CODE_INVALID);
    const open = await alice.client.invites.create(room);
    expect((await alice.client.invites.list(room)).map(({ id }) => id)).toContain(open.id);
    await alice.client.invites.revoke(room, open.id);
    expect(await code(cam.client.joinRoom({ code: open.code }))).toBe(ErrorCode.CODE_INVALID);
    const brief = await alice.client.invites.create(room, { lifetimeMs: 1 });
    await Bun.sleep(50);
    expect(await code(cam.client.joinRoom({ code: brief.code }))).toBe(ErrorCode.CODE_INVALID);
  },
  TIMEOUT_MS,
);

test(
  'M10: who is invited hears it, and joins or declines',
  async () => {
    const room = await roomWith([], { private: true });
    await alice.client.inviteMember(room, 'bob');
    const { invitation } = await bob.hears('invited', (event) => event.invitation.room.number === room);
    expect(invitation.by.name).toBe('alice');
    await bob.client.joinRoom(room);
    await alice.client.inviteMember(room, 'cam');
    await cam.hears('invited', (event) => event.invitation.room.number === room);
    await cam.client.declineInvitation(room);
    expect(await cam.client.invitations()).toEqual([]);
    expect(await code(cam.client.joinRoom(room))).toBe(ErrorCode.NOT_FOUND);
  },
  TIMEOUT_MS,
);

test(
  'M10: a kick ends what the member hears, and they may come back; a ban keeps them out',
  async () => {
    const room = await roomWith([bob, cam]);
    await alice.client.moderation.kick(room, 'bob', 'too loud');
    await bob.hears('roomExited', (event) => event.room.number === room);
    const told = await cam.hears('memberKicked', (event) => event.room.number === room);
    expect(told).toMatchObject({ member: { name: 'bob' }, by: { name: 'alice' }, reason: 'too loud' });
    await bob.client.joinRoom(room);
    await alice.client.moderation.ban(room, 'bob', { reason: 'again' });
    await cam.hears('memberBanned', (event) => event.room.number === room);
    expect(await code(bob.client.joinRoom(room))).toBe(ErrorCode.BANNED);
    expect(await code(cam.client.addMember(room, 'bob'))).toBe(ErrorCode.BANNED);
    expect(await alice.client.moderation.sanctions(room)).toMatchObject([
      { person: { name: 'bob' }, banned: true },
    ]);
    await alice.client.moderation.unban(room, 'bob');
    await bob.client.joinRoom(room);
  },
  TIMEOUT_MS,
);

test(
  'M10: who is muted reads and does not write, also after leaving and coming back, until it ends',
  async () => {
    const room = await roomWith([bob]);
    await alice.client.moderation.mute(room, 'bob', { until: new Date(Date.now() + 60_000) });
    await bob.hears('memberMuted', (event) => event.room.number === room);
    expect(await sends(bob, room)).not.toBeUndefined();
    await bob.client.leaveRoom(room);
    await bob.client.joinRoom(room);
    expect(await code(bob.client.pin(room, 1 as never))).not.toBeUndefined();
    await alice.client.send(room, 'you hear this');
    expect(
      await eventually(() =>
        bob.heard.find((event) => event.kind === 'message' && event.message.text === 'you hear this'),
      ),
    ).toBeDefined();
    expect((await alice.client.members(room)).find(({ name }) => name === 'bob')?.mutedUntil).toBeInstanceOf(
      Date,
    );
    await alice.client.moderation.unmute(room, 'bob');
    expect(await code(bob.client.send(room, 'free'))).toBeUndefined();
  },
  TIMEOUT_MS,
);

test(
  'M10: in slow mode members wait, and moderators do not',
  async () => {
    const room = await roomWith([bob]);
    await alice.client.changeRoom(room, { slowModeSeconds: 2 });
    await bob.hears(
      'roomChanged',
      (event) => event.room.number === room && event.changes.slowModeSeconds === 2,
    );
    await bob.client.send(room, 'first');
    const began = performance.now();
    await Promise.all([alice.client.send(room, 'a'), alice.client.send(room, 'b')]);
    await bob.client.send(room, 'second');
    // The outbox waited as long as the server said.
    expect(performance.now() - began).toBeGreaterThan(SOON_MS);
    expect(await texts(alice, room)).toEqual(['first', 'a', 'b', 'second']);
  },
  TIMEOUT_MS,
);

test(
  'M10: topic, name, kind and archive are changed by those who may, told to all, and in the audit log',
  async () => {
    const room = await roomWith([bob]);
    await alice.client.changeRoom(room, { topic: 'Tea, and nothing else', name: `renamed-${rooms}` });
    expect(await bob.hears('roomChanged', (event) => event.room.number === room)).toMatchObject({
      changes: { topic: 'Tea, and nothing else', name: `renamed-${rooms}` },
      by: { name: 'alice' },
    });
    expect(bob.client.rooms.find(({ number }) => number === room)?.name).toBe(`renamed-${rooms}`);
    expect((await bob.client.room(room)).settings.topic).toBe('Tea, and nothing else');
    await alice.client.changeRoom(room, { archived: true });
    expect(await code(bob.client.send(room, 'too late'))).toBe(ErrorCode.ROOM_ARCHIVED);
    expect(await code(bob.client.moderation.audit(room))).toBe(ErrorCode.PERMISSION_DENIED);
    const { entries } = await alice.client.moderation.audit(room);
    expect(entries.map(({ actor }) => actor.name)).toContain('alice');
    expect(entries.filter(({ action }) => action === 'room.changed').length).toBeGreaterThan(1);
    await alice.client.changeRoom(room, { archived: false });
    expect(await code(bob.client.send(room, 'again'))).toBeUndefined();
  },
  TIMEOUT_MS,
);

test(
  'M10: roles are given from above, and the last owner is succeeded',
  async () => {
    const room = await roomWith([bob, cam]);
    await alice.client.moderation.setRole(room, 'bob', 'moderator');
    await bob.hears('memberRoleChanged', (event) => event.room.number === room && event.role === 'moderator');
    expect(bob.client.can(room, 'kick')).toBe(true);
    expect(await code(bob.client.moderation.kick(room, 'alice'))).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await code(bob.client.moderation.setRole(room, 'cam', 'moderator'))).toBe(
      ErrorCode.PERMISSION_DENIED,
    );
    await alice.client.leaveRoom(room);
    await bob.hears('memberRoleChanged', (event) => event.room.number === room && event.role === 'owner');
    expect(bob.client.can(room, 'archive')).toBe(true);
  },
  TIMEOUT_MS,
);

test(
  '[HISTORY-1] M10: leaving and coming back shows exactly the history that the room allows',
  async () => {
    const open = await roomWith([]);
    const closed = await roomWith([], { private: true });
    for (const room of [open, closed]) {
      await alice.client.send(room, 'before');
      await alice.client.addMember(room, 'bob');
      await bob.hears('roomEntered', (event) => event.room.number === room);
      await alice.client.send(room, 'together');
      await bob.client.leaveRoom(room);
      await alice.client.send(room, 'without');
      await alice.client.addMember(room, 'bob');
      await eventually(() => bob.client.rooms.find(({ number }) => number === room));
      await alice.client.send(room, 'again');
    }
    expect(await texts(bob, open)).toEqual(['before', 'together', 'without', 'again']);
    expect(await texts(bob, closed)).toEqual(['again']);
    expect((await bob.client.search('without')).messages.map(({ room }) => room.number)).toEqual([open]);
    await alice.client.changeRoom(closed, { history: 'all' });
    expect(await texts(bob, closed)).toEqual(['before', 'together', 'without', 'again']);
  },
  TIMEOUT_MS,
);

test(
  'M10: administrators of the server keep order in the lobby',
  async () => {
    const root = house.guest('root');
    const { client } = house.guest('steward');
    expect((await root.client.lookUp(['steward']))[0]?.administrator).toBe(true);
    await client.moderation.mute('lobby', 'cam', { reason: 'shouting' });
    expect(await code(cam.client.send('lobby', 'still here'))).toBe(ErrorCode.MUTED);
    await root.client.admin.dismiss('steward');
    expect(await code(client.moderation.unmute('lobby', 'cam'))).toBe(ErrorCode.PERMISSION_DENIED);
    await root.client.moderation.unmute('lobby', 'cam');
    const { entries } = await root.client.admin.audit();
    expect(entries.length).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
