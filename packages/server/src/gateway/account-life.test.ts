/** Recovery, suspension and the end of accounts, through the gateway and beside it. */
import { afterEach, describe, expect, test } from 'bun:test';
import { inboxStream, LOBBY, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import { Delivery, ErrorCode, EventKind, Role } from '@sotto/schema';
import { OpaqueServer } from '../accounts/opaque.ts';
import { createAdmin } from '../admin/admin.ts';
import { type Core, createCore } from '../core.ts';
import type { Log } from '../logging.ts';
import { Asking, contentOf, named, numbered } from '../testing/asking.ts';
import { PasswordClient } from '../testing/password-client.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

/** The content "word". */
const WORD = Uint8Array.of(10, 4, 119, 111, 114, 100);

let open: World | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function makeWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  open = world;
  const { accounts, rooms, assistants } = world.store;
  // As `sotto admin` would, over the same storage.
  const admin = createAdmin({ accounts, rooms, assistants, clock: world.clock, random: world.random });
  const find = async (name: string) => {
    const user = await admin.findUser(name);
    if (user === undefined) throw new Error(`no ${name}`);
    return user;
  };
  return { world, admin, find, asking: new Asking(world) };
}

describe('recovery (A5)', () => {
  test('[RECOVERY-1] [RECOVERY-2] a code sets a new password; sessions, second factor and sealed key go', async () => {
    const { world, admin, find } = await makeWorld({ registration: 'closed' });
    await world.user('owner');
    const user = await find('owner');
    const terms = { lifetimeMs: 60_000, keepSecondFactor: false };
    await world.store.accounts.enrolSecondFactor(user.number, new Uint8Array(8), 1);
    await confirm(world, user.number);
    const client = await PasswordClient.connect(world);
    const old = await admin.recover(user, terms);
    const code = await admin.recover(user, terms);
    expect(await refusal(client.register('owner', 'new', { code: old }))).toBe(ErrorCode.REGISTRATION_CLOSED);
    await client.register('Owner', 'new', { code, sealedBackupKey: Uint8Array.of(1) });
    expect((await client.logIn('owner', 'new')).user).toMatchObject({ number: 1, owner: true });
    expect(await client.request('readSecurity', {})).toMatchObject({
      secondFactor: false,
      sealedBackupKey: Uint8Array.of(1),
    });
    expect(await refusal(client.request('listDevices', {}))).toBeUndefined();
    expect((await client.request('listDevices', {})).devices).toHaveLength(1);
    const again = await PasswordClient.connect(world);
    expect(await refusal(again.register('owner', 'newer', { code }))).toBe(ErrorCode.REGISTRATION_CLOSED);
  });

  test('[RECOVERY-2] the second factor is kept where the code says so', async () => {
    const { world, admin, find } = await makeWorld();
    await PasswordClient.create(world, 'alice', 'old');
    const user = await find('alice');
    await world.store.accounts.enrolSecondFactor(user.number, new Uint8Array(8), 1);
    await confirm(world, user.number);
    const code = await admin.recover(user, { lifetimeMs: 60_000, keepSecondFactor: true });
    const client = await PasswordClient.connect(world);
    await client.register('alice', 'new', { code });
    expect(await refusal(client.logIn('alice', 'new'))).toBe(ErrorCode.SECOND_FACTOR_REQUIRED);
  });

  test('[RECOVERY-1] [RECOVERY-3] a code that is wrong, used or a day old only says that the name is taken', async () => {
    const { world, admin, find } = await makeWorld();
    const alice = await PasswordClient.create(world, 'alice', 'old');
    const code = await admin.recover(await find('alice'), { lifetimeMs: 60_000, keepSecondFactor: false });
    const client = await PasswordClient.connect(world);
    const register = (name: string, given: string) => refusal(client.register(name, 'new', { code: given }));
    expect(await register('alice', 'AAAAA-AAAAA-AAAAA-AAAAA')).toBe(ErrorCode.NAME_TAKEN);
    // It is the code of nobody else, and makes no account.
    expect(await register('bob', code)).toBeUndefined();
    await world.clock.advance(60_000);
    expect(await register('alice', code)).toBe(ErrorCode.NAME_TAKEN);
    expect(await refusal(alice.request('statusRequest', {}))).toBeUndefined();
  });
});

