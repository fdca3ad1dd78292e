/** What those who may not speak, or see, cannot use up or learn (M10, O7). */
import { afterEach, expect, test } from 'bun:test';
import { LOBBY, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, Role } from '@sotto/schema';
import type { LimitSettings } from '../limits/settings.ts';
import { NO_LIMITS } from '../limits/testing/none.ts';
import { Asking, named, numbered } from '../testing/asking.ts';
import { PasswordClient } from '../testing/password-client.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

let world: World;
let asking: Asking;
let ann: LoggedIn;
let bob: LoggedIn;

/** ann owns the server, bob what rooms there are. */
async function begin(limits: Partial<LimitSettings> = {}): Promise<void> {
  world = await createWorld({ limits: { ...NO_LIMITS, ...limits } });
  asking = new Asking(world);
  [ann, bob] = [await world.user('ann'), await world.user('bob')];
}

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

async function refused(task: Promise<unknown>): Promise<SottoError> {
  const error = await task.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  if (error instanceof SottoError) return error;
  throw error ?? new Error('it was not refused');
}

const moderate = (by: LoggedIn, who: LoggedIn, room: RoomNumber, kind: 'mute' | 'ban', reason: string) =>
  asking.ask(by, 'changeMember', {
    room: numbered(room),
    user: numbered(who.number),
    change: { case: kind, value: { untilMs: 0, reason } },
  });

test('[LIMIT-1] who is muted, or only reads, uses up nothing of what others may say in a room', async () => {
  await begin({ roomMessages: { perSecond: 1, burst: 3 } });
  const cleo = await world.user('cleo');
  const [tea, news] = [
    await asking.room(bob, 'tea', 'private'),
    await asking.room(bob, 'news', 'announcement'),
  ];
  for (const room of [tea, news]) await asking.enter(bob, cleo, room);
  await moderate(bob, cleo, tea, 'mute', '');
  for (let count = 0; count < 5; count++) {
    expect((await refused(asking.say(cleo, tea, 'x'))).code).toBe(ErrorCode.MUTED);
    expect((await refused(asking.say(cleo, news, 'x'))).code).toBe(ErrorCode.PERMISSION_DENIED);
    const change = { room: tea, sequence: 1, clientMessageId: world.random.bytes(16) };
    const react = { ...change, change: { case: 'addReaction', value: '👍' } } as const;
    expect((await refused(asking.ask(cleo, 'changeMessage', react))).code).not.toBe(ErrorCode.RATE_LIMITED);
  }
  for (const room of [tea, news]) {
    for (let count = 0; count < 3; count++) await asking.say(bob, room, 'x');
    expect((await refused(asking.say(bob, room, 'x'))).code).toBe(ErrorCode.RATE_LIMITED);
  }
});

test('[LIMIT-1] what leaves an entry in an audit log is a message, and drafts have the bytes of their texts', async () => {
  await begin({ accountMessages: { perSecond: 1, burst: 3 }, accountBytes: { perSecond: 1, burst: 100 } });
  const tea = await asking.room(bob, 'tea');
  const link = async () => (await asking.ask(bob, 'createRoomInvite', { room: numbered(tea) })).id;
  const revoke = async (id: number) => asking.ask(bob, 'revokeRoomInvite', { room: numbered(tea), id });
  await revoke(await link());
  expect((await refused(link())).detail).toBe('account messages');
  await world.clock.advance(3_000);
  const draft = (text: string) =>
    asking.ask(bob, 'setSetting', { setting: { setting: { case: 'draft', value: { room: tea, text } } } });
  await draft('x'.repeat(90));
  expect((await refused(draft('x'.repeat(90)))).detail).toBe('account bytes');
});

test('[LIMIT-1] what makes the server look through much costs as many requests as it is worth', async () => {
  await begin({ accountRequests: { perSecond: 1, burst: 31 } });
  const [lobby, ...others] = Array.from({ length: 26 }, (_, at) => roomStream((LOBBY + at) as RoomNumber));
  const streams = [lobby ?? 0, ...others];
  await asking.ask(bob, 'readUnread', {});
  expect((await refused(asking.ask(bob, 'readMentions', {}))).code).toBe(ErrorCode.RATE_LIMITED);
  await world.clock.advance(10_000);
  await asking.ask(bob, 'readMentions', {});
  expect((await refused(asking.ask(bob, 'readUnread', { streams }))).code).toBe(ErrorCode.RATE_LIMITED);
  await asking.ask(bob, 'readUnread', { streams: others });
});

