/** Pages, unread counts and typing, over connections (M9). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import { ErrorCode, type Event, EventKind, FileOfferSchema } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { encodeContent } from '../events/content.ts';
import type { Store } from '../storage/store.ts';
import { numbered } from '../testing/asking.ts';
import { add, edit, pin, type Range, remove, sequences, Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;

beforeEach(async () => {
  world = await createWorld();
  ({ talk, alice, bob } = await Talk.ofTwo(world));
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

/** In the message itself, with a word to bob. */
async function sendFile(size: number, thread: number): Promise<number> {
  const inline = new Uint8Array(size).fill(7);
  const value = { sha256: sha256Of(inline), size, name: 'a.bin', inline, text: 'for @bob' };
  const content = encodeContent({ case: 'file', value: create(FileOfferSchema, value) });
  const fields = { room: talk.room, thread, clientMessageId: world.random.bytes(16), content };
  return (await world.run(alice.peer.request('sendMessage', fields))).sequence;
}

describe('pages', () => {
  test('[PAGE-3] M5: pages go backward, forward, and around a message', async () => {
    for (let count = 0; count < 40; count++) await talk.say(alice, `${count}`);
    const { head } = await talk.history(bob);
    const page = async (of: Range) => sequences((await talk.history(bob, of)).events);
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
      const sequence = await talk.say(alice, 'x'.repeat(12_000));
      sent.push(sequence);
      await talk.change(alice, sequence, edit('y'.repeat(12_000)));
    }
    const middle = sent[10] ?? 0;
    for (const of of [{ before: 0 }, { after: 1 }, { around: middle }]) {
      const { events, states } = await talk.history(bob, of);
      const bytes =
        events.reduce((sum, { content }) => sum + content.length, 0) +
        states.reduce((sum, { edit: last }) => sum + (last?.content.length ?? 0), 0);
      expect(bytes).toBeLessThan(100 * 1024);
      expect(bytes).toBeGreaterThan(40 * 1024);
      if ('around' in of) expect(sequences(events)).toContain(middle);
    }
  });

  test('[PAGE-2] [OFFER-22] F1: pages of messages with files in them stay within frames, and lead through all', async () => {
    const root = await talk.say(alice, 'root');
    const sent: number[] = [];
    for (let count = 0; count < 40; count++)
      sent.push(await sendFile(30_000 + count, count % 2 === 0 ? root : 0));
    const walk = async (ask: (after: number) => Promise<{ events: readonly Event[] }>) => {
      const seen: number[] = [];
      for (let after = root; ; after = seen.at(-1) ?? 0) {
        const { events } = await ask(after);
        if (events.length === 0) return seen;
        expect(events.length).toBeLessThan(10);
        seen.push(...sequences(events));
      }
    };
    expect(await walk((after) => talk.history(bob, { after }))).toEqual(sent);
    const { stream } = talk;
    const thread = (after: number) => world.run(bob.peer.request('readThread', { stream, root, after }));
    expect(await walk(thread)).toEqual(sent.filter((_, index) => index % 2 === 0));
    const back: number[] = [];
    for (let before = 0; before === 0 || before > root + 1; before = back[0] ?? 0) {
      const { events } = await talk.history(bob, { before });
      back.unshift(...sequences(events));
    }
    expect(back.filter((sequence) => sequence > root)).toEqual(sent);
    const mentioned: number[] = [];
    let cursor = new Uint8Array(0);
    do {
      const page = await world.run(bob.peer.request('readMentions', { cursor }));
      mentioned.push(...sequences(page.events));
      cursor = new Uint8Array(page.cursor);
    } while (cursor.length > 0);
    expect(mentioned).toEqual(sent.toReversed());
  });

  test('[PAGE-4] [HISTORY-1] M10: who joined later reads nothing from before, whichever way they ask', async () => {
    talk.room = await talk.newRoom(alice, 'secret', true);
    const early = await talk.say(alice, 'early @carol');
    const thread = await talk.say(alice, 'early too', { thread: early });
    await talk.change(alice, early, pin(true));
    await talk.change(alice, early, add('👍'));
    const carol = await world.user('carol');
    await world.run(
      alice.peer.request('addMember', {
        room: numbered(talk.room),
        user: numbered(carol.number),
      }),
    );
    const late = await talk.say(alice, 'late');
    const stream = talk.stream;
    const { peer } = carol;
    const since = (await talk.history(carol)).firstKept;
    expect(since).toBeGreaterThan(thread);
    for (const of of [{}, { after: 1 }, { around: early }, { before: late + 1 }])
      expect((await talk.history(carol, of)).events.every(({ sequence }) => sequence >= since)).toBe(true);
    expect(sequences((await talk.history(carol, { before: early })).events)).toEqual([]);
    expect((await world.run(peer.request('readPins', { stream }))).events).toEqual([]);
    expect((await world.run(peer.request('readMentions', {}))).events).toEqual([]);
    const gone = ErrorCode.MESSAGE_GONE;
    expect(await refusal(world.run(peer.request('readThread', { stream, root: early })))).toBe(gone);
    expect(await refusal(world.run(peer.request('readRevisions', { stream, sequence: early })))).toBe(gone);
    expect(await refusal(world.run(peer.request('readReactions', { stream, sequence: early })))).toBe(gone);
    expect(await refusal(talk.change(carol, early, add('👍')))).toBe(gone);
    expect(await refusal(talk.say(carol, 'x', { relatesTo: early }))).toBe(gone);
    expect((await talk.follow(carol, 0)).heads).toMatchObject([{ stream, firstKept: since }]);
    await world.clock.advance(10);
    const got = sequences(peer.eventsOf(stream));
    expect([Math.min(...got), Math.max(...got)]).toEqual([since, late]);
  });
});