describe('suspension and administrators (M10)', () => {
  test('[SUSPEND-1] [ADMIN-1] who may do it to whom', async () => {
    const { world, asking } = await makeWorld();
    const client = await PasswordClient.create(world, 'owner', 'p');
    await client.prove('p');
    const owner = { peer: client.peer, number: 1 };
    const [ada, ben, cam] = [await world.user('ada'), await world.user('ben'), await world.user('cam')];
    type Who = Pick<LoggedIn, 'peer' | 'number'>;
    const appoint = (actor: Who, of: Who, value = true) =>
      asking.refused(actor, 'administerUser', {
        user: numbered(of.number),
        change: { case: 'administrator', value },
      });
    const suspend = (actor: Who, of: Who) =>
      asking.refused(actor, 'administerUser', {
        user: numbered(of.number),
        change: { case: 'suspend', value: { reason: 'spam' } },
      });
    expect(await suspend(ada, cam)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await appoint(ada, ben, false)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await appoint(owner, ada)).toBeUndefined();
    expect(await appoint(owner, ben)).toBeUndefined();
    // At once on the live connection.
    expect(await appoint(ada, ben, false)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await suspend(ada, ben)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await suspend(ada, owner)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await suspend(owner, owner)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await suspend(ada, cam)).toBeUndefined();
    await world.clock.advance(5);
    expect(cam.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect(await appoint(owner, ben, false)).toBeUndefined();
    expect(await suspend(ada, ben)).toBeUndefined();
    const entries = await world.run(world.store.rooms.audit(undefined, 0, 10));
    expect(
      entries.map(({ actor, target, action, detail }) => `${actor} ${action} ${target} ${detail}`),
    ).toEqual([
      '2 suspend 3 spam',
      '1 dismiss 3 administrator',
      '2 suspend 4 spam',
      '1 appoint 3 administrator',
      '1 appoint 2 administrator',
    ]);
    for (const user of [numbered(99), named('nobody'), undefined])
      expect(
        await asking.refused(owner, 'administerUser', { user, change: { case: 'restore', value: {} } }),
      ).toBe(ErrorCode.NOT_FOUND);
  });

  test('[SUSPEND-2] [LOGIN-8] it is told only after the password was proved', async () => {
    const { world, admin, find } = await makeWorld();
    await world.user('owner');
    const bob = await PasswordClient.create(world, 'bob', 'right');
    await bob.prove('right');
    const { token } = await bob.request('createToken', { name: 'bot', scopes: ['read'] });
    await admin.suspend(await find('bob'), 'spam');
    const client = await PasswordClient.connect(world);
    expect(await refusal(client.logIn('bob', 'wrong'))).toBe(ErrorCode.LOGIN_FAILED);
    await expect(client.logIn('bob', 'right')).rejects.toMatchObject({
      code: ErrorCode.SUSPENDED,
      detail: 'spam',
    });
    expect(await refusal(client.logInWithToken(token))).toBe(ErrorCode.SUSPENDED);
    await admin.restore(await find('bob'));
    const after = await PasswordClient.connect(world);
    expect(await refusal(after.logIn('bob', 'right'))).toBeUndefined();
  });

  test('[SUSPEND-3] [SESSION-6] what another process changes is noticed within 2 s', async () => {
    const { world, admin, find, asking } = await makeWorld();
    await world.user('owner');
    const [bob, cam] = [await world.user('bob'), await world.user('cam')];
    await asking.ask(cam, 'watchPresence', { users: [bob.number] });
    await admin.setAdministrator(await find('bob'), true);
    await world.clock.advance(2_000);
    expect(cam.peer.pushed('presenceUpdate').at(-1)?.people[0]?.user?.administrator).toBe(true);
    const suspendCam = { user: named('cam'), change: { case: 'suspend', value: {} } } as const;
    expect(await asking.refused(bob, 'administerUser', suspendCam)).toBeUndefined();
    await admin.setAdministrator(await find('bob'), false);
    await admin.suspend(await find('bob'), '');
    await world.clock.advance(2_000);
    expect(bob.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
  });

  test('[ADMIN-1] the ownership moves by the operator alone', async () => {
    const { world, admin, find, asking } = await makeWorld();
    const people = [];
    for (const name of ['owner', 'bob']) people.push(await PasswordClient.create(world, name, 'p'));
    for (const one of people) await one.prove('p');
    await admin.setOwner(await find('bob'));
    await world.clock.advance(2_000);
    const appoint = { user: named('owner'), change: { case: 'administrator', value: true } } as const;
    const answers = [];
    for (const one of people) answers.push(await asking.refused(one, 'administerUser', appoint));
    expect(answers).toEqual([ErrorCode.PERMISSION_DENIED, undefined]);
  });
});

describe('deleting an account (A8)', () => {
  /** Bob owns a room with cam in it, and has said something everywhere. */
  async function worldWithBob(deleted: 'keep' | 'erase') {
    const made = await makeWorld({ deleted });
    const { world, asking } = made;
    const owner = await world.user('owner');
    const bob = await PasswordClient.create(world, 'bob', 'p');
    const cam = await world.user('cam');
    const room = (await bob.request('createRoom', { name: 'tea' })).membership?.room?.number as RoomNumber;
    await bob.request('addMember', { room: numbered(room), user: named('cam') });
    const content = WORD;
    for (const to of [LOBBY, room])
      await bob.request('sendMessage', { room: to, clientMessageId: world.random.bytes(16), content });
    await bob.request('setProfile', { profile: { displayName: 'Bobby', about: 'secret' } });
    await bob.request('setSetting', {
      setting: { setting: { case: 'draft', value: { room, text: 'secret' } } },
    });
    await bob.prove('p');
    return { ...made, asking, owner, bob, cam, room };
  }

  const texts = async (world: World, room: RoomNumber) =>
    (await world.store.events.read(roomStream(room), 0 as never, 50))
      .filter(({ kind }) => kind === EventKind.MESSAGE)
      .map((event) => contentOf(event as never).value);

  test('[DELETE-1] [DELETE-2] [DELETE-3] everything of the account goes; its name is nobody’s and stays taken', async () => {
    const { world, bob, cam, room, asking } = await worldWithBob('keep');
    await asking.follow(cam, room);
    await bob.request('deleteAccount', {});
    await world.clock.advance(50);
    expect(bob.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    const { users } = await asking.ask(cam, 'lookUpUsers', { users: [numbered(2), named('bob')] });
    expect(users[0]).toMatchObject({ number: 2, name: 'deleted-2', displayName: '', deleted: true });
    expect(users[1]?.number).toBe(0);
    expect((await asking.ask(cam, 'readRoster', {})).people.map(({ user }) => user?.name)).toEqual([
      'owner',
      'cam',
    ]);
    const again = await PasswordClient.connect(world);
    expect(await refusal(again.logIn('bob', 'p'))).toBe(ErrorCode.LOGIN_FAILED);
    for (const [name, code] of [
      ['bob', ErrorCode.NAME_TAKEN],
      ['b0b', ErrorCode.NAME_TAKEN],
      ['Deleted-2', ErrorCode.NAME_INVALID],
    ] as const)
      expect(await refusal(again.register(name, 'q'))).toBe(code);
    expect(asking.heard(cam, room).at(-1)).toBe('MEMBER_LEFT');
    const add = { room: numbered(room), user: numbered(2) };
    expect(await asking.refused(cam, 'addMember', add)).toBe(ErrorCode.NOT_FOUND);
    const direct = { recipients: [numbered(2)], clientMessageId: world.random.bytes(16), content: WORD };
    expect((await asking.ask(cam, 'sendDirect', direct)).outcomes[0]?.delivery).toBe(Delivery.UNKNOWN);
    const { membership } = await asking.ask(cam, 'readMembership', { room: numbered(room) });
    expect(membership?.role).toBe(Role.OWNER);
    const { accounts, events } = world.store;
    const user = 2 as UserNumber;
    expect((await accounts.settings(user, '', 10)).settings).toEqual([]);
    expect(await accounts.profiles([user])).toEqual([]);
    expect(await accounts.sessions(user, 10)).toEqual([]);
    expect(await accounts.registrationRecord(user)).toBeUndefined();
    const inbox = await events.read(inboxStream(user), 0 as never, 50);
    const before = inbox.filter(({ kind }) => kind !== EventKind.ROOM_EXITED);
    expect(before.length).toBeGreaterThan(0);
    expect(before.every(({ content }) => content.length === 0)).toBe(true);
  });

  test('[DELETE-4] its messages are kept by default', async () => {
    const { world, bob, room } = await worldWithBob('keep');
    await bob.request('deleteAccount', {});
    await world.clock.advance(50);
    expect([...(await texts(world, room)), ...(await texts(world, LOBBY))]).toEqual(['word', 'word']);
  });

  test('[DELETE-4] or erased, in every room, where the operator says so', async () => {
    const { world, bob, cam, room, asking } = await worldWithBob('erase');
    await asking.say(cam, room, 'mine');
    await bob.request('deleteAccount', {});
    await world.clock.advance(50);
    expect(await texts(world, room)).toEqual([undefined, 'mine']);
    expect(await texts(world, LOBBY)).toEqual([undefined]);
    expect(await world.store.accounts.unfinishedDeletions(0 as UserNumber, 10)).toEqual([]);
  });

  test('[DELETE-4] [SUSPEND-3] what another process deleted is finished by the server', async () => {
    const { world, bob, room, admin, find } = await worldWithBob('keep');
    await admin.deleteAccount(await find('bob'), 'erase');
    await world.clock.advance(2_500);
    expect(bob.peer.ended?.code).toBe(ErrorCode.SESSION_REVOKED);
    expect(await texts(world, room)).toEqual([undefined]);
    expect(await world.store.accounts.unfinishedDeletions(0 as UserNumber, 10)).toEqual([]);
  });

  test('[DELETE-4] what a server did not finish is finished by the next one', async () => {
    const { world, room, admin, find } = await worldWithBob('keep');
    await world.run(world.core.stop());
    await admin.deleteAccount(await find('bob'), 'erase');
    const next = await restarted(world);
    await world.clock.advance(50);
    expect(await texts(world, room)).toEqual([undefined]);
    expect((await world.store.rooms.members(room, 0 as UserNumber, 10)).map(({ user }) => `${user}`)).toEqual(
      ['3'],
    );
    await world.run(next.stop());
  });

  test('[DELETE-5] not the owner of the server', async () => {
    const { world, admin, find } = await makeWorld();
    const owner = await PasswordClient.create(world, 'owner', 'p');
    await owner.prove('p');
    await expect(owner.request('deleteAccount', {})).rejects.toMatchObject({
      code: ErrorCode.PERMISSION_DENIED,
      detail: expect.stringContaining('sotto admin owner'),
    });
    expect(await refusal(admin.deleteAccount(await find('owner'), 'keep'))).toBe(ErrorCode.PERMISSION_DENIED);
    await world.user('bob');
    await admin.setOwner(await find('bob'));
    await world.clock.advance(2_000);
    expect(await refusal(owner.request('deleteAccount', {}))).toBeUndefined();
  });
});

/** Another server on the same storage. */
async function restarted({ store, clock, random }: World): Promise<Core> {
  const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
  return createCore({
    store,
    clock,
    random,
    logger: log,
    agent: 'sotto/test',
    certificateSha256: new Uint8Array(32),
    accounts: { secret: await OpaqueServer.createSetup(), registration: 'open' },
    endpoints: () => [],
  });
}

/** Puts the enrolled secret in use, without a code. */
async function confirm(world: World, user: UserNumber): Promise<void> {
  await world.store.accounts.confirmSecondFactor({
    user,
    sealedSecret: new Uint8Array(8),
    step: 1,
    codeHashes: [new Uint8Array(32)],
    nowMs: 1,
  });
}
