/** Profiles, settings and blocks through the gateway. */
import { afterEach, describe, expect, test } from 'bun:test';
import { fromBinary } from '@bufbuild/protobuf';
import { inboxStream, SETTINGS_MAX, type UserNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import {
  ContentSchema,
  Delivery,
  ErrorCode,
  EventKind,
  NotificationLevel,
  type Setting,
} from '@sotto/schema';
import { Asking, contentOf, named, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let open: World | undefined;
afterEach(async () => {
  expect(open?.errors ?? []).toEqual([]);
  await open?.close();
  open = undefined;
});

async function makeWorld() {
  const world = await createWorld();
  open = world;
  const asking = new Asking(world);
  return { world, asking, alice: await world.user('alice'), bob: await world.user('bob') };
}

type SettingFields = Setting['setting'] extends infer Each
  ? Each extends { case: infer Case; value: infer Value }
    ? { case: Case; value: Partial<Omit<Value, '$typeName'>> }
    : never
  : never;

describe('profiles (M9)', () => {
  test('[PROFILE-1] [NAME-4] a display name looks like nobody else’s name or display name, now or later', async () => {
    const { asking, alice, bob, world } = await makeWorld();
    const call = (who: LoggedIn, displayName: string) =>
      asking.refused(who, 'setProfile', { profile: { displayName } });
    for (const displayName of ['bob', 'B0b', 'b o b', 'Deleted-9', 'deIeted - l0', 'Server'])
      expect(await call(alice, displayName)).toBe(ErrorCode.NAME_TAKEN);
    expect(await call(alice, 'A lice')).toBeUndefined();
    expect(await call(alice, 'Queen of Tea')).toBeUndefined();
    expect(await call(bob, 'Queen of Теa')).toBe(ErrorCode.NAME_TAKEN);
    const skeleton = 'queenoftea';
    expect(await world.store.accounts.nameTaken('queenoftea', skeleton)).toBe(true);
    expect(await call(alice, '')).toBeUndefined();
    expect(await call(bob, 'Queen of Tea')).toBeUndefined();
    expect(await call(bob, 'two\nlines')).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[PROFILE-2] a change reaches the own devices, and those who watch; without `about` where people are listed', async () => {
    const { asking, alice, bob, world } = await makeWorld();
    const phone = await world.device(alice);
    await asking.followInbox(phone);
    await asking.ask(bob, 'watchPresence', { users: [alice.number] });
    const profile = {
      displayName: 'Alice A.',
      about: 'likes tea',
      statusText: 'away',
      statusEmoji: '🫖',
      timeZone: 'Europe/Berlin',
    };
    await asking.ask(alice, 'setProfile', { profile });
    await world.clock.advance(200);
    expect(asking.inbox(phone)).toEqual(['PROFILE_CHANGED']);
    const told = contentOf(phone.peer.pushed('event')[0]);
    expect(told).toMatchObject({ case: 'profile', value: { ...profile, user: alice.number } });
    const seen = bob.peer.pushed('presenceUpdate').at(-1)?.people[0];
    expect(seen?.user).toMatchObject({ name: 'alice', displayName: 'Alice A.' });
    expect(seen?.profile).toMatchObject({ ...profile, about: '' });
    const { people } = await asking.ask(bob, 'readRoster', {});
    expect(people[0]?.profile).toMatchObject({ statusText: 'away', about: '' });
    expect((await world.device(alice)).granted.user?.displayName).toBe('Alice A.');
  });

  test('[PROFILE-2] a roster of people who say much stays one frame: the last go without profiles', async () => {
    const { world, asking, alice } = await makeWorld();
    for (let number = 3; number <= 200; number++) {
      const user = (await world.user(`user${number}`)).number as UserNumber;
      const profile = { user, displayName: '', about: '💬'.repeat(500), statusText: '💬'.repeat(100) };
      await world.store.accounts.saveProfile(
        { ...profile, statusEmoji: '', timeZone: '', statusUntilMs: 0 },
        undefined,
        1,
      );
    }
    const { people } = await asking.ask(alice, 'readRoster', {});
    expect(people).toHaveLength(200);
    expect(people[5]?.profile?.statusText).toHaveLength(200);
    expect(people[199]?.profile).toBeUndefined();
    const users = people.map(({ user }) => user?.number ?? 0);
    const { profiles } = await asking.ask(alice, 'readProfiles', { users });
    expect(profiles.length).toBeGreaterThan(30);
    expect(profiles.length).toBeLessThan(200);
    expect(profiles.map(({ user }) => user)).toEqual(users.slice(0, profiles.length));
  });

  test('[PROFILE-3] a status ends at its time', async () => {
    const { world, asking, alice, bob } = await makeWorld();
    const statusUntilMs = world.clock.now() + 60_000;
    await asking.ask(alice, 'setProfile', {
      profile: { about: 'stays', statusText: 'lunch', statusUntilMs },
    });
    const read = async () => (await asking.ask(bob, 'readProfiles', { users: [alice.number] })).profiles[0];
    expect(await read()).toMatchObject({ statusText: 'lunch', statusUntilMs });
    await world.clock.advance(60_000);
    expect(await read()).toMatchObject({ about: 'stays', statusText: '', statusUntilMs: 0 });
  });

  test('[PROFILE-4] profiles come in the order asked for, of those that exist', async () => {
    const { asking, alice } = await makeWorld();
    const { profiles } = await asking.ask(alice, 'readProfiles', { users: [2, 77, 1, 2] });
    expect(profiles.map(({ user }) => user)).toEqual([2, 1]);
    const many = Array.from({ length: 201 }, (_, at) => at);
    expect(await asking.refused(alice, 'readProfiles', { users: many })).toBe(ErrorCode.ARGUMENT_INVALID);
  });
});

describe('settings (M9)', () => {
  const setting = (fields: SettingFields) => ({ setting: { setting: fields as Setting['setting'] } });

  test('[SETTING-1] [SETTING-5] the latest is kept, devices follow it, and what it replaces is erased', async () => {
    const { world, asking, alice } = await makeWorld();
    const phone = await world.device(alice);
    await asking.followInbox(phone);
    const room = await asking.room(alice, 'tea');
    const draft = (text: string) =>
      asking.ask(alice, 'setSetting', setting({ case: 'draft', value: { room, thread: 3, text } }));
    await draft('first words');
    await draft('second words');
    const level = { room, level: NotificationLevel.NOTHING };
    await asking.ask(alice, 'setSetting', setting({ case: 'notifications', value: level }));
    const page = await asking.ask(phone, 'readSettings', {});
    expect(page.after).toBe('');
    expect(page.settings.map((one) => one.setting)).toMatchObject([
      { case: 'draft', value: { room, thread: 3, text: 'second words' } },
      { case: 'notifications', value: level },
    ]);
    const inbox = inboxStream(alice.number as UserNumber);
    expect(page.asOf).toBe((await world.store.events.stream(inbox)).head);
    expect(asking.inbox(phone).filter((kind) => kind === 'SETTING_CHANGED')).toHaveLength(3);
    const stored = await world.store.events.read(inbox, 0 as never, 50);
    const drafts = stored.filter(({ kind }) => kind === EventKind.SETTING_CHANGED);
    expect(drafts.map(({ content }) => content.length > 0)).toEqual([false, true, true]);
    expect(fromBinary(ContentSchema, drafts[1]?.content ?? new Uint8Array()).content.case).toBe('setting');
  });

  test('[SETTING-2] what says nothing removes; removing nothing tells nobody', async () => {
    const { world, asking, alice, bob } = await makeWorld();
    const room = await asking.room(alice, 'tea');
    const count = async () => (await asking.ask(alice, 'readSettings', {})).settings.length;
    const user = bob.number;
    const pairs: readonly (readonly [SettingFields, SettingFields])[] = [
      [
        { case: 'draft', value: { room, text: 'x' } },
        { case: 'draft', value: { room, text: '' } },
      ],
      [
        { case: 'notifications', value: { room, level: 1 } },
        { case: 'notifications', value: { room } },
      ],
      [
        { case: 'block', value: { user, blocked: true } },
        { case: 'block', value: { user } },
      ],
      [
        { case: 'doNotDisturb', value: { untilMs: 5 } },
        { case: 'doNotDisturb', value: { untilMs: 0 } },
      ],
    ];
    for (const [says, nothing] of pairs) {
      await asking.ask(alice, 'setSetting', setting(says));
      expect(await count()).toBe(1);
      await asking.ask(alice, 'setSetting', setting(nothing));
      expect(await count()).toBe(0);
      const inbox = inboxStream(alice.number as UserNumber);
      const { head } = await world.store.events.stream(inbox);
      await asking.ask(alice, 'setSetting', setting(nothing));
      expect((await world.store.events.stream(inbox)).head).toBe(head);
    }
  });

  test('[SETTING-3] rooms that one is not in and users that are not there are not found; removing is', async () => {
    const { asking, alice, bob } = await makeWorld();
    const room = await asking.room(alice, 'tea');
    const refused = (fields: SettingFields) => asking.refused(bob, 'setSetting', setting(fields));
    expect(await refused({ case: 'draft', value: { room, text: 'x' } })).toBe(ErrorCode.NOT_FOUND);
    expect(await refused({ case: 'notifications', value: { room, level: 1 } })).toBe(ErrorCode.NOT_FOUND);
    expect(await refused({ case: 'block', value: { user: 99, blocked: true } })).toBe(ErrorCode.NOT_FOUND);
    expect(await refused({ case: 'block', value: { user: bob.number, blocked: true } })).toBe(
      ErrorCode.ARGUMENT_INVALID,
    );
    expect(await refused({ case: 'draft', value: { room: 77, text: '' } })).toBeUndefined();
    expect(await refused({ case: 'doNotDisturb', value: { untilMs: Number.NaN } })).toBe(
      ErrorCode.ARGUMENT_INVALID,
    );
    expect(await asking.refused(bob, 'setSetting', {})).toBe(ErrorCode.ARGUMENT_INVALID);
  });

  test('[SETTING-4] [SETTING-5] there is an end to them, and pages of long ones stay one frame', async () => {
    const { world, asking, alice } = await makeWorld();
    const room = await asking.room(alice, 'tea');
    const draft = (thread: number, text: string) =>
      asking.refused(alice, 'setSetting', setting({ case: 'draft', value: { room, thread, text } }));
    for (let thread = 0; thread < 10; thread++)
      expect(await draft(thread, 'x'.repeat(16_000))).toBeUndefined();
    const keys: string[] = [];
    let pages = 0;
    for (let after = ''; pages === 0 || after !== ''; pages++) {
      const page = await asking.ask(alice, 'readSettings', { after });
      keys.push(...page.settings.map((one) => `${one.setting.case === 'draft' && one.setting.value.thread}`));
      after = page.after;
    }
    expect(pages).toBe(2);
    expect(keys).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    world.store.accounts.settingCount = async () => SETTINGS_MAX;
    expect(await draft(11, 'x')).toBe(ErrorCode.LIMIT_REACHED);
    expect(await draft(9, 'y')).toBeUndefined();
    expect(await asking.refused(alice, 'readSettings', { after: 'x'.repeat(65) })).toBe(
      ErrorCode.ARGUMENT_INVALID,
    );
  });
});

describe('blocks (M9)', () => {
  test('[BLOCK-1] who is blocked writes no direct message and asks into no room', async () => {
    const { world, asking, alice, bob } = await makeWorld();
    const content = Uint8Array.of(10, 1, 120);
    const write = async (from: LoggedIn, to: LoggedIn) => {
      const message = { clientMessageId: world.random.bytes(16), content };
      const sent = await asking.ask(from, 'sendDirect', { recipients: [numbered(to.number)], ...message });
      return sent.outcomes[0];
    };
    const before = await write(bob, alice);
    const room = before?.accepted?.room ?? 0;
    const again = () =>
      asking.refused(bob, 'sendMessage', { room, clientMessageId: world.random.bytes(16), content });
    expect(await again()).toBeUndefined();
    const block = (blocked: boolean) =>
      asking.ask(alice, 'setSetting', {
        setting: { setting: { case: 'block', value: { user: bob.number, blocked } } },
      });
    await block(true);
    expect(await write(bob, alice)).toMatchObject({
      delivery: Delivery.REFUSED,
      error: ErrorCode.PERMISSION_DENIED,
    });
    expect(await again()).toBe(ErrorCode.PERMISSION_DENIED);
    expect((await write(alice, bob))?.delivery).toBe(Delivery.DELIVERED);
    const about = { room, sequence: before?.accepted?.sequence ?? 0 };
    const change = (fields: { change: NonNullable<FrameFields<'changeMessage'>['change']> }) =>
      asking.refused(bob, 'changeMessage', {
        ...about,
        clientMessageId: world.random.bytes(16),
        ...fields,
      });
    expect(await change({ change: { case: 'edit', value: content } })).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await change({ change: { case: 'addReaction', value: '👍' } })).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await change({ change: { case: 'delete', value: {} } })).toBeUndefined();
    const tea = await asking.room(bob, 'tea', 'private');
    for (const name of ['addMember', 'inviteMember'] as const)
      expect(await asking.refused(bob, name, { room: numbered(tea), user: named('alice') })).toBe(
        ErrorCode.PERMISSION_DENIED,
      );
    await block(false);
    expect(await again()).toBeUndefined();
    expect((await write(bob, alice))?.delivery).toBe(Delivery.DELIVERED);
    expect(
      await refusal(asking.ask(bob, 'addMember', { room: numbered(tea), user: named('alice') })),
    ).toBeUndefined();
  });

  test('[BLOCK-1] [SEND-2] what was accepted before the block is not refused when it is sent again (M7)', async () => {
    const { world, asking, alice, bob } = await makeWorld();
    const message = { clientMessageId: world.random.bytes(16), content: Uint8Array.of(10, 1, 120) };
    const sent = await asking.ask(bob, 'sendDirect', { recipients: [numbered(alice.number)], ...message });
    const room = sent.outcomes[0]?.accepted?.room ?? 0;
    await asking.ask(alice, 'setSetting', {
      setting: { setting: { case: 'block', value: { user: bob.number, blocked: true } } },
    });
    expect(await asking.ask(bob, 'sendMessage', { room, ...message })).toMatchObject({ duplicate: true });
    const again = await asking.ask(bob, 'sendDirect', { recipients: [numbered(alice.number)], ...message });
    expect(again.outcomes[0]?.accepted).toMatchObject({ room, duplicate: true });
  });
});
