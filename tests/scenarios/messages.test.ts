/** What people do with messages, through the public SDK: alice on UDP, bob on TLS, and others on QUIC and WebSocket (M9). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ClientEvent, type MessageView, type SottoClient, SottoError } from '@sotto/client/node';
import type { RoomNumber, Sequence } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { follow, type Guest, type House, openHouse } from './support/house.ts';
import { stretchLittle } from './support/passwords.ts';
import { eventually } from './support/peers.ts';

const TIMEOUT_MS = 60_000;

let house: House;
let alice: Guest;
let bob: Guest;
let room: RoomNumber;

beforeAll(async () => {
  house = await openHouse({ people: { alice: 'udp', bob: 'tls', cam: 'quic', dan: 'websocket' } });
  alice = house.guest('alice');
  bob = house.guest('bob');
  room = (await alice.client.createRoom('tea', { topic: 'Leaves' })).number;
  await bob.client.joinRoom(room);
}, TIMEOUT_MS);
afterAll(() => house.close());
afterAll(stretchLittle());

/** Somebody with a password, on two devices. */
async function withPassword(name: string): Promise<{ tablet: Guest; laptop: Guest }> {
  const account = { name, password: 'correct horse battery' };
  const laptop = await house.connect('udp');
  await laptop.register(account);
  const me = await laptop.login(account);
  const other = await house.connect('websocket');
  const tablet = follow(other, me.number);
  await other.login(account);
  return { tablet, laptop: follow(laptop, me.number) };
}

const say = async (by: Guest, text: string, options = {}): Promise<Sequence> =>
  (await by.client.send(room, text, options)).sequence;

/** What somebody who opens the room now sees of a message. */
async function seen(by: SottoClient, sequence: Sequence): Promise<MessageView | undefined> {
  const { messages } = await by.messages(room, { around: sequence, limit: 20 });
  return messages.find((message) => message.sequence === sequence);
}

async function code(task: Promise<unknown>): Promise<ErrorCode | undefined> {
  return task.then(
    () => undefined,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );
}

const about = (sequence: Sequence) => (event: ClientEvent) => 'target' in event && event.target === sequence;

test(
  '[CHANGE-1] M9: an edit is told at once, its history is kept, and only its author makes one',
  async () => {
    const sequence = await say(alice, 'helo');
    await alice.client.edit(room, sequence, 'hello');
    const told = await bob.hears('messageEdited', about(sequence));
    expect(told).toMatchObject({ text: 'hello', by: { name: 'alice' } });
    await alice.client.edit(room, sequence, 'hello there');
    expect(await seen(bob.client, sequence)).toMatchObject({ text: 'hello there', edited: { times: 2 } });
    const revisions = await bob.client.revisions(room, sequence);
    expect(revisions.map(({ text }) => text)).toEqual(['helo', 'hello', 'hello there']);
    expect(await code(bob.client.edit(room, sequence, 'mine'))).toBe(ErrorCode.PERMISSION_DENIED);
  },
  TIMEOUT_MS,
);

test(
  '[CHANGE-2] M9: a deleted message leaves a tombstone, and its words are gone',
  async () => {
    const sequence = await say(alice, 'not for long');
    await alice.client.edit(room, sequence, 'nor this');
    await bob.client.react(room, sequence, '👀');
    await alice.client.delete(room, sequence);
    await bob.hears('messageDeleted', about(sequence));
    const left = await seen(bob.client, sequence);
    expect(left).toMatchObject({ text: undefined, deleted: { by: { name: 'alice' } }, reactions: [] });
    expect(await code(alice.client.edit(room, sequence, 'back'))).toBe(ErrorCode.MESSAGE_GONE);
    expect((await bob.client.search('nor')).messages).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'M9: replies and threads say what they answer, and the thread is read on its own',
  async () => {
    const root = await say(alice, 'green or black?');
    const reply = await say(bob, 'green', { replyTo: root });
    const first = await say(bob, 'why green?', { thread: root });
    const second = await say(alice, 'because', { thread: root, replyTo: first });
    expect(await seen(alice.client, reply)).toMatchObject({ replyTo: root, thread: undefined });
    expect(await seen(bob.client, root)).toMatchObject({ replies: { count: 2, last: second } });
    const thread = await bob.client.thread(room, root);
    expect(thread.map(({ text }) => text)).toEqual(['why green?', 'because']);
    expect(await code(alice.client.send(room, 'x', { thread: first }))).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await code(alice.client.send(room, 'x', { replyTo: 9_999 as Sequence }))).toBeDefined();
  },
  TIMEOUT_MS,
);

test(
  'M9: any emoji is a reaction, counted once a person, and taken back',
  async () => {
    const sequence = await say(alice, 'a party');
    for (const emoji of ['🎉', '👩‍👩‍👧‍👦', '🇩🇪']) await bob.client.react(room, sequence, emoji);
    await alice.client.react(room, sequence, '🎉');
    await alice.client.react(room, sequence, '🎉');
    await bob.client.unreact(room, sequence, '🇩🇪');
    expect(await bob.hears('reactionRemoved', about(sequence))).toMatchObject({ emoji: '🇩🇪' });
    const { reactions = [] } = (await seen(bob.client, sequence)) ?? {};
    expect(reactions).toHaveLength(2);
    expect(reactions).toContainEqual({ emoji: '🎉', count: 2, mine: true });
    expect(await bob.client.reactions(room, sequence)).toHaveLength(3);
    expect(await code(bob.client.react(room, sequence, 'no emoji'))).toBeDefined();
  },
  TIMEOUT_MS,
);