describe('unread', () => {
  const unread = async (who: LoggedIn, streams: number[] = []) =>
    (await world.run(who.peer.request('readUnread', { streams }))).rooms;
  const ofRoom = async (who: LoggedIn) => (await unread(who, [talk.stream]))[0];

  test('[UNREAD-11] M9: what others wrote after the cursor counts, while it is there; mentions of it too', async () => {
    const first = await talk.say(alice, 'one');
    await talk.say(alice, 'two @bob');
    const third = await talk.say(alice, 'three @room');
    await talk.say(bob, 'mine');
    await talk.change(alice, third, add('👍'));
    expect(await ofRoom(bob)).toMatchObject({ unread: 3, mentions: 2 });
    await talk.change(alice, first, remove);
    await talk.change(alice, third, edit('three'));
    const counts = await ofRoom(bob);
    expect(counts).toMatchObject({ unread: 2, mentions: 2, head: (await talk.history(bob)).head });
    const again = await world.device(bob);
    expect(again.granted.rooms.find((one) => one.room?.number === talk.room)).toMatchObject({
      unread: 2,
      mentions: 2,
      head: counts?.head,
      read: counts?.read,
    });
    expect((await unread(bob)).map(({ stream }) => stream)).toEqual([4, talk.stream]);
    const carol = await world.user('carol');
    expect(await unread(carol, [talk.stream, 7, 2 ** 32 - 1])).toEqual([]);
  });

  test('[UNREAD-12] M9: every device learns what is left once one has read', async () => {
    const phone = await world.device(bob);
    const first = await talk.say(alice, 'one');
    const second = await talk.say(alice, 'two');
    await talk.follow(bob, 0);
    await world.clock.advance(10);
    const read = async (sequence: number) => {
      bob.peer.notify('acknowledge', {
        progress: [{ stream: talk.stream, delivered: sequence, read: sequence }],
      });
      await world.clock.advance(500);
    };
    await read(first);
    const told = () => phone.peer.pushed('unreadCounts').flatMap(({ rooms }) => rooms);
    expect(told()).toMatchObject([{ stream: talk.stream, read: first, head: second, unread: 1 }]);
    await read(second);
    await read(second);
    expect(told()).toMatchObject([
      { unread: 1 },
      { stream: talk.stream, read: second, unread: 0, mentions: 0 },
    ]);
    expect(bob.peer.pushed('unreadCounts').length).toBe(2);
    expect(alice.peer.pushed('unreadCounts')).toEqual([]);
  });
});

