/** What administrators see and do over the wire (M8, M10, O7). */
import { afterEach, describe, expect, test } from 'bun:test';
import { PROOF_HOLDS_MS } from '@sotto/model';
import type { RequestName } from '@sotto/protocol';
import { AccountFilter, ErrorCode, Registration, RoomKind } from '@sotto/schema';
import { Asking, named, numbered } from '../testing/asking.ts';
import { PasswordClient } from '../testing/password-client.ts';
import { createWorld, refusal, type World } from '../testing/world.ts';

let open: World | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function makeWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  open = world;
  const owner = await world.user('owner');
  return { world, asking: new Asking(world), owner };
}

/** The owner with a password, who can prove it. */
async function withPassword(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  open = world;
  const owner = await PasswordClient.create(world, 'owner', 'secret');
  return { world, asking: new Asking(world), owner };
}

const appointing = (name: string, value = true) =>
  ({ user: named(name), change: { case: 'administrator', value } }) as const;

const ASKED = {
  listAccounts: {},
  readAccount: { user: named('owner') },
  createInvite: { uses: 1 },
  listInvites: {},
  revokeInvite: { id: new Uint8Array(32) },
  listServerRooms: {},
  readHealth: {},
  readLimited: {},
} as const;

describe('what only administrators may (M10)', () => {
  test('[ADMIN-3] [ADMIN-4] [ADMIN-5] [ADMIN-6] [LIMIT-5] anyone else is refused, whatever they ask', async () => {
    const { world, asking, owner } = await withPassword();
    const bob = await world.user('bob');
    for (const [name, fields] of Object.entries(ASKED))
      expect([name, await asking.refused(bob, name as RequestName, fields as never)]).toEqual([
        name,
        ErrorCode.PERMISSION_DENIED,
      ]);
    await owner.prove('secret');
    await owner.request('administerUser', appointing('bob'));
    // On the live connection at once.
    for (const [name, fields] of Object.entries(ASKED))
      expect([name, await asking.refused(bob, name as RequestName, fields as never)]).toEqual([
        name,
        name === 'revokeInvite' ? ErrorCode.NOT_FOUND : undefined,
      ]);
  });

  test('[ADMIN-2] what takes an account over needs the password again, and the rank', async () => {
    const { world, owner } = await withPassword();
    await world.user('bob');
    const acts = [
      ['recoverAccount', { user: named('bob') }],
      ['administerUser', { user: named('bob'), change: { case: 'resetSecondFactor', value: {} } }],
      ['administerUser', { user: named('bob'), change: { case: 'delete', value: {} } }],
    ] as const;
    for (const [name, fields] of acts)
      expect(await refusal(owner.request(name, fields))).toBe(ErrorCode.PROOF_REQUIRED);
    const cam = await PasswordClient.create(world, 'cam', 'mine');
    await cam.prove('mine');
    for (const [name, fields] of acts)
      expect(await refusal(cam.request(name, fields))).toBe(ErrorCode.PERMISSION_DENIED);
    await owner.prove('secret');
    await owner.request('administerUser', appointing('cam'));
    const ofOwner = acts.map(([name, fields]) => [name, { ...fields, user: named('owner') }] as const);
    for (const [name, fields] of ofOwner)
      expect(await refusal(cam.request(name, fields))).toBe(ErrorCode.PERMISSION_DENIED);
    for (const [name, fields] of acts) expect(await refusal(cam.request(name, fields))).toBeUndefined();
    expect(await refusal(cam.request('recoverAccount', { user: named('nobody') }))).toBe(ErrorCode.NOT_FOUND);
  });

  test('[ADMIN-1] [ADMIN-2] [PROOF-3] a stolen session of the owner appoints nobody; dismissing needs no proof', async () => {
    const { world, asking, owner } = await withPassword();
    const bob = await world.user('bob');
    const cam = await PasswordClient.create(world, 'cam', 'mine');
    const appoint = (by: PasswordClient, name: string) =>
      refusal(by.request('administerUser', appointing(name)));
    expect(await appoint(owner, 'bob')).toBe(ErrorCode.PROOF_REQUIRED);
    expect(await asking.refused(bob, 'readLimited', {})).toBe(ErrorCode.PERMISSION_DENIED);
    await owner.prove('secret');
    expect(await appoint(owner, 'bob')).toBeUndefined();
    expect(await asking.refused(bob, 'readLimited', {})).toBeUndefined();
    expect(await appoint(owner, 'cam')).toBeUndefined();
    await cam.prove('mine');
    // Their own password makes them no owner.
    expect(await appoint(cam, 'cam')).toBe(ErrorCode.PERMISSION_DENIED);
    await world.clock.advance(PROOF_HOLDS_MS);
    expect(await appoint(owner, 'bob')).toBe(ErrorCode.PROOF_REQUIRED);
    expect(await refusal(owner.request('administerUser', appointing('bob', false)))).toBeUndefined();
    expect(await asking.refused(bob, 'readLimited', {})).toBe(ErrorCode.PERMISSION_DENIED);
  });
});

