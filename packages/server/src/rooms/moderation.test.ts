/** Kick, ban, mute and roles, through frames (M10). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { FOREVER_MS, LOBBY, type RoomNumber, roomStream, SANCTIONS_MAX, type UserNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { ErrorCode, Role } from '@sotto/schema';
import { Asking, contentOf, named, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

type Wanted = NonNullable<FrameFields<'changeMember'>['change']>;

const kick = (reason = ''): Wanted => ({ case: 'kick', value: { reason } });
const ban = (untilMs = 0, reason = ''): Wanted => ({ case: 'ban', value: { untilMs, reason } });
const mute = (untilMs = 0, reason = ''): Wanted => ({ case: 'mute', value: { untilMs, reason } });
const unban: Wanted = { case: 'unban', value: {} };
const unmute: Wanted = { case: 'unmute', value: {} };
const role = (value: Role): Wanted => ({ case: 'role', value });

let world: World;
let asking: Asking;
/** Owner of the server, too. */
let alice: LoggedIn;
let bob: LoggedIn;
let cleo: LoggedIn;
let dan: LoggedIn;
let tea: RoomNumber;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  alice = await world.user('alice');
  [bob, cleo, dan] = [await world.user('bob'), await world.user('cleo'), await world.user('dan')];
  tea = await asking.room(bob, 'tea');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const act = (by: LoggedIn, on: LoggedIn, change: Wanted, room = tea) =>
  asking.ask(by, 'changeMember', { room: numbered(room), user: numbered(on.number), change });
/** The name of the error. */
const refused = async (task: Promise<unknown>) => {
  const code = await refusal(task);
  return code === undefined ? undefined : ErrorCode[code];
};
const join = (who: LoggedIn, room = tea) => asking.ask(who, 'joinRoom', { room: numbered(room) });
const rolesIn = async (room: RoomNumber, by = bob) => {
  const { members } = await asking.ask(by, 'listMembers', { room: numbered(room) });
  return Object.fromEntries(members.map(({ user, role }) => [user?.name, Role[role]]));
};
const audit = async (by = bob) => {
  const { entries } = await asking.ask(by, 'readAudit', { room: numbered(tea) });
  return entries.map(({ action, detail, actor, target }) => ({ action, detail, actor, target }));
};

