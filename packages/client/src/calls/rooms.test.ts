import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { AssistantAccess, EventKind, HistoryAccess, Role, RoomKind } from '@sotto/schema';
import { BOB } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, within } from '../testing/harness.ts';

const TEA = { number: 5, kind: RoomKind.PUBLIC, name: 'tea', directUsers: [] };
const NUMBER = (value: number) => ({ reference: { case: 'number', value } }) as const;

async function online() {
  const world = await createWorld();
  const client = await onlineClient(world);
  const seen = follow(client);
  await world.time.settle();
  const run = <T>(work: Promise<T>) => within(world.time, work);
  return { ...world, client, seen, run };
}

describe('rooms (M10)', () => {
  test('M10: what a room is like is read and changed; only what is given is sent', async () => {
    const { server, client, run } = await online();
    const settings = {
      topic: 'green',
      retentionDays: 9,
      archived: true,
      history: HistoryAccess.SINCE_JOINED,
    };
    server.answer('changeRoom', ({ settings: changes }) => ({
      room: TEA,
      settings: { ...settings, ...changes },
      members: 3,
      createdMs: 1_000,
      role: Role.OWNER,
      mutedUntilMs: Number.POSITIVE_INFINITY,
    }));
    const changed = await run(client.changeRoom('lobby', { name: '#brew', slowModeSeconds: 0 }));
    expect(server.named('changeRoom')[0]?.settings).toMatchObject({ name: 'brew', slowModeSeconds: 0 });
    expect(server.named('changeRoom')[0]?.settings?.topic).toBeUndefined();
    expect(changed).toMatchObject({
      settings: { name: 'brew', topic: 'green', kind: 'public', archived: true, history: 'sinceJoined' },
      members: 3,
      role: 'owner',
      mutedUntil: new Date(8.64e15),
    });
    server.answer('readRoom', () => ({ room: TEA }));
    expect(await run(client.room('tea'))).toMatchObject({ role: undefined, mutedUntil: undefined });
    await client.close();
  });

  test('[ASSIST-5] I3: what assistants may do in a room is read, changed, and told when others change it', async () => {
    const { server, client, seen, run, time } = await online();
    server.answer('readRoom', () => ({ room: TEA }));
    const { settings: first } = await run(client.room('tea'));
    expect(first).toMatchObject({ assistants: 'allowed', assistantInstructions: '' });
    server.answer('changeRoom', ({ settings }) => ({ room: TEA, settings }));
    const cases = [
      ['allowed', AssistantAccess.ALLOWED],
      ['noHistory', AssistantAccess.NO_HISTORY],
      ['forbidden', AssistantAccess.FORBIDDEN],
    ] as const;
    for (const [assistants, wire] of cases) {
      const changes = { assistants, assistantInstructions: 'in\nrhymes' };
      const { settings } = await run(client.changeRoom('tea', changes));
      expect(settings).toMatchObject(changes);
      const asked = server.named('changeRoom').at(-1)?.settings;
      expect(asked).toMatchObject({ assistants: wire, assistantInstructions: 'in\nrhymes' });
    }
    const told = { assistants: 9 as AssistantAccess, assistantInstructions: '' };
    server.happen(LOBBY, EventKind.ROOM_CHANGED, BOB, { case: 'settings', value: told });
    await time.until(() => seen.kinds.includes('roomChanged'));
    // What is newer than this client is the least.
    expect(seen.events.find(({ kind }) => kind === 'roomChanged')).toMatchObject({
      kind: 'roomChanged',
      changes: { assistants: 'forbidden', assistantInstructions: '' },
    });
    await client.close();
  });

  test('M10: members are kicked, banned, muted and given roles by one request each', async () => {
    const { server, client, run } = await online();
    server.answer('changeMember', () => ({}));
    const { moderation } = client;
    const until = new Date(9_000);
    await run(moderation.kick('lobby', 'bob', 'why'));
    await run(moderation.ban('lobby', BOB, { until }));
    await run(moderation.unban('lobby', BOB));
    await run(moderation.mute('lobby', BOB, { reason: 'loud' }));
    await run(moderation.unmute('lobby', BOB));
    await run(moderation.setRole('lobby', BOB, 'moderator'));
    const asked = server.named('changeMember');
    expect(asked.map(({ change }) => change)).toMatchObject([
      { case: 'kick', value: { reason: 'why' } },
      { case: 'ban', value: { untilMs: 9_000, reason: '' } },
      { case: 'unban' },
      { case: 'mute', value: { untilMs: 0, reason: 'loud' } },
      { case: 'unmute' },
      { case: 'role', value: Role.MODERATOR },
    ]);
    expect(asked.every(({ room }) => room?.reference.value === LOBBY)).toBe(true);
    await client.close();
  });

  test('M10: sanctions and what was done are told with names; nobody is nobody', async () => {
    const { server, client, run } = await online();
    server.answer('listSanctions', () => ({
      sanctions: [{ user: server.user(7), banned: true, untilMs: 5, reason: 'x', by: BOB, timeMs: 1 }],
    }));
    server.answer('readAudit', ({ room }) => ({
      entries: [{ id: 3, timeMs: 1, actor: 0, target: 0, room: room === undefined ? 0 : 1, action: 'a' }],
      more: true,
    }));
    const [sanction] = await run(client.moderation.sanctions('lobby'));
    expect(sanction).toMatchObject({ person: { name: 'person7' }, by: { name: 'bob' }, banned: true });
    const { entries, hasMore } = await run(client.moderation.audit('lobby', { before: 9 }));
    expect(entries).toMatchObject([{ actor: { name: 'server' }, target: undefined, room: LOBBY }]);
    expect(hasMore).toBe(true);
    expect((await run(client.admin.audit())).entries[0]?.room).toBeUndefined();
    await client.close();
  });

  test('M10: an invite link is made, listed, taken back and used', async () => {
    const { server, client, run } = await online();
    const invite = {
      id: 2,
      room: TEA,
      usesLeft: 0,
      unlimited: true,
      expiresMs: 7,
      role: Role.GUEST,
      by: BOB,
    };
    server.answer('createRoomInvite', () => ({ ...invite, code: 'CODE' }));
    server.answer('listRoomInvites', () => ({ invites: [invite] }));
    server.answer('revokeRoomInvite', () => ({}));
    const made = await run(client.invites.create('lobby', { role: 'guest' }));
    expect(made).toMatchObject({ code: 'CODE', usesLeft: undefined, role: 'guest', by: { name: 'bob' } });
    expect(await run(client.invites.list('lobby'))).toMatchObject([{ id: 2, room: { name: 'tea' } }]);
    await run(client.invites.revoke('lobby', 2));
    server.addRoom(5, RoomKind.PUBLIC, 'tea');
    server.answer('joinRoom', () => ({ membership: server.membership(TEA) }));
    expect(await run(client.joinRoom({ code: 'CODE' }))).toMatchObject({ name: 'tea', unread: 0 });
    expect(server.named('joinRoom')).toMatchObject([{ code: 'CODE' }]);
    expect(server.named('joinRoom')[0]?.room).toBeUndefined();
    await client.close();
  });

  test('M10: being asked into a room is told, listed, and told again when it is settled', async () => {
    const { server, client, time, seen, run } = await online();
    const invitation = { room: TEA, by: 8, timeMs: 5 };
    server.note(EventKind.ROOM_INVITED, { case: 'invitation', value: invitation }, 8);
    await time.until(() => seen.kinds.includes('invited'));
    expect(seen.events.at(-1)).toMatchObject({
      invitation: { room: { name: 'tea' }, by: { name: 'person8' } },
    });
    server.answer('listInvitations', () => ({ invitations: [invitation] }));
    expect(await run(client.invitations())).toMatchObject([{ by: { name: 'person8' }, at: new Date(5) }]);
    server.answer('declineInvitation', () => ({}));
    await run(client.declineInvitation('#tea'));
    server.note(EventKind.INVITATION_SETTLED, { case: 'room', value: TEA });
    await time.until(() => seen.kinds.includes('invitationSettled'));
    server.answer('inviteMember', () => ({}));
    await run(client.inviteMember('lobby', BOB));
    expect(server.named('inviteMember')).toMatchObject([{ user: NUMBER(BOB) }]);
    await client.close();
  });

  test('M10: a profile is changed in part; others are called what they like from then on', async () => {
    const { server, client, time, run } = await online();
    server.say(LOBBY, 'hi');
    const timeline = client.timeline('lobby');
    await run(timeline.loadLatest());
    const kept = { user: 1, displayName: 'Al', about: 'old', statusUntilMs: 4_000 };
    server.answer('readProfiles', ({ users }) => ({
      profiles: users[0] === BOB ? [{ user: BOB, displayName: 'Bobby' }] : [kept],
    }));
    server.answer('setProfile', () => ({}));
    await run(client.account.setProfile({ about: 'new' }));
    const [asked] = server.named('setProfile');
    expect(asked?.profile).toMatchObject({ displayName: 'Al', about: 'new', statusUntilMs: 4_000 });
    expect(client.me?.displayName).toBe('Al');
    expect(timeline.messages[0]?.sender.displayName).toBe('bob');
    await run(client.account.profiles([BOB]));
    expect(timeline.messages[0]?.sender).toMatchObject({ name: 'bob', displayName: 'Bobby' });
    server.note(EventKind.PROFILE_CHANGED, { case: 'profile', value: { user: 1, displayName: '' } });
    await time.settle();
    expect(client.me?.displayName).toBe('alice');
    await client.close();
  });

  test('A5: administrators say how an account is to be', async () => {
    const { server, client, run } = await online();
    server.answer('administerUser', () => ({}));
    server.answer('readLimited', () => ({ limited: [{ limit: 'account messages', who: 'bob', count: 2 }] }));
    await run(client.admin.suspend('bob', 'spam'));
    await run(client.admin.restore('bob'));
    await run(client.admin.dismiss(BOB));
    expect(server.named('administerUser').map(({ change }) => change)).toMatchObject([
      { case: 'suspend', value: { reason: 'spam' } },
      { case: 'restore' },
      { case: 'administrator', value: false },
    ]);
    expect(await run(client.admin.limited())).toMatchObject([{ who: 'bob', count: 2 }]);
    await client.close();
  });

  test('[ADMIN-3] [ADMIN-5] [AUDIT-4] M8: what administrators see comes as values; nothing stands for nothing', async () => {
    const { server, client, run } = await online();
    const bob = { number: BOB, name: 'bob', uuid: 'b' };
    const info = { user: bob, createdMs: 5, suspendedMs: 7, suspendReason: 'spam', secondFactor: true };
    server.answer('listAccounts', () => ({ accounts: [info], more: true }));
    server.answer('readAccount', () => ({
      account: { ...info, suspendedMs: 0 },
      sessions: [
        { device: { number: 9, name: 'phone' }, transport: 'udp', address: '10.0.0.1' },
        { device: { number: 8, name: 'laptop' } },
      ],
      fileBytes: 12,
    }));
    server.answer('listServerRooms', () => ({
      rooms: [{ number: 3, kind: RoomKind.PRIVATE, members: 2, events: 4 }],
    }));
    server.answer('readAudit', () => ({ entries: [] }));
    const page = await run(client.admin.accounts({ query: 'b', which: 'suspended' }));
    expect(server.named('listAccounts')).toMatchObject([{ query: 'b', limit: 50, filter: 1 }]);
    expect(page).toMatchObject({
      accounts: [{ person: { name: 'bob' }, secondFactor: true }],
      hasMore: true,
    });
    expect(page.accounts[0]?.suspended).toEqual({ since: new Date(7), reason: 'spam' });
    const account = await run(client.admin.account('bob'));
    expect(account).toMatchObject({ suspended: undefined, lastSeen: undefined, fileBytes: 12 });
    expect(account.sessions.map(({ device, connected }) => [device.name, connected?.address])).toEqual([
      ['phone', '10.0.0.1'],
      ['laptop', undefined],
    ]);
    const { rooms } = await run(client.admin.rooms());
    expect(rooms).toMatchObject([{ kind: 'private', name: undefined, retentionDays: undefined, members: 2 }]);
    await run(client.admin.audit({ user: BOB, action: 'suspend' }));
    expect(server.named('readAudit')).toMatchObject([{ user: BOB, action: 'suspend', before: 0 }]);
    await client.close();
  });
});

describe('direct rooms (M1)', () => {
  test('[ROOM-4] [SYNC-5] M1: one that was opened is there at once, and told of once', async () => {
    const { server, client, seen, run, time } = await online();
    const number = server.addRoom(9, RoomKind.DIRECT, '', [1, BOB]);
    const described = { number, kind: RoomKind.DIRECT, name: '', directUsers: [1, BOB] };
    server.answer('openDirect', () => ({ membership: { room: described, role: Role.MEMBER } }));
    const room = await run(client.openDirect('bob'));
    expect(room).toMatchObject({ number: 9, kind: 'direct', name: 'bob', peer: { number: BOB } });
    expect(server.named('openDirect')[0]?.user?.reference).toMatchObject({ case: 'name', value: 'bob' });
    server.tell(EventKind.ROOM_ENTERED, described);
    await run(client.openDirect(BOB));
    await time.settle();
    expect(seen.kinds.filter((kind) => kind === 'roomEntered')).toHaveLength(1);
    expect(client.snapshots.rooms.get()).toHaveLength(2);
    server.say(9, 'hello');
    await time.settle();
    expect(seen.texts).toEqual(['hello']);
    await client.close();
  });
});