describe('accounts (M8, A5)', () => {
  test('[ADMIN-3] pages, queries and filters; bad ones are refused', async () => {
    const { world, asking, owner } = await makeWorld();
    for (const name of ['bob', 'bobby', 'cam']) await world.user(name);
    const names = async (fields: Parameters<typeof asking.ask<'listAccounts'>>[2]) => {
      const { accounts, more } = await asking.ask(owner, 'listAccounts', fields);
      return [...accounts.map(({ user }) => user?.name), more];
    };
    expect(await names({ limit: 2 })).toEqual(['owner', 'bob', true]);
    expect(await names({ after: 2, limit: 2 })).toEqual(['bobby', 'cam', false]);
    expect(await names({ query: ' BOB ' })).toEqual(['bob', 'bobby', false]);
    expect(await names({ after: 2 ** 32 - 1 })).toEqual([false]);
    await asking.ask(owner, 'administerUser', {
      user: named('cam'),
      change: { case: 'suspend', value: { reason: 'spam' } },
    });
    expect(await names({ filter: AccountFilter.SUSPENDED })).toEqual(['cam', false]);
    expect(await names({ filter: AccountFilter.ADMINISTRATORS })).toEqual(['owner', false]);
    const { accounts } = await asking.ask(owner, 'listAccounts', { after: 3 });
    expect(accounts).toMatchObject([{ online: false, suspendReason: 'spam' }]);
    expect(accounts[0]?.suspendedMs).toBeGreaterThan(0);
    for (const fields of [{ query: 'x'.repeat(65) }, { filter: 9 as AccountFilter }])
      expect(await asking.refused(owner, 'listAccounts', fields)).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[ADMIN-2] [ADMIN-3] sessions are told with where they come from, and end', async () => {
    const { world, asking, owner } = await makeWorld();
    const bob = await world.user('bob');
    const phone = await world.device(bob);
    const read = () => asking.ask(owner, 'readAccount', { user: named('bob') });
    const { account, sessions } = await read();
    expect(account).toMatchObject({ online: true, user: { name: 'bob' } });
    expect(sessions.map(({ transport, address, device }) => [transport, address, device?.online])).toEqual([
      ['memory', bob.peer.connection.remoteAddress, true],
      ['memory', bob.peer.connection.remoteAddress, true],
    ]);
    await asking.ask(owner, 'administerUser', {
      user: named('bob'),
      change: { case: 'endSessions', value: {} },
    });
    await world.clock.advance(5);
    for (const { peer } of [bob, phone]) expect(peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect((await read()).sessions).toEqual([]);
    expect(await asking.refused(owner, 'readAccount', { user: named('nobody') })).toBe(ErrorCode.NOT_FOUND);
    expect(await asking.refused(owner, 'readAccount', {})).toBe(ErrorCode.NOT_FOUND);
  });

  test('[ADMIN-2] [RECOVERY-2] a code that was asked for sets a new password, and is in the audit log', async () => {
    const { world, owner } = await withPassword({ registration: 'closed' });
    await world.user('bob');
    await owner.prove('secret');
    const { code, expiresMs } = await owner.request('recoverAccount', { user: named('bob') });
    const DAY_MS = 24 * 60 * 60_000;
    expect(expiresMs).toBeLessThanOrEqual(world.clock.now() + DAY_MS);
    const bob = await PasswordClient.connect(world);
    await bob.register('bob', 'new', { code });
    expect((await bob.logIn('bob', 'new')).user?.name).toBe('bob');
    const { entries } = await owner.request('readAudit', { user: 2, action: 'recover' });
    expect(entries).toMatchObject([{ actor: 1, target: 2, action: 'recover' }]);
    for (const lifetimeMs of [-1, Number.NaN, 8 * DAY_MS])
      expect(await refusal(owner.request('recoverAccount', { user: named('bob'), lifetimeMs }))).toBe(
        ErrorCode.ARGUMENT_INVALID,
      );
  });

  test('[ADMIN-2] [DELETE-1] an account is deleted by an administrator, and its connections end', async () => {
    const { world, owner } = await withPassword();
    const bob = await world.user('bob');
    await owner.prove('secret');
    const remove = (user: string) =>
      owner.request('administerUser', { user: named(user), change: { case: 'delete', value: {} } });
    await remove('bob');
    await world.clock.advance(50);
    expect(bob.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect(await refusal(remove('bob'))).toBe(ErrorCode.NOT_FOUND);
    expect(await refusal(remove('owner'))).toBe(ErrorCode.PERMISSION_DENIED);
    const { entries } = await owner.request('readAudit', { action: 'deleteAccount' });
    expect(entries).toMatchObject([{ actor: 1, target: 2 }]);
  });
});

describe('invite codes, rooms and health', () => {
  test('[ADMIN-4] a code makes an account until it is taken back; the list never tells it', async () => {
    const { world, asking, owner } = await makeWorld({ registration: 'invite' });
    const { code } = await asking.ask(owner, 'createInvite', { uses: 2 });
    const eve = await PasswordClient.connect(world);
    await eve.register('eve', 'p', { code });
    const { invites, registration } = await asking.ask(owner, 'listInvites', {});
    expect(registration).toBe(Registration.INVITE);
    expect(invites).toMatchObject([{ usesLeft: 1 }]);
    expect(invites[0]?.id).toHaveLength(32);
    const revoke = { id: invites[0]?.id ?? new Uint8Array() };
    await asking.ask(owner, 'revokeInvite', revoke);
    expect(await asking.refused(owner, 'revokeInvite', revoke)).toBe(ErrorCode.NOT_FOUND);
    expect(await refusal(eve.register('fay', 'p', { code }))).toBe(ErrorCode.CODE_REQUIRED);
    for (const fields of [{ uses: 0 }, { uses: 1_001 }, { uses: 1, lifetimeMs: -1 }])
      expect(await asking.refused(owner, 'createInvite', fields)).toBe(ErrorCode.ARGUMENT_INVALID);
    const { entries } = await asking.ask(owner, 'readAudit', {});
    expect(entries.map(({ action }) => action)).toEqual(['revokeInvite', 'createInvite']);
  });

  test('[ADMIN-5] a private room is told by its number alone, also to who looks for its name', async () => {
    const { world, asking, owner } = await makeWorld();
    const bob = await world.user('bob');
    const tea = await asking.room(bob, 'tea');
    const secret = await asking.room(bob, 'tea-secret', 'private');
    await asking.ask(bob, 'openDirect', { user: numbered(owner.number) });
    await asking.say(bob, secret, 'hidden');
    const { rooms, more } = await asking.ask(owner, 'listServerRooms', {});
    expect(more).toBe(false);
    expect(rooms.map(({ number, kind, name, members }) => [number, kind, name, members])).toEqual([
      [1, RoomKind.LOBBY, 'lobby', 2],
      [tea, RoomKind.PUBLIC, 'tea', 1],
      [secret, RoomKind.PRIVATE, '', 1],
    ]);
    expect(rooms[2]?.events).toBeGreaterThan(1);
    const found = await asking.ask(owner, 'listServerRooms', { query: 'tea' });
    expect(found.rooms.map(({ number }) => number)).toEqual([tea]);
    expect(await asking.ask(owner, 'listServerRooms', { limit: 1 })).toMatchObject({ more: true });
    const tooLong = { query: 'x'.repeat(65) };
    expect(await asking.refused(owner, 'listServerRooms', tooLong)).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[ADMIN-6] O7 health counts connections, sessions, commits and what is kept', async () => {
    const { world, asking, owner } = await makeWorld({ endpoints: [{ transport: 'memory', port: 7 }] });
    const before = await asking.ask(owner, 'readHealth', {});
    const bob = await world.user('bob');
    await world.connect();
    await asking.follow(bob, await asking.room(bob, 'tea'));
    const health = await asking.ask(owner, 'readHealth', {});
    expect(health).toMatchObject({
      agent: 'sotto/test',
      usersOnline: 2,
      accounts: 2,
      requests: 0,
      refused: 0,
    });
    expect(health.transports).toMatchObject([{ transport: 'memory', port: 7, connections: 3, sessions: 2 }]);
    expect(health.log?.streams).toBe(1);
    expect(health.log?.events).toBeGreaterThan(before.log?.events ?? 0);
    expect(health.startedMs).toBe(before.startedMs);
    expect(health.nowMs).toBeGreaterThan(before.nowMs);
  });

  test('[AUDIT-4] the audit log of a room is filtered for its moderators alone', async () => {
    const { world, asking, owner } = await makeWorld();
    const [bob, cam] = [await world.user('bob'), await world.user('cam')];
    const tea = await asking.room(bob, 'tea');
    await asking.enter(bob, cam, tea);
    const change = { case: 'mute', value: { reason: 'loud' } } as const;
    await asking.ask(bob, 'changeMember', { room: numbered(tea), user: named('cam'), change });
    const wanted = { room: numbered(tea), user: cam.number };
    const { entries } = await asking.ask(bob, 'readAudit', wanted);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.every(({ actor, target }) => actor === cam.number || target === cam.number)).toBe(true);
    expect((await asking.ask(bob, 'readAudit', { ...wanted, action: 'no.such' })).entries).toEqual([]);
    expect(await asking.refused(cam, 'readAudit', wanted)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await asking.refused(owner, 'readAudit', { room: numbered(tea), user: 1 })).toBe(
      ErrorCode.PERMISSION_DENIED,
    );
  });
});