describe('acts on members (M10)', () => {
  beforeEach(async () => {
    await asking.enter(bob, cleo, tea, Role.MODERATOR);
    await asking.enter(bob, dan, tea);
  });

  test('[MEMBER-1] each needs its right and a higher standing; who is no member stands lowest', async () => {
    await asking.enter(bob, alice, tea);
    const far = world.clock.now() + 60_000_000;
    for (const wanted of [kick(), ban(), mute(far), unban, unmute]) {
      expect([wanted, await refused(act(dan, cleo, wanted))]).toEqual([wanted, 'PERMISSION_DENIED']);
      expect([wanted, await refused(act(cleo, bob, wanted))]).toEqual([wanted, 'PERMISSION_DENIED']);
      // An owner of the server stands as an owner in listed rooms.
      expect([wanted, await refused(act(cleo, alice, wanted))]).toEqual([wanted, 'PERMISSION_DENIED']);
      expect([wanted, await refused(act(bob, alice, wanted))]).toEqual([wanted, 'PERMISSION_DENIED']);
      expect([wanted, await refused(act(cleo, cleo, wanted))]).toEqual([wanted, 'PERMISSION_DENIED']);
    }
    expect(await refused(act(cleo, dan, mute()))).toBeUndefined();
    expect(await refused(act(cleo, dan, kick()))).toBeUndefined();
    expect(await refused(act(cleo, dan, kick()))).toBe('NOT_FOUND');
    expect(await refused(act(cleo, dan, ban()))).toBeUndefined();
    const nobody = { room: numbered(tea), user: numbered(999), change: kick() };
    expect(await asking.refused(cleo, 'changeMember', nobody)).toBe(ErrorCode.NOT_FOUND);
    expect(await asking.refused(dan, 'changeMember', nobody)).toBe(ErrorCode.PERMISSION_DENIED);
    const nothing = { room: numbered(tea), user: numbered(dan.number) };
    expect(await asking.refused(cleo, 'changeMember', nothing)).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[MEMBER-2] [AUDIT-1] a kick is an event of the room with its reason, one in the inbox, and an audit entry', async () => {
    await Promise.all([asking.follow(bob, tea), asking.followInbox(dan)]);
    await act(cleo, dan, kick(' too loud '));
    expect(contentOf(bob.peer.eventsOf(roomStream(tea)).at(-1))).toMatchObject({
      case: 'member',
      value: { user: dan.number, name: 'dan', role: Role.MEMBER, reason: 'too loud', untilMs: 0 },
    });
    expect(bob.peer.eventsOf(roomStream(tea)).at(-1)).toMatchObject({
      sender: cleo.number,
      role: Role.MODERATOR,
    });
    expect(asking.inbox(dan)).toEqual(['ROOM_ENTERED', 'ROOM_EXITED']);
    expect((await audit())[0]).toEqual({
      action: 'member.kicked',
      detail: 'too loud',
      actor: cleo.number,
      target: dan.number,
    });
    expect(await rolesIn(tea)).toEqual({ bob: 'OWNER', cleo: 'MODERATOR' });
    await join(dan);
  });

  test('[MEMBER-3] who is removed is refused from the moment on, and hears nothing that comes after', async () => {
    const other = await world.device(dan);
    for (const one of [dan, other, bob]) await asking.follow(one, tea);
    const acting = refused(act(cleo, dan, kick()));
    const said: Promise<string | undefined>[] = [];
    for (let count = 0; count < 20; count++) {
      said.push(refused(asking.say(dan, tea, `word ${count}`)));
      await world.clock.advance(count % 3);
    }
    expect(await acting).toBeUndefined();
    const outcomes = await Promise.all(said);
    const taken = outcomes.indexOf('PERMISSION_DENIED');
    expect(outcomes).toEqual(outcomes.map((_, index) => (index < taken ? undefined : 'PERMISSION_DENIED')));
    await asking.say(bob, tea, 'without dan');
    await world.clock.advance(50);
    const kinds = asking.heard(bob, tea);
    expect(kinds.slice(-2)).toEqual(['MEMBER_KICKED', 'MESSAGE']);
    for (const one of [dan, other])
      expect(kinds.slice(0, -1).slice(0, asking.heard(one, tea).length)).toEqual(asking.heard(one, tea));
    expect(await refused(asking.say(other, tea, 'x'))).toBe('PERMISSION_DENIED');
    expect(await refused(asking.follow(other, tea))).toBe('PERMISSION_DENIED');
  });

  test('[MEMBER-3] what could not be stored was not done', async () => {
    const { append } = world.store.events;
    Object.assign(world.store.events, { append: () => Promise.reject(new Error('the disk is full')) });
    for (const wanted of [kick(), ban(), mute(), role(Role.GUEST)])
      expect(await refused(act(bob, dan, wanted))).toBe('INTERNAL');
    Object.assign(world.store.events, { append });
    expect(world.errors.splice(0)).toHaveLength(4);
    await asking.say(dan, tea, 'still here');
    expect((await rolesIn(tea)).dan).toBe('MEMBER');
  });

  test('[MEMBER-4] roles are given below oneself; owners make owners; one steps down oneself', async () => {
    expect(await refused(act(cleo, dan, role(Role.GUEST)))).toBe('PERMISSION_DENIED');
    await act(bob, cleo, role(Role.ADMIN));
    expect(await refused(act(cleo, dan, role(Role.ADMIN)))).toBe('PERMISSION_DENIED');
    expect(await refused(act(cleo, bob, role(Role.MEMBER)))).toBe('PERMISSION_DENIED');
    await act(cleo, dan, role(Role.MODERATOR));
    await act(bob, dan, role(Role.OWNER));
    expect(await refused(act(bob, dan, role(Role.MEMBER)))).toBe('PERMISSION_DENIED');
    await act(dan, dan, role(Role.MEMBER));
    expect(await refused(act(dan, dan, role(Role.MODERATOR)))).toBe('PERMISSION_DENIED');
    expect(await refused(act(bob, bob, role(Role.GUEST)))).toBe('PERMISSION_DENIED');
    expect(await refused(act(bob, alice, role(Role.GUEST)))).toBe('NOT_FOUND');
    expect(await refused(act(bob, dan, role(77 as Role)))).toBe('ARGUMENT_INVALID');
    expect(await rolesIn(tea)).toEqual({ bob: 'OWNER', cleo: 'ADMIN', dan: 'MEMBER' });
    const { length } = await audit();
    await act(bob, dan, role(Role.MEMBER));
    expect(await audit()).toHaveLength(length);
  });

  test('[MEMBER-5] where the last owner leaves, the highest and then longest member follows, in the same commit', async () => {
    const eve = await world.user('eve');
    await asking.enter(bob, eve, tea);
    await asking.follow(dan, tea);
    await act(bob, cleo, role(Role.MEMBER));
    const leave = (who: LoggedIn) => asking.ask(who, 'leaveRoom', { room: numbered(tea) });
    await leave(bob);
    expect(asking.heard(dan, tea).slice(-2)).toEqual(['MEMBER_ROLE_CHANGED', 'MEMBER_LEFT']);
    expect(dan.peer.eventsOf(roomStream(tea)).at(-2)).toMatchObject({ sender: 0, device: 0 });
    expect(await rolesIn(tea, dan)).toEqual({ cleo: 'OWNER', dan: 'MEMBER', eve: 'MEMBER' });
    await act(cleo, eve, role(Role.MODERATOR));
    await leave(cleo);
    expect(await rolesIn(tea, dan)).toEqual({ eve: 'OWNER', dan: 'MEMBER' });
    await leave(eve);
    await leave(dan);
    expect(await rolesIn(tea)).toEqual({});
    await join(bob);
    expect(await rolesIn(tea)).toEqual({ bob: 'MEMBER' });
  });
});