describe('typing', () => {
  const typing = async (who: LoggedIn, number = talk.room, thread = 0) => {
    who.peer.notify('typing', { room: number, thread });
    await world.clock.advance(20);
  };

  test('[TYPING-1] [TYPING-2] M9: the others who follow the room are told, at most once a second; the log knows nothing of it', async () => {
    await talk.follow(alice);
    await talk.follow(bob);
    const { head } = await talk.history(alice);
    await typing(bob, talk.room, 3);
    await typing(bob);
    expect(alice.peer.pushed('typingUpdate')).toMatchObject([
      { room: talk.room, thread: 3, user: bob.number },
    ]);
    expect(bob.peer.pushed('typingUpdate')).toEqual([]);
    await world.clock.advance(1_000);
    await typing(bob);
    expect(alice.peer.pushed('typingUpdate').length).toBe(2);
    const carol = await world.user('carol');
    for (const wrong of [talk.room, 0, 1, 99, 2 ** 32 - 1]) await typing(carol, wrong);
    for (let wrong = 100; wrong < 200; wrong++) await typing(bob, wrong);
    expect(alice.peer.pushed('typingUpdate').length).toBe(2);
    expect((await talk.history(alice)).head).toBe(head);
    expect(carol.peer.ended).toBeUndefined();
  });
});

describe('removal', () => {
  const kick = (who: LoggedIn) =>
    alice.peer.request('changeMember', {
      room: numbered(talk.room),
      user: numbered(who.number),
      change: { case: 'kick', value: { reason: '' } },
    });

  test('[PAGE-4] [CUT-2] M10: who is removed while a request is carried out gets nothing of the room', async () => {
    const message = await talk.say(alice, 'tea @bob');
    const { stream } = talk;
    const { peer } = bob;
    const { events } = world.store;
    const told: string[] = [];
    const asked: [string, () => Promise<unknown>][] = [
      ['page', () => peer.request('readHistory', { stream })],
      ['thread', () => peer.request('readThread', { stream, root: message })],
      ['revisions', () => peer.request('readRevisions', { stream, sequence: message })],
      ['pins', () => peer.request('readPins', { stream })],
      ['reactions', () => peer.request('readReactions', { stream, sequence: message })],
      ['mentions', async () => expect((await peer.request('readMentions', {})).events).toEqual([])],
      ['subscription', () => peer.request('subscribe', { cursors: [{ stream, after: 0 }] })],
    ];
    for (const [what, ask] of asked) {
      await talk.join(bob);
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const undo = holdReads(events, world.store.messages, held);
      const answer = refusal(ask().then(() => undefined));
      await world.clock.advance(20);
      await world.run(kick(bob));
      const late = await talk.say(alice, 'later');
      release();
      undo();
      if ((await world.run(answer)) === undefined) told.push(what);
      await world.clock.advance(50);
      expect(sequences(peer.eventsOf(stream))).not.toContain(late);
    }
    // These two are answered, the one without a message, and the other without an event after the removal.
    expect(told.filter((what) => what !== 'mentions' && what !== 'subscription')).toEqual([]);
  });

  test('[CUT-1] M10: a follower hears of its removal last, and follows again once it is back', async () => {
    await talk.follow(bob);
    const said = [1, 2, 3].map((count) => talk.say(alice, `${count}`));
    const kicked = world.run(kick(bob));
    await world.run(Promise.all([...said, kicked]));
    await talk.say(alice, 'later');
    await world.clock.advance(50);
    const { events } = await talk.history(alice);
    const end = events.find(({ kind }) => kind === EventKind.MEMBER_KICKED)?.sequence ?? 0;
    expect(sequences(bob.peer.eventsOf(talk.stream)).at(-1)).toBe(end);
    expect(sequences(events).at(-1)).toBeGreaterThan(end);
    await talk.join(bob);
    await talk.follow(bob, end);
    const last = await talk.say(alice, 'welcome back');
    await world.clock.advance(50);
    expect(sequences(bob.peer.eventsOf(talk.stream)).at(-1)).toBe(last);
  });
});

/** Every read of a room waits; the result undoes that. */
function holdReads(events: Store['events'], messages: Store['messages'], held: Promise<void>): () => void {
  const { read, readBefore, events: some, stream } = events;
  const { states, thread, edits, pins, reactions, mentions } = messages;
  const late =
    <Arguments extends unknown[], Result>(method: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      const result = await method(...given);
      await held;
      return result;
    };
  Object.assign(events, {
    read: late(read),
    readBefore: late(readBefore),
    events: late(some),
    stream: late(stream),
  });
  Object.assign(messages, {
    states: late(states),
    thread: late(thread),
    edits: late(edits),
    pins: late(pins),
    reactions: late(reactions),
    mentions: late(mentions),
  });
  return () => {
    Object.assign(events, { read, readBefore, events: some, stream });
    Object.assign(messages, { states, thread, edits, pins, reactions, mentions });
  };
}
