/** Changes of messages and reading them, over connections (M9). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create, fromBinary } from '@bufbuild/protobuf';
import { PINS_MAX } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { ContentSchema, DoneSchema, ErrorCode, type Event, EventKind, Role } from '@sotto/schema';
import { encodeContent } from '../events/content.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let alice: LoggedIn;
let bob: LoggedIn;
let room: number;

beforeEach(async () => {
  world = await createWorld();
  // The first one is the server's owner.
  await world.user('owner');
  [alice, bob] = [await world.user('alice'), await world.user('bob')];
  room = await newRoom(alice, 'tea');
  await join(bob);
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

let ids = 0;
const newId = (): Uint8Array => {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, ++ids);
  return id;
};
const plain = (value: string): Uint8Array => encodeContent({ case: 'plain', value });
const textOf = (bytes: Uint8Array | undefined): unknown =>
  fromBinary(ContentSchema, bytes ?? new Uint8Array()).content.value;

type Range = { before?: number; after?: number; around?: number; limit?: number };
type Change = NonNullable<FrameFields<'changeMessage'>['change']>;

async function newRoom(by: LoggedIn, name: string, isPrivate = false): Promise<number> {
  const { membership } = await world.run(by.peer.request('createRoom', { name, private: isPrivate }));
  return membership?.room?.number ?? 0;
}

const join = (who: LoggedIn, number = room) =>
  world.run(
    who.peer.request('joinRoom', {
      room: { $typeName: 'sotto.v1.RoomReference', reference: { case: 'number', value: number } },
    }),
  );

async function say(
  who: LoggedIn,
  text: string,
  of: { thread?: number; relatesTo?: number } = {},
): Promise<number> {
  const fields = { room, clientMessageId: newId(), content: plain(text), ...of };
  return (await world.run(who.peer.request('sendMessage', fields))).sequence;
}

const change = (who: LoggedIn, sequence: number, what: Change, clientMessageId = newId()) =>
  world.run(who.peer.request('changeMessage', { room, sequence, clientMessageId, change: what }));

const edit = (text: string): Change => ({ case: 'edit', value: plain(text) });
const remove: Change = { case: 'delete', value: create(DoneSchema) };
const add = (value: string): Change => ({ case: 'addReaction', value });
const drop = (value: string): Change => ({ case: 'removeReaction', value });
const pin = (value: boolean): Change => ({ case: 'pin', value });

const history = (who: LoggedIn, of: Range = {}) =>
  world.run(who.peer.request('readHistory', { stream: 4 * room, ...of }));

async function stateOf(who: LoggedIn, sequence: number) {
  return (await history(who)).states.find(({ target }) => target === sequence);
}

const follow = (who: LoggedIn, after = 0) =>
  world.run(who.peer.request('subscribe', { cursors: [{ stream: 4 * room, after }] }));

const sequences = (events: readonly Event[]): number[] => events.map(({ sequence }) => sequence);

describe('changes', () => {
  test('[CHANGE-2] [CHANGE-6] M9: only its author edits a message; the page tells the last edit, and who asks all of them', async () => {
    const message = await say(alice, 'tee');
    expect(await refusal(change(bob, message, edit('x')))).toBe(ErrorCode.PERMISSION_DENIED);
    await change(alice, message, edit('te'));
    const last = await change(alice, message, edit('tea'));
    const state = await stateOf(bob, message);
    expect(state).toMatchObject({ edits: 2, asOf: last.sequence, edit: { sequence: last.sequence } });
    expect(textOf(state?.edit?.content)).toBe('tea');
    const { events } = await world.run(
      bob.peer.request('readRevisions', { stream: 4 * room, sequence: message }),
    );
    expect(events.map(({ content }) => textOf(content))).toEqual(['tee', 'te', 'tea']);
    expect(events.at(-1)).toMatchObject({
      kind: EventKind.MESSAGE_EDITED,
      relatesTo: message,
      role: Role.OWNER,
      countsUnread: false,
    });
  });

  test('[CHANGE-1] M9: what is not there, no message or not for the asker is gone; edits are checked as messages are', async () => {
    const message = await say(alice, 'tea');
    const refused = async (who: LoggedIn, sequence: number, what: Change) =>
      refusal(change(who, sequence, what));
    for (const nothing of [0, 1, 99, 2 ** 32 - 1])
      expect(await refused(bob, nothing, add('👍'))).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refused(alice, message, edit('   '))).toBe(ErrorCode.CONTENT_INVALID);
    expect(await refused(alice, message, { case: 'edit', value: plain('x'.repeat(17_000)) })).toBe(
      ErrorCode.CONTENT_TOO_LARGE,
    );
    expect(await refused(alice, message, { case: undefined })).toBe(ErrorCode.ARGUMENT_INVALID);
    const carol = await world.user('carol');
    expect(await refused(carol, message, add('👍'))).toBe(ErrorCode.PERMISSION_DENIED);
    room = await newRoom(alice, 'secret', true);
    expect(await refused(carol, await say(alice, 'hush'), add('👍'))).toBe(ErrorCode.NOT_FOUND);
  });

  test('[CHANGE-3] M9: a change is accepted once, also when its sender may not any more; what changes nothing adds no event', async () => {
    const message = await say(alice, 'tea');
    const id = newId();
    const first = await change(bob, message, add('👍'), id);
    expect(first.duplicate).toBe(false);
    const head = (await history(bob)).head;
    expect(await change(bob, message, add('👍'), id)).toMatchObject({ ...first, duplicate: true });
    expect(await change(bob, message, add('👍'))).toMatchObject({ sequence: message, duplicate: true });
    expect(await change(bob, message, drop('🎉'))).toMatchObject({ sequence: message, duplicate: true });
    expect((await history(bob)).head).toBe(head);
    await change(alice, message, remove);
    expect(await change(bob, message, add('👍'), id)).toMatchObject({ ...first, duplicate: true });
    expect(await refusal(change(bob, message, add('👍')))).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refusal(change(alice, message, remove))).toBe(ErrorCode.MESSAGE_GONE);
  });

  test('[CHANGE-4] [PAGE-5] M9: reactions are single emoji, counted, and say who', async () => {
    const message = await say(alice, 'tea');
    for (const wrong of ['', 'x', '👍👍', 'x'.repeat(300), '\u0000'])
      expect(await refusal(change(bob, message, add(wrong)))).toBe(ErrorCode.CONTENT_INVALID);
    await change(bob, message, add('👍'));
    await change(alice, message, add('👍'));
    await change(alice, message, add('🎉'));
    const of = (mine: boolean[]) => [
      { emoji: '👍', count: 2, mine: mine[0] },
      { emoji: '🎉', count: 1, mine: mine[1] },
    ];
    expect((await stateOf(alice, message))?.reactions).toMatchObject(of([true, true]));
    expect((await stateOf(bob, message))?.reactions).toMatchObject(of([true, false]));
    await change(alice, message, drop('👍'));
    const { reactions } = await world.run(
      bob.peer.request('readReactions', { stream: 4 * room, sequence: message }),
    );
    expect(reactions).toMatchObject([
      { emoji: '👍', user: bob.number },
      { emoji: '🎉', user: alice.number },
    ]);
  });

  test('[CHANGE-2] [CHANGE-4] [PAGE-5] M9: who may pins, up to so many; the last pinned comes first', async () => {
    const messages: number[] = [];
    for (let count = 0; count <= PINS_MAX; count++) messages.push(await say(alice, `${count}`));
    const [first = 0, second = 0] = messages;
    expect(await refusal(change(bob, first, pin(true)))).toBe(ErrorCode.PERMISSION_DENIED);
    for (const message of messages.slice(0, PINS_MAX)) await change(alice, message, pin(true));
    const last = messages.at(-1) ?? 0;
    expect(await refusal(change(alice, last, pin(true)))).toBe(ErrorCode.LIMIT_REACHED);
    await change(alice, first, pin(false));
    await change(alice, second, remove);
    await change(alice, last, pin(true));
    const { events, states } = await world.run(bob.peer.request('readPins', { stream: 4 * room }));
    expect(sequences(events)).toEqual([last, ...messages.slice(2, PINS_MAX).reverse()]);
    expect(states.every(({ pinned }) => pinned)).toBe(true);
  });

  test('[ERASE-1] [CHANGE-6] M9: deleting takes the text, its edits and all that was said of it, and stays as a tombstone', async () => {
    const message = await say(bob, 'secret @alice');
    await change(bob, message, edit('secreter @alice'));
    await change(bob, message, add('👍'));
    await follow(alice, 0);
    await change(alice, message, remove);
    const carol = await world.user('carol');
    await join(carol);
    const page = await history(carol);
    expect(page.states.find(({ target }) => target === message)).toMatchObject({
      deletedBy: alice.number,
      edits: 0,
      pinned: false,
      reactions: [],
    });
    const contents = page.events.map(({ content }) => Buffer.from(content).toString('latin1'));
    expect(contents.filter((content) => content.includes('secret'))).toEqual([]);
    expect(page.events.find(({ sequence }) => sequence === message)?.digest.length).toBe(32);
    await follow(carol, 0);
    expect(carol.peer.eventsOf(4 * room).some(({ content }) => Buffer.from(content).includes('secret'))).toBe(
      false,
    );
    const { events } = await world.run(alice.peer.request('readMentions', {}));
    expect(events).toEqual([]);
    const { entries } = await world.run(
      alice.peer.request('readAudit', {
        room: { $typeName: 'sotto.v1.RoomReference', reference: { case: 'number', value: room } },
      }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'message.deleted', actor: alice.number, target: bob.number }),
    );
  });

  test('[CHANGE-5] M7: messages and changes of a connection are in the log as they were asked for', async () => {
    const message = await say(bob, 'first');
    const { peer } = bob;
    const asked = [
      peer.request('sendMessage', { room, clientMessageId: newId(), content: plain('hi @alice') }),
      peer.request('changeMessage', { room, sequence: message, clientMessageId: newId(), change: add('👍') }),
      peer.request('sendMessage', { room, clientMessageId: newId(), content: plain('two') }),
      peer.request('changeMessage', {
        room,
        sequence: message,
        clientMessageId: newId(),
        change: edit('1st'),
      }),
      peer.request('sendMessage', {
        room,
        clientMessageId: newId(),
        content: plain('re'),
        relatesTo: message,
      }),
      peer.request('sendMessage', { room, clientMessageId: newId(), content: plain('three') }),
    ];
    const accepted = await world.run(Promise.all(asked));
    expect(accepted.map(({ sequence }) => sequence)).toEqual(
      [1, 2, 3, 4, 5, 6].map((more) => message + more),
    );
  });
});

describe('threads', () => {
  test('[THREAD-1] [THREAD-2] [THREAD-3] M9: a thread begins with a message, counts its answers and is read by itself', async () => {
    const root = await say(alice, 'tea or coffee?');
    const first = await say(bob, 'tea', { thread: root });
    const second = await say(alice, 'coffee', { thread: root, relatesTo: first });
    await say(alice, 'aside');
    expect(await refusal(say(bob, 'x', { thread: first }))).toBe(ErrorCode.ARGUMENT_INVALID);
    for (const nothing of [1, 99, 2 ** 32 - 1]) {
      expect(await refusal(say(bob, 'x', { thread: nothing }))).toBe(ErrorCode.MESSAGE_GONE);
      expect(await refusal(say(bob, 'x', { relatesTo: nothing }))).toBe(ErrorCode.MESSAGE_GONE);
    }
    expect(await stateOf(bob, root)).toMatchObject({ replies: 2, lastReply: second });
    await change(alice, second, remove);
    expect(await stateOf(bob, root)).toMatchObject({ replies: 1, lastReply: second });
    const thread = (after: number, limit: number) =>
      world.run(bob.peer.request('readThread', { stream: 4 * room, root, after, limit }));
    expect(sequences((await thread(0, 0)).events)).toEqual([first, second]);
    expect(sequences((await thread(first, 1)).events)).toEqual([second]);
    expect((await thread(0, 0)).states).toMatchObject([{ target: second, deletedBy: alice.number }]);
    await change(bob, first, remove);
    expect(await stateOf(bob, root)).toMatchObject({ replies: 0, lastReply: second });
    await change(alice, root, remove);
    expect(await refusal(say(bob, 'late', { thread: root }))).toBe(ErrorCode.MESSAGE_GONE);
    expect((await history(bob)).events.find(({ sequence }) => sequence === second)?.thread).toBe(root);
  });
});

describe('mentions', () => {
  const mentions = async (who: LoggedIn, of: { cursor?: Uint8Array; limit?: number } = {}) =>
    world.run(who.peer.request('readMentions', of));

  test('[MENTION-1] [MENTION-2] [MENTION-3] M9: names become users, @room everyone where that is allowed; edits replace them', async () => {
    const named = await say(alice, 'tea, @bob? and @nobody, `@carol`');
    await say(bob, 'me, @bob');
    const everyone = await say(alice, '@room tea is ready');
    expect(sequences((await mentions(bob)).events)).toEqual([everyone, named]);
    expect((await mentions(alice)).events).toEqual([]);
    await change(alice, named, edit('tea?'));
    const other = await say(alice, 'cake?');
    await change(alice, other, edit('cake, @bob?'));
    const { events, states } = await mentions(bob);
    expect(sequences(events)).toEqual([other, everyone]);
    expect(states).toMatchObject([{ stream: 4 * room, state: { target: other, edits: 1 } }]);
    const carol = await world.user('carol');
    expect((await mentions(carol)).events).toEqual([]);
    const guest = await world.run(
      bob.peer.request('sendMessage', { room: 1, clientMessageId: newId(), content: plain('@room hi') }),
    );
    expect(sequences((await mentions(carol)).events)).not.toContain(guest.sequence);
  });

  test('[MENTION-3] M9: the inbox pages through all rooms, newest first, each message once', async () => {
    const rooms = [room, await newRoom(alice, 'cake')];
    await join(bob, rooms[1]);
    const sent: string[] = [];
    for (let count = 0; count < 30; count++) {
      room = rooms[count % 2] ?? 0;
      const text = ['@bob', '@room', '@bob and @room', 'nobody'][count % 4] ?? '';
      const sequence = await say(alice, text);
      if (text !== 'nobody') sent.unshift(`${4 * room}:${sequence}`);
    }
    const read: string[] = [];
    let cursor = new Uint8Array();
    do {
      const page = await mentions(bob, { cursor, limit: 7 });
      expect(page.events.length).toBeLessThanOrEqual(7);
      read.push(...page.events.map(({ stream, sequence }) => `${stream}:${sequence}`));
      cursor = page.cursor.slice();
    } while (cursor.length > 0);
    expect(read).toEqual(sent);
    expect(await refusal(mentions(bob, { cursor: new Uint8Array(5) }))).toBe(ErrorCode.CURSOR_INVALID);
  });
});

describe('pages', () => {
  test('[PAGE-3] M5: pages go backward, forward, and around a message', async () => {
    for (let count = 0; count < 40; count++) await say(alice, `${count}`);
    const { head } = await history(bob);
    const page = async (of: Range) => sequences((await history(bob, of)).events);
    expect(await page({ before: 10, limit: 3 })).toEqual([7, 8, 9]);
    expect(await page({ after: 10, limit: 3 })).toEqual([11, 12, 13]);
    expect(await page({ around: 10, limit: 4 })).toEqual([8, 9, 10, 11]);
    expect(await page({ around: 10, limit: 1 })).toEqual([10]);
    expect(await page({ around: 1, limit: 4 })).toEqual([1, 2]);
    expect(await page({ around: head, limit: 4 })).toEqual([head - 2, head - 1, head]);
    expect(await page({ around: 2 ** 32 - 1, limit: 4 })).toEqual([head - 1, head]);
    expect(await page({ after: head })).toEqual([]);
  });

  test('[PAGE-2] [DELIVERY-5] M5: a page stops at its bytes, states included; around a message it keeps that one', async () => {
    const sent: number[] = [];
    for (let count = 0; count < 20; count++) {
      const sequence = await say(alice, 'x'.repeat(12_000));
      sent.push(sequence);
      await change(alice, sequence, edit('y'.repeat(12_000)));
    }
    const middle = sent[10] ?? 0;
    for (const of of [{ before: 0 }, { after: 1 }, { around: middle }]) {
      const { events, states } = await history(bob, of);
      const bytes =
        events.reduce((sum, { content }) => sum + content.length, 0) +
        states.reduce((sum, { edit: last }) => sum + (last?.content.length ?? 0), 0);
      expect(bytes).toBeLessThan(100 * 1024);
      expect(bytes).toBeGreaterThan(40 * 1024);
      if ('around' in of) expect(sequences(events)).toContain(middle);
    }
  });

  test('[PAGE-4] [HISTORY-1] M10: who joined later reads nothing from before, whichever way they ask', async () => {
    room = await newRoom(alice, 'secret', true);
    const early = await say(alice, 'early @carol');
    const thread = await say(alice, 'early too', { thread: early });
    await change(alice, early, pin(true));
    await change(alice, early, add('👍'));
    const carol = await world.user('carol');
    await world.run(
      alice.peer.request('addMember', {
        room: { $typeName: 'sotto.v1.RoomReference', reference: { case: 'number', value: room } },
        user: { $typeName: 'sotto.v1.UserReference', reference: { case: 'number', value: carol.number } },
      }),
    );
    const late = await say(alice, 'late');
    const stream = 4 * room;
    const { peer } = carol;
    const since = (await history(carol)).firstKept;
    expect(since).toBeGreaterThan(thread);
    for (const of of [{}, { after: 1 }, { around: early }, { before: late + 1 }])
      expect((await history(carol, of)).events.every(({ sequence }) => sequence >= since)).toBe(true);
    expect(sequences((await history(carol, { before: early })).events)).toEqual([]);
    expect((await world.run(peer.request('readPins', { stream }))).events).toEqual([]);
    expect((await world.run(peer.request('readMentions', {}))).events).toEqual([]);
    const gone = ErrorCode.MESSAGE_GONE;
    expect(await refusal(world.run(peer.request('readThread', { stream, root: early })))).toBe(gone);
    expect(await refusal(world.run(peer.request('readRevisions', { stream, sequence: early })))).toBe(gone);
    expect(await refusal(world.run(peer.request('readReactions', { stream, sequence: early })))).toBe(gone);
    expect(await refusal(change(carol, early, add('👍')))).toBe(gone);
    expect(await refusal(say(carol, 'x', { relatesTo: early }))).toBe(gone);
    expect((await follow(carol, 0)).heads).toMatchObject([{ stream, firstKept: since }]);
    await world.clock.advance(10);
    const got = sequences(peer.eventsOf(stream));
    expect([Math.min(...got), Math.max(...got)]).toEqual([since, late]);
  });
});

describe('unread', () => {
  const unread = async (who: LoggedIn, streams: number[] = []) =>
    (await world.run(who.peer.request('readUnread', { streams }))).rooms;
  const ofRoom = async (who: LoggedIn) => (await unread(who, [4 * room]))[0];

  test('[UNREAD-11] M9: what others wrote after the cursor counts, while it is there; mentions of it too', async () => {
    const first = await say(alice, 'one');
    await say(alice, 'two @bob');
    const third = await say(alice, 'three @room');
    await say(bob, 'mine');
    await change(alice, third, add('👍'));
    expect(await ofRoom(bob)).toMatchObject({ unread: 3, mentions: 2 });
    await change(alice, first, remove);
    await change(alice, third, edit('three'));
    const counts = await ofRoom(bob);
    expect(counts).toMatchObject({ unread: 2, mentions: 2, head: (await history(bob)).head });
    const again = await world.device(bob);
    expect(again.granted.rooms.find((one) => one.room?.number === room)).toMatchObject({
      unread: 2,
      mentions: 2,
      head: counts?.head,
      read: counts?.read,
    });
    expect((await unread(bob)).map(({ stream }) => stream)).toEqual([4, 4 * room]);
    const carol = await world.user('carol');
    expect(await unread(carol, [4 * room, 7, 2 ** 32 - 1])).toEqual([]);
  });

  test('[UNREAD-12] M9: every device learns what is left once one has read', async () => {
    const phone = await world.device(bob);
    const first = await say(alice, 'one');
    const second = await say(alice, 'two');
    await follow(bob, 0);
    await world.clock.advance(10);
    const read = async (sequence: number) => {
      bob.peer.notify('acknowledge', {
        progress: [{ stream: 4 * room, delivered: sequence, read: sequence }],
      });
      await world.clock.advance(500);
    };
    await read(first);
    const told = () => phone.peer.pushed('unreadCounts').flatMap(({ rooms }) => rooms);
    expect(told()).toMatchObject([{ stream: 4 * room, read: first, head: second, unread: 1 }]);
    await read(second);
    await read(second);
    expect(told()).toMatchObject([{ unread: 1 }, { stream: 4 * room, read: second, unread: 0, mentions: 0 }]);
    expect(bob.peer.pushed('unreadCounts').length).toBe(2);
    expect(alice.peer.pushed('unreadCounts')).toEqual([]);
  });
});

describe('typing', () => {
  const typing = async (who: LoggedIn, number = room, thread = 0) => {
    who.peer.notify('typing', { room: number, thread });
    await world.clock.advance(20);
  };

  test('[TYPING-1] [TYPING-2] M9: the others who follow the room are told, at most once a second; the log knows nothing of it', async () => {
    await follow(alice);
    await follow(bob);
    const { head } = await history(alice);
    await typing(bob, room, 3);
    await typing(bob);
    expect(alice.peer.pushed('typingUpdate')).toMatchObject([{ room, thread: 3, user: bob.number }]);
    expect(bob.peer.pushed('typingUpdate')).toEqual([]);
    await world.clock.advance(1_000);
    await typing(bob);
    expect(alice.peer.pushed('typingUpdate').length).toBe(2);
    const carol = await world.user('carol');
    for (const wrong of [room, 0, 1, 99, 2 ** 32 - 1]) await typing(carol, wrong);
    for (let wrong = 100; wrong < 200; wrong++) await typing(bob, wrong);
    expect(alice.peer.pushed('typingUpdate').length).toBe(2);
    expect((await history(alice)).head).toBe(head);
    expect(carol.peer.ended).toBeUndefined();
  });
});