describe('bans and mutes (M10)', () => {
  test('[SANCTION-1] a ban removes a member, and refuses every way in until it ends', async () => {
    await asking.enter(bob, cleo, tea, Role.MODERATOR);
    await asking.enter(bob, dan, tea);
    const ends = world.clock.now() + 100_000;
    await asking.followInbox(dan);
    await act(cleo, dan, ban(ends, 'spam'));
    expect(asking.inbox(dan)).toEqual(['ROOM_ENTERED', 'ROOM_EXITED']);
    const { code } = await asking.ask(bob, 'createRoomInvite', { room: numbered(tea) });
    const invited = { room: numbered(tea), user: numbered(dan.number) };
    expect(await refused(join(dan))).toBe('BANNED');
    expect(await asking.refused(dan, 'joinRoom', { code })).toBe(ErrorCode.BANNED);
    expect(await asking.refused(bob, 'addMember', invited)).toBe(ErrorCode.BANNED);
    expect(await asking.refused(bob, 'inviteMember', invited)).toBe(ErrorCode.BANNED);
    expect(await refused(asking.say(dan, tea, 'x'))).toBe('PERMISSION_DENIED');
    await world.clock.advance(100_000);
    await join(dan);
    await act(cleo, dan, ban());
    expect(await refused(join(dan))).toBe('BANNED');
    await act(cleo, dan, unban);
    await join(dan);
    const { length } = await audit();
    await act(cleo, dan, unban);
    expect(await audit()).toHaveLength(length);
  });

  test('[SANCTION-1] somebody who is no member is banned as well, also from a private room they were asked into', async () => {
    const secret = await asking.room(bob, 'secret', 'private');
    const of = { room: numbered(secret), user: numbered(dan.number) };
    await asking.followInbox(dan);
    await asking.ask(bob, 'inviteMember', of);
    const { code } = await asking.ask(bob, 'createRoomInvite', { room: numbered(secret) });
    await act(bob, dan, ban(), secret);
    expect(asking.inbox(dan)).toEqual(['ROOM_INVITED', 'INVITATION_SETTLED']);
    expect(await refused(join(dan, secret))).toBe('NOT_FOUND');
    expect(await asking.refused(dan, 'joinRoom', { code })).toBe(ErrorCode.BANNED);
    expect((await asking.ask(dan, 'listInvitations', {})).invitations).toEqual([]);
  });

  test('[SANCTION-2] a mute holds until it ends, says how long, and is kept over leaving', async () => {
    await asking.enter(bob, dan, tea);
    const ends = world.clock.now() + 100_000;
    await act(bob, dan, mute(ends, 'cool down'));
    const failure = await asking.say(dan, tea, 'x').catch((error) => error);
    expect(failure).toMatchObject({ code: ErrorCode.MUTED, detail: 'cool down' });
    expect(failure.retryAfterMs).toBeGreaterThan(90_000);
    const { members } = await asking.ask(bob, 'listMembers', { room: numbered(tea) });
    expect(members.map(({ user, mutedUntilMs }) => [user?.name, mutedUntilMs])).toEqual([
      ['bob', 0],
      ['dan', ends],
    ]);
    await asking.ask(dan, 'leaveRoom', { room: numbered(tea) });
    await join(dan);
    expect(await refused(asking.say(dan, tea, 'x'))).toBe('MUTED');
    expect((await asking.ask(dan, 'readRoom', { room: numbered(tea) })).mutedUntilMs).toBe(ends);
    await world.clock.advance(100_000);
    await asking.say(dan, tea, 'again');
    await act(bob, dan, mute());
    expect((await asking.ask(dan, 'readRoom', { room: numbered(tea) })).mutedUntilMs).toBe(FOREVER_MS);
    await act(bob, dan, unmute);
    await asking.say(dan, tea, 'and again');
  });

  test('[SANCTION-2] in the lobby too, where everyone is a member', async () => {
    await act(alice, dan, mute(), LOBBY);
    expect(await refused(asking.say(dan, LOBBY, 'x'))).toBe('MUTED');
    await asking.say(bob, LOBBY, 'not me');
    expect(await refused(act(bob, cleo, mute(), LOBBY))).toBe('PERMISSION_DENIED');
    expect(await refused(act(alice, cleo, kick(), LOBBY))).toBe('PERMISSION_DENIED');
    const { sanctions } = await asking.ask(alice, 'listSanctions', { room: numbered(LOBBY) });
    expect(sanctions.map(({ user, muted }) => [user?.name, muted])).toEqual([['dan', true]]);
  });

  test('[SANCTION-1] [SANCTION-2] ends and reasons that are none are refused', async () => {
    await asking.enter(bob, dan, tea);
    const past = world.clock.now();
    for (const end of [
      Number.NaN,
      -1,
      1,
      past,
      Number.POSITIVE_INFINITY,
      2 ** 60,
      Number.NEGATIVE_INFINITY,
    ]) {
      expect([end, await refused(act(bob, dan, ban(end)))]).toEqual([end, 'ARGUMENT_INVALID']);
      expect([end, await refused(act(bob, dan, mute(end)))]).toEqual([end, 'ARGUMENT_INVALID']);
    }
    for (const reason of ['x'.repeat(201), 'two\nlines', 'abc\u202edef']) {
      expect(await refused(act(bob, dan, kick(reason)))).toBe('ARGUMENT_INVALID');
      expect(await refused(act(bob, dan, ban(0, reason)))).toBe('ARGUMENT_INVALID');
    }
    const half = world.clock.now() + 5_000.5;
    await act(bob, dan, mute(half));
    const { sanctions } = await asking.ask(bob, 'listSanctions', { room: numbered(tea) });
    expect(sanctions.map(({ untilMs }) => untilMs)).toEqual([Math.ceil(half)]);
  });

  test('[SANCTION-3] no more hold than may be; none is lifted to make room, and those that ended make room', async () => {
    const until = world.clock.now() + 1_000_000;
    const rows = Array.from({ length: SANCTIONS_MAX }, (_, index) => ({
      kind: 'sanctionSet' as const,
      room: tea,
      user: (1_000 + index) as UserNumber,
      sanction: 'ban' as const,
      untilMs: index === 0 ? until : 0,
      by: bob.session.user.number,
      timeMs: world.clock.now(),
      reason: 'ä'.repeat(200),
    }));
    await world.store.events.append([{ events: [], changes: rows }]);
    // What the server has in memory is older.
    const fresh = await restarted();
    expect(await refused(act(bob, dan, ban()))).toBe('LIMIT_REACHED');
    await world.clock.advance(1_000_000);
    await act(bob, dan, ban());
    expect(await refused(act(bob, cleo, mute()))).toBe('LIMIT_REACHED');
    await act(bob, dan, ban(0, 'again'));
    expect(fresh).toBe(true);
    const { sanctions } = await asking.ask(bob, 'listSanctions', { room: numbered(tea) });
    expect(sanctions.map(({ user, reason }) => [user?.name, reason])).toEqual([['dan', 'again']]);
  });

  /** The room leaves memory: so many others are looked at. */
  async function restarted(): Promise<boolean> {
    const { append } = world.store.events;
    Object.assign(world.store.events, { append: () => Promise.reject(new Error('once')) });
    await refused(act(bob, dan, ban()));
    Object.assign(world.store.events, { append });
    return world.errors.splice(0).length === 1;
  }
});

test('[ROOM-2] of a private room nobody outside learns anything by acting on it', async () => {
  const secret = await asking.room(bob, 'secret', 'private');
  for (const room of [numbered(secret), named('secret'), numbered(4_444)]) {
    const of = { room, user: numbered(bob.number) };
    expect(await asking.refused(dan, 'changeMember', { ...of, change: ban() })).toBe(ErrorCode.NOT_FOUND);
    expect(await asking.refused(dan, 'inviteMember', of)).toBe(ErrorCode.NOT_FOUND);
    expect(await asking.refused(dan, 'declineInvitation', { room })).toBe(ErrorCode.NOT_FOUND);
    for (const name of ['readRoom', 'changeRoom', 'listSanctions', 'createRoomInvite', 'readAudit'] as const)
      expect(await asking.refused(dan, name, { room })).toBe(ErrorCode.NOT_FOUND);
  }
});
