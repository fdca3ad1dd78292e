/** Invite links, asking people into rooms, and which history they see then; through frames (M10). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  INVITATIONS_MAX,
  inboxStream,
  LOBBY,
  ROOM_INVITE_LIFETIME_MAX_MS,
  ROOM_INVITE_USES_MAX,
  ROOM_INVITES_MAX,
  type RoomNumber,
} from '@sotto/model';
import { ErrorCode, Role, RoomKind } from '@sotto/schema';
import { Asking, contentOf, named, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

type Terms = { uses?: number; lifetimeMs?: number; role?: Role };
const DAY_MS = 24 * 60 * 60_000;

let world: World;
let asking: Asking;
let bob: LoggedIn;
let cleo: LoggedIn;
let dan: LoggedIn;
let eve: LoggedIn;
let secret: RoomNumber;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  // The server's owner, who takes no part.
  await world.user('alice');
  [bob, cleo] = [await world.user('bob'), await world.user('cleo')];
  [dan, eve] = [await world.user('dan'), await world.user('eve')];
  secret = await asking.room(bob, 'secret', 'private');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const link = (by: LoggedIn, fields: Terms = {}, room = secret) =>
  asking.ask(by, 'createRoomInvite', { room: numbered(room), ...fields });
const links = async (by: LoggedIn, room = secret) =>
  (await asking.ask(by, 'listRoomInvites', { room: numbered(room) })).invites;
const use = (who: LoggedIn, code: string) => asking.ask(who, 'joinRoom', { code });
const unusable = (who: LoggedIn, code: string) => asking.refused(who, 'joinRoom', { code });
const invite = (by: LoggedIn, whom: LoggedIn, room = secret) =>
  asking.ask(by, 'inviteMember', { room: numbered(room), user: numbered(whom.number) });
const open = async (who: LoggedIn) => (await asking.ask(who, 'listInvitations', {})).invitations;
const leave = (who: LoggedIn, room = secret) => asking.ask(who, 'leaveRoom', { room: numbered(room) });

describe('invite links (M10)', () => {
  test('[INVITE-1] a link lets in whoever has it, as what it says, as often as it says, until it ends', async () => {
    const made = await link(bob, { uses: 2, role: Role.GUEST });
    expect(made).toMatchObject({
      room: { number: secret, kind: RoomKind.PRIVATE, name: 'secret' },
      usesLeft: 2,
      unlimited: false,
      role: Role.GUEST,
      by: bob.number,
    });
    expect(made.expiresMs - world.clock.now()).toBeGreaterThan(7 * DAY_MS - 1_000);
    expect(made.code.replaceAll('-', '')).toHaveLength(20);
    const { membership } = await use(cleo, made.code.toLowerCase().replaceAll('-', ' '));
    expect(membership).toMatchObject({ room: { number: secret }, role: Role.GUEST });
    const both = await Promise.all([unusable(dan, made.code), unusable(eve, made.code)]);
    expect(both.filter((code) => code === ErrorCode.CODE_INVALID)).toHaveLength(1);
    expect(both.filter((code) => code === undefined)).toHaveLength(1);
    expect(await links(bob)).toEqual([]);
    const short = await link(bob, { lifetimeMs: 10_000 });
    expect(short).toMatchObject({ unlimited: true, usesLeft: 0, role: Role.MEMBER });
    await world.clock.advance(10_000);
    expect(await unusable(dan, short.code)).toBe(ErrorCode.CODE_INVALID);
  });

  test('[INVITE-2] a wrong code is a wrong code, whatever is wrong; a member who uses one uses nothing up', async () => {
    const { code, id } = await link(bob, { uses: 1 });
    expect((await use(bob, code)).membership?.role).toBe(Role.OWNER);
    expect((await links(bob)).map(({ usesLeft }) => usesLeft)).toEqual([1]);
    await asking.ask(bob, 'revokeRoomInvite', { room: numbered(secret), id });
    for (const wrong of [code, 'AAAAA', '\u0000', 'x'.repeat(300), '７Q4ZK'])
      expect([wrong, await unusable(dan, wrong)]).toEqual([wrong, ErrorCode.CODE_INVALID]);
    // The link says which room it is.
    const other = await link(bob);
    await asking.ask(dan, 'joinRoom', { room: numbered(LOBBY), code: other.code });
    await asking.say(dan, secret, 'in');
    const archived = await link(bob);
    await asking.ask(bob, 'changeRoom', { room: numbered(secret), settings: { archived: true } });
    expect(await unusable(eve, archived.code)).toBe(ErrorCode.ROOM_ARCHIVED);
  });

  test('[INVITE-1] terms that no link has are refused, and so is who may not make one', async () => {
    for (const fields of [
      { uses: ROOM_INVITE_USES_MAX + 1 },
      { uses: 2 ** 32 - 1 },
      { lifetimeMs: Number.NaN },
      { lifetimeMs: -1 },
      { lifetimeMs: Number.POSITIVE_INFINITY },
      { lifetimeMs: ROOM_INVITE_LIFETIME_MAX_MS + 1 },
      { role: Role.OWNER },
      { role: Role.MODERATOR },
      { role: 99 as Role },
    ])
      expect([
        fields,
        await asking.refused(bob, 'createRoomInvite', { room: numbered(secret), ...fields }),
      ]).toEqual([fields, ErrorCode.ARGUMENT_INVALID]);
    expect((await link(bob, { lifetimeMs: 1_000.5 })).expiresMs % 1).toBe(0);
    await asking.enter(bob, cleo, secret);
    const of = { room: numbered(secret) };
    expect(await asking.refused(cleo, 'createRoomInvite', of)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await asking.refused(cleo, 'listRoomInvites', of)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await asking.refused(cleo, 'revokeRoomInvite', { ...of, id: 1 })).toBe(
      ErrorCode.PERMISSION_DENIED,
    );
    expect(await asking.refused(dan, 'listRoomInvites', of)).toBe(ErrorCode.NOT_FOUND);
    const lobby = { room: numbered(LOBBY) };
    expect(await asking.refused(bob, 'createRoomInvite', lobby)).toBe(ErrorCode.PERMISSION_DENIED);
  });

  test('[INVITE-3] [AUDIT-1] links are listed without their codes and taken back; members see those of their own', async () => {
    const tea = await asking.room(bob, 'tea');
    await asking.enter(bob, cleo, tea);
    const [first, second] = [await link(bob, {}, tea), await link(cleo, {}, tea)];
    expect((await links(bob, tea)).map(({ id, code, by }) => [id, code, by])).toEqual([
      [first.id, '', bob.number],
      [second.id, '', cleo.number],
    ]);
    expect((await links(cleo, tea)).map(({ id }) => id)).toEqual([second.id]);
    const revoke = (by: LoggedIn, id: number, room = tea) =>
      asking.refused(by, 'revokeRoomInvite', { room: numbered(room), id });
    expect(await revoke(cleo, first.id)).toBe(ErrorCode.NOT_FOUND);
    expect(await revoke(bob, first.id, secret)).toBe(ErrorCode.NOT_FOUND);
    expect(await revoke(cleo, second.id)).toBeUndefined();
    expect(await revoke(cleo, second.id)).toBe(ErrorCode.NOT_FOUND);
    expect(await unusable(dan, second.code)).toBe(ErrorCode.CODE_INVALID);
    const { entries } = await asking.ask(bob, 'readAudit', { room: numbered(tea), limit: 3 });
    expect(entries.map(({ action, actor, detail }) => [action, actor, detail])).toEqual([
      ['invite.revoked', cleo.number, String(second.id)],
      ['invite.made', cleo.number, 'member'],
      ['invite.made', bob.number, 'member'],
    ]);
  });

  test('[INVITE-3] who is kicked does not come back by a link of their own', async () => {
    await asking.enter(bob, cleo, secret, Role.MODERATOR);
    const { code } = await link(cleo);
    const kick = { case: 'kick' as const, value: { reason: '' } };
    await asking.ask(bob, 'changeMember', {
      room: numbered(secret),
      user: numbered(cleo.number),
      change: kick,
    });
    expect(await unusable(cleo, code)).toBe(ErrorCode.CODE_INVALID);
    expect(await links(bob)).toEqual([]);
  });

  test('[INVITE-3] nor by one that they made in that very moment', async () => {
    const made: (string | undefined)[] = [];
    for (let headStart = 0; headStart < 12; headStart++) {
      await asking.enter(bob, cleo, secret, Role.MODERATOR);
      const linking = link(cleo).then(
        ({ code }) => code,
        () => undefined,
      );
      await world.clock.advance(headStart % 4);
      const change = { case: 'kick' as const, value: { reason: '' } };
      const of = { room: numbered(secret), user: numbered(cleo.number) };
      const [code] = await Promise.all([linking, asking.ask(bob, 'changeMember', { ...of, change })]);
      if (code !== undefined) expect(await unusable(cleo, code)).toBe(ErrorCode.CODE_INVALID);
      made.push(code);
    }
    expect(made.some((code) => code !== undefined)).toBe(true);
  });

  test('[INVITE-3] a room has at most 100 links that can be used', async () => {
    const [{ id }] = [await link(bob)];
    for (let count = 1; count < ROOM_INVITES_MAX; count++) await link(bob);
    const of = { room: numbered(secret) };
    expect(await asking.refused(bob, 'createRoomInvite', of)).toBe(ErrorCode.LIMIT_REACHED);
    await asking.ask(bob, 'revokeRoomInvite', { ...of, id });
    await link(bob);
    expect(await links(bob)).toHaveLength(ROOM_INVITES_MAX);
  });
});

describe('invitations (M10)', () => {
  test('[INVITE-4] who is asked into a private room joins it; all devices learn that it is settled', async () => {
    const other = await world.device(dan);
    for (const one of [dan, other]) await asking.followInbox(one);
    await invite(bob, dan);
    await invite(bob, dan);
    expect(await open(dan)).toMatchObject([
      { room: { number: secret, name: 'secret', kind: RoomKind.PRIVATE }, by: bob.number },
    ]);
    expect(contentOf(dan.peer.eventsOf(inboxStream(dan.session.user.number))[0])).toMatchObject({
      case: 'invitation',
      value: { room: { number: secret }, by: bob.number },
    });
    // Until then it is as hidden as before.
    expect(await asking.refused(dan, 'readRoom', { room: numbered(secret) })).toBe(ErrorCode.NOT_FOUND);
    expect((await asking.ask(dan, 'joinRoom', { room: named('Secret') })).membership?.role).toBe(Role.MEMBER);
    await world.clock.advance(10);
    for (const one of [dan, other])
      expect(asking.inbox(one)).toEqual(['ROOM_INVITED', 'ROOM_ENTERED', 'INVITATION_SETTLED']);
    expect(await open(dan)).toEqual([]);
    await leave(dan);
    expect(await asking.refused(dan, 'joinRoom', { room: numbered(secret) })).toBe(ErrorCode.NOT_FOUND);
  });

  test('[INVITE-4] an invitation is declined, or settled by coming in otherwise', async () => {
    await asking.followInbox(dan);
    await invite(bob, dan);
    await asking.ask(dan, 'declineInvitation', { room: numbered(secret) });
    expect(await open(dan)).toEqual([]);
    for (const room of [numbered(secret), numbered(4_444), numbered(LOBBY)])
      expect(await asking.refused(dan, 'declineInvitation', { room })).toBe(ErrorCode.NOT_FOUND);
    expect(await asking.refused(dan, 'joinRoom', { room: numbered(secret) })).toBe(ErrorCode.NOT_FOUND);
    await invite(bob, dan);
    await asking.enter(bob, dan, secret);
    expect(asking.inbox(dan)).toEqual([
      'ROOM_INVITED',
      'INVITATION_SETTLED',
      'ROOM_INVITED',
      'ROOM_ENTERED',
      'INVITATION_SETTLED',
    ]);
    await invite(bob, dan);
    expect(await open(dan)).toEqual([]);
  });

  test('[INVITE-5] who may add members asks people; one has at most 200 open', async () => {
    await asking.enter(bob, cleo, secret, Role.GUEST);
    const of = { room: numbered(secret), user: numbered(dan.number) };
    expect(await asking.refused(cleo, 'inviteMember', of)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await asking.refused(bob, 'inviteMember', { room: numbered(secret), user: named('nobody') })).toBe(
      ErrorCode.NOT_FOUND,
    );
    const changes = Array.from({ length: INVITATIONS_MAX }, (_, index) => [
      {
        kind: 'roomCreated' as const,
        room: (10_000 + index) as RoomNumber,
        roomKind: 'private' as const,
        name: `r${index}`,
        nameKey: `r${index}`,
        directUsers: undefined,
        timeMs: 0,
      },
      {
        kind: 'invitationSet' as const,
        room: (10_000 + index) as RoomNumber,
        user: dan.session.user.number,
        by: eve.session.user.number,
        timeMs: 0,
      },
    ]).flat();
    await world.store.events.append([{ events: [], changes }]);
    expect(await open(dan)).toHaveLength(INVITATIONS_MAX);
    expect(await asking.refused(bob, 'inviteMember', of)).toBe(ErrorCode.LIMIT_REACHED);
    await asking.ask(dan, 'declineInvitation', { room: numbered(10_000) });
    expect(await asking.refused(bob, 'inviteMember', of)).toBeUndefined();
  });
});