test(
  'M9: a mention is told as one, counted, and found in the inbox of mentions',
  async () => {
    const before = bob.client.rooms.find(({ number }) => number === room)?.mentions ?? 0;
    const sequence = await say(alice, 'look, @bob, at this; mail me at alice@bob.example');
    const { message } = await bob.hears('message', (event) => event.message.sequence === sequence);
    expect(message.mentionsMe).toBe(true);
    await bob.hears('unread', (event) => event.room.number === room && event.mentions > before);
    const { messages } = await bob.client.mentions();
    expect(messages[0]).toMatchObject({ sequence, text: expect.stringContaining('@bob') });
    expect((await house.guest('cam').client.mentions()).messages).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'M9: pinned messages are found by everybody',
  async () => {
    const sequence = await say(alice, 'the rules of the room');
    expect(await code(bob.client.pin(room, sequence))).toBe(ErrorCode.PERMISSION_DENIED);
    await alice.client.pin(room, sequence);
    await bob.hears('messagePinned', about(sequence));
    expect((await bob.client.pins(room)).map(({ text }) => text)).toEqual(['the rules of the room']);
    await alice.client.unpin(room, sequence);
    expect(await bob.client.pins(room)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  '[TYPING-1] M9: who is writing is told to the others, and is in no log',
  async () => {
    alice.client.typing(room);
    const { person } = await bob.hears('typing', (event) => event.room.number === room);
    expect(person.name).toBe('alice');
  },
  TIMEOUT_MS,
);

test(
  'M9: unread counts are the same on every device, and go when one of them reads',
  async () => {
    const { laptop, tablet } = await withPassword('eve');
    await alice.client.addMember(room, 'eve');
    for (const device of [laptop, tablet]) await device.hears('roomEntered');
    const count = (guest: Guest) => guest.client.rooms.find(({ number }) => number === room)?.unread;
    await say(alice, 'one');
    const last = await say(bob, 'two @eve');
    expect(await eventually(() => (count(laptop) === 2 && count(tablet) === 2 ? true : undefined))).toBe(
      true,
    );
    laptop.client.markRead(room, last);
    expect(count(laptop)).toBe(0);
    expect(await eventually(() => (count(tablet) === 0 ? true : undefined))).toBe(true);
    const late = await house.connect('quic');
    await late.login({ name: 'eve', password: 'correct horse battery' });
    expect(late.rooms.find(({ number }) => number === room)).toMatchObject({ unread: 0, mentions: 0 });
    await say(alice, 'three');
    expect(
      await eventually(() =>
        late.rooms.find(({ number }) => number === room)?.unread === 1 ? true : undefined,
      ),
    ).toBe(true);
  },
  TIMEOUT_MS,
);

test(
  "M9: search finds words, phrases, links and people in one's own rooms, and leads to their place",
  async () => {
    const sequence = await say(alice, 'the quick brown fox, see https://fox.example/den');
    await say(bob, 'brown quick, the fox is not');
    const secret = (await alice.client.createRoom('den', { private: true })).number;
    await alice.client.send(secret, 'the quick brown fox hides');
    const found = async (query: string, options = {}) =>
      (await bob.client.search(query, options)).messages.map((message) => message.sequence);
    expect(await found('"quick brown"')).toEqual([sequence]);
    expect((await found('fox quick')).length).toBe(2);
    expect(await found('quick', { hasLink: true })).toEqual([sequence]);
    expect((await found('fox', { from: ['bob'] })).length).toBe(1);
    expect(await found('fox', { until: new Date(1) })).toEqual([]);
    expect((await alice.client.search('hides')).messages).toHaveLength(1);
    expect((await bob.client.search('hides')).messages).toEqual([]);
    const timeline = bob.client.timeline(room);
    await timeline.loadAround(sequence);
    expect(timeline.message(sequence)?.text).toStartWith('the quick brown fox');
    timeline.close();
  },
  TIMEOUT_MS,
);

test(
  'M9: a draft is on every device of its author, and on no other',
  async () => {
    const { laptop, tablet } = await withPassword('fay');
    await alice.client.addMember(room, 'fay');
    for (const device of [laptop, tablet]) await device.hears('roomEntered');
    laptop.client.account.settings.drafts.set(room, 'half a sent');
    await tablet.hears('settingChanged', ({ setting }) => setting.kind === 'draft');
    expect(tablet.client.account.settings.drafts.get(room)?.text).toBe('half a sent');
    expect(bob.client.account.settings.drafts.list()).toEqual([]);
    tablet.client.account.settings.drafts.set(room, '');
    expect(
      await eventually(() =>
        laptop.client.account.settings.drafts.get(room) === undefined ? true : undefined,
      ),
    ).toBe(true);
  },
  TIMEOUT_MS,
);

test(
  'M5: a timeline shows one page of a long room, and the rest when asked',
  async () => {
    const long = (await alice.client.createRoom('long')).number;
    await bob.client.joinRoom(long);
    await Promise.all(Array.from({ length: 260 }, (_, index) => alice.client.send(long, `m ${index}`)));
    const timeline = bob.client.timeline(long);
    await timeline.loadLatest();
    const first = timeline.messages.length;
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThan(260);
    expect(timeline.hasBefore).toBe(true);
    while (timeline.hasBefore) await timeline.loadBefore(100);
    expect(timeline.messages).toHaveLength(260);
    expect(timeline.messages.map(({ text }) => text)[0]).toBe('m 0');
    await alice.client.send(long, 'live');
    expect(await eventually(() => timeline.messages.find(({ text }) => text === 'live'))).toBeDefined();
    timeline.close();
  },
  TIMEOUT_MS,
);