test('[LIMIT-5] administrators are told of no private room', async () => {
  await begin({ roomMessages: { perSecond: 1, burst: 1 } });
  const [tea, secret] = [await asking.room(bob, 'tea'), await asking.room(bob, 'secret', 'private')];
  for (const room of [tea, secret]) {
    await asking.say(bob, room, 'x');
    await refused(asking.say(bob, room, 'x'));
  }
  const { limited } = await asking.ask(ann, 'readLimited', {});
  expect(limited.map(({ who }) => who)).toEqual([`room ${secret}`, 'tea']);
});

test('[SANCTION-1] the reason of a ban, and its end, are told to the one who is banned alone', async () => {
  await begin();
  const [cleo, dan] = [await world.user('cleo'), await world.user('dan')];
  const tea = await asking.room(bob, 'tea');
  await moderate(bob, dan, tea, 'ban', 'what dan did');
  await asking.enter(bob, cleo, tea);
  const both = { room: numbered(tea), user: numbered(dan.number) };
  for (const name of ['addMember', 'inviteMember'] as const)
    expect(await refused(asking.ask(cleo, name, both))).toMatchObject({
      code: ErrorCode.BANNED,
      detail: '',
      retryAfterMs: 0,
    });
  expect(await refused(asking.ask(dan, 'joinRoom', { room: numbered(tea) }))).toMatchObject({
    code: ErrorCode.BANNED,
    detail: 'what dan did',
  });
});

test('[BLOCK-1] [TYPING-1] who is blocked is not seen typing in the room of the two', async () => {
  await begin();
  const message = { clientMessageId: world.random.bytes(16), content: Uint8Array.of(10, 1, 120) };
  const sent = await asking.ask(bob, 'sendDirect', { recipients: [numbered(ann.number)], ...message });
  const room = (sent.outcomes[0]?.accepted?.room ?? 0) as RoomNumber;
  await asking.follow(ann, room);
  const typing = async (): Promise<number> => {
    await world.clock.advance(1_000);
    bob.peer.notify('typing', { room, thread: 0 });
    await world.clock.advance(20);
    return ann.peer.pushed('typingUpdate').length;
  };
  expect(room).not.toBe(LOBBY);
  expect(await typing()).toBe(1);
  const block = (blocked: boolean) =>
    asking.ask(ann, 'setSetting', {
      setting: { setting: { case: 'block', value: { user: bob.number, blocked } } },
    });
  await block(true);
  expect(await typing()).toBe(1);
  await block(false);
  expect(await typing()).toBe(2);
});

test('[SUSPEND-3] who was dismissed while logging in is no administrator afterwards', async () => {
  await begin();
  const cleo = await PasswordClient.connect(world);
  await cleo.register('cleo', 'p');
  const act = { by: ann.number as UserNumber, nowMs: world.clock.now() };
  await world.store.accounts.setAdministrator(3 as UserNumber, true, act);
  const finish = await cleo.startLogIn('cleo', 'p');
  const change = { case: 'administrator', value: false } as const;
  await asking.ask(ann, 'administerUser', { user: named('cleo'), change });
  await world.clock.advance(30_000);
  expect((await finish()).user?.administrator).toBe(false);
  expect((await refused(cleo.request('readLimited', {}))).code).toBe(ErrorCode.PERMISSION_DENIED);
});

test('[PERMISSION-1] who may not speak in a room does not by editing, nor by its topic', async () => {
  await begin();
  const cleo = await world.user('cleo');
  const [tea, news] = [await asking.room(bob, 'tea'), await asking.room(bob, 'news', 'announcement')];
  for (const room of [tea, news]) await asking.enter(bob, cleo, room, Role.MODERATOR);
  const { sequence } = await asking.say(cleo, news, 'first');
  const edit = () =>
    asking.ask(cleo, 'changeMessage', {
      room: news,
      sequence,
      clientMessageId: world.random.bytes(16),
      change: { case: 'edit', value: Uint8Array.of(10, 1, 120) },
    });
  await edit();
  const role = { case: 'role', value: Role.MEMBER } as const;
  await asking.ask(bob, 'changeMember', { room: numbered(news), user: numbered(cleo.number), change: role });
  expect((await refused(edit())).code).toBe(ErrorCode.PERMISSION_DENIED);
  const topic = () =>
    asking.ask(cleo, 'changeRoom', { room: numbered(tea), settings: { topic: 'what I say' } });
  await moderate(bob, cleo, tea, 'mute', '');
  expect((await refused(topic())).code).toBe(ErrorCode.MUTED);
});
