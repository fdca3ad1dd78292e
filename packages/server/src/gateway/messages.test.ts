/** Changes of messages, threads and mentions, over connections (M9). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { PINS_MAX } from '@sotto/model';
import { ErrorCode, EventKind, Role } from '@sotto/schema';
import { numbered } from '../testing/asking.ts';
import {
  add,
  type Change,
  drop,
  edit,
  pin,
  plain,
  remove,
  sequences,
  Talk,
  textOf,
} from '../testing/talk.ts';
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

describe('changes', () => {
  test('[CHANGE-2] [CHANGE-6] M9: only its author edits a message; the page tells the last edit, and who asks all of them', async () => {
    const message = await talk.say(alice, 'tee');
    expect(await refusal(talk.change(bob, message, edit('x')))).toBe(ErrorCode.PERMISSION_DENIED);
    await talk.change(alice, message, edit('te'));
    const last = await talk.change(alice, message, edit('tea'));
    const state = await talk.stateOf(bob, message);
    expect(state).toMatchObject({ edits: 2, asOf: last.sequence, edit: { sequence: last.sequence } });
    expect(textOf(state?.edit?.content)).toBe('tea');
    const { events } = await world.run(
      bob.peer.request('readRevisions', { stream: talk.stream, sequence: message }),
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
    const message = await talk.say(alice, 'tea');
    const refused = async (who: LoggedIn, sequence: number, what: Change) =>
      refusal(talk.change(who, sequence, what));
    for (const nothing of [0, 1, 99, 2 ** 32 - 1])
      expect(await refused(bob, nothing, add('👍'))).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refused(alice, message, edit('   '))).toBe(ErrorCode.CONTENT_INVALID);
    expect(await refused(alice, message, { case: 'edit', value: plain('x'.repeat(17_000)) })).toBe(
      ErrorCode.CONTENT_TOO_LARGE,
    );
    expect(await refused(alice, message, { case: undefined })).toBe(ErrorCode.ARGUMENT_INVALID);
    const carol = await world.user('carol');
    expect(await refused(carol, message, add('👍'))).toBe(ErrorCode.PERMISSION_DENIED);
    talk.room = await talk.newRoom(alice, 'secret', true);
    expect(await refused(carol, await talk.say(alice, 'hush'), add('👍'))).toBe(ErrorCode.NOT_FOUND);
  });

  test('[CHANGE-3] M9: a change is accepted once, also when its sender may not any more; what changes nothing adds no event', async () => {
    const message = await talk.say(alice, 'tea');
    const id = talk.newId();
    const first = await talk.change(bob, message, add('👍'), id);
    expect(first.duplicate).toBe(false);
    const head = (await talk.history(bob)).head;
    expect(await talk.change(bob, message, add('👍'), id)).toMatchObject({ ...first, duplicate: true });
    expect(await talk.change(bob, message, add('👍'))).toMatchObject({ sequence: message, duplicate: true });
    expect(await talk.change(bob, message, drop('🎉'))).toMatchObject({ sequence: message, duplicate: true });
    expect((await talk.history(bob)).head).toBe(head);
    await talk.change(alice, message, remove);
    expect(await talk.change(bob, message, add('👍'), id)).toMatchObject({ ...first, duplicate: true });
    expect(await refusal(talk.change(bob, message, add('👍')))).toBe(ErrorCode.MESSAGE_GONE);
    expect(await refusal(talk.change(alice, message, remove))).toBe(ErrorCode.MESSAGE_GONE);
  });

  test('[CHANGE-4] [PAGE-5] M9: reactions are single emoji, counted, and say who', async () => {
    const message = await talk.say(alice, 'tea');
    for (const wrong of ['', 'x', '👍👍', 'x'.repeat(300), '\u0000'])
      expect(await refusal(talk.change(bob, message, add(wrong)))).toBe(ErrorCode.CONTENT_INVALID);
    await talk.change(bob, message, add('👍'));
    await talk.change(alice, message, add('👍'));
    await talk.change(alice, message, add('🎉'));
    const of = (mine: boolean[]) => [
      { emoji: '👍', count: 2, mine: mine[0] },
      { emoji: '🎉', count: 1, mine: mine[1] },
    ];
    expect((await talk.stateOf(alice, message))?.reactions).toMatchObject(of([true, true]));
    expect((await talk.stateOf(bob, message))?.reactions).toMatchObject(of([true, false]));
    await talk.change(alice, message, drop('👍'));
    const { reactions } = await world.run(
      bob.peer.request('readReactions', { stream: talk.stream, sequence: message }),
    );
    expect(reactions).toMatchObject([
      { emoji: '👍', user: bob.number },
      { emoji: '🎉', user: alice.number },
    ]);
  });

  test('[CHANGE-2] [CHANGE-4] [PAGE-5] M9: who may pins, up to so many; the last pinned comes first', async () => {
    const messages: number[] = [];
    for (let count = 0; count <= PINS_MAX; count++) messages.push(await talk.say(alice, `${count}`));
    const [first = 0, second = 0] = messages;
    expect(await refusal(talk.change(bob, first, pin(true)))).toBe(ErrorCode.PERMISSION_DENIED);
    for (const message of messages.slice(0, PINS_MAX)) await talk.change(alice, message, pin(true));
    const last = messages.at(-1) ?? 0;
    expect(await refusal(talk.change(alice, last, pin(true)))).toBe(ErrorCode.LIMIT_REACHED);
    await talk.change(alice, first, pin(false));
    await talk.change(alice, second, remove);
    await talk.change(alice, last, pin(true));
    const { events, states } = await world.run(bob.peer.request('readPins', { stream: talk.stream }));
    expect(sequences(events)).toEqual([last, ...messages.slice(2, PINS_MAX).reverse()]);
    expect(states.every(({ pinned }) => pinned)).toBe(true);
  });

  test('[ERASE-1] [CHANGE-6] M9: deleting takes the text, its edits and all that was said of it, and stays as a tombstone', async () => {
    const message = await talk.say(bob, 'secret @alice');
    await talk.change(bob, message, edit('secreter @alice'));
    await talk.change(bob, message, add('👍'));
    await talk.follow(alice, 0);
    await talk.change(alice, message, remove);
    const carol = await world.user('carol');
    await talk.join(carol);
    const page = await talk.history(carol);
    expect(page.states.find(({ target }) => target === message)).toMatchObject({
      deletedBy: alice.number,
      edits: 0,
      pinned: false,
      reactions: [],
    });
    const contents = page.events.map(({ content }) => Buffer.from(content).toString('latin1'));
    expect(contents.filter((content) => content.includes('secret'))).toEqual([]);
    expect(page.events.find(({ sequence }) => sequence === message)?.digest.length).toBe(32);
    await talk.follow(carol, 0);
    expect(
      carol.peer.eventsOf(talk.stream).some(({ content }) => Buffer.from(content).includes('secret')),
    ).toBe(false);
    const { events } = await world.run(alice.peer.request('readMentions', {}));
    expect(events).toEqual([]);
    const { entries } = await world.run(
      alice.peer.request('readAudit', {
        room: numbered(talk.room),
      }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'message.deleted', actor: alice.number, target: bob.number }),
    );
  });

  test('[CHANGE-5] M7: messages and changes of a connection are in the log as they were asked for', async () => {
    const message = await talk.say(bob, 'first');
    const { peer } = bob;
    const asked = [
      peer.request('sendMessage', {
        room: talk.room,
        clientMessageId: talk.newId(),
        content: plain('hi @alice'),
      }),
      peer.request('changeMessage', {
        room: talk.room,
        sequence: message,
        clientMessageId: talk.newId(),
        change: add('👍'),
      }),
      peer.request('sendMessage', { room: talk.room, clientMessageId: talk.newId(), content: plain('two') }),
      peer.request('changeMessage', {
        room: talk.room,
        sequence: message,
        clientMessageId: talk.newId(),
        change: edit('1st'),
      }),
      peer.request('sendMessage', {
        room: talk.room,
        clientMessageId: talk.newId(),
        content: plain('re'),
        relatesTo: message,
      }),
      peer.request('sendMessage', {
        room: talk.room,
        clientMessageId: talk.newId(),
        content: plain('three'),
      }),
    ];
    const accepted = await world.run(Promise.all(asked));
    expect(accepted.map(({ sequence }) => sequence)).toEqual(
      [1, 2, 3, 4, 5, 6].map((more) => message + more),
    );
  });
});

describe('threads', () => {
  test('[THREAD-1] [THREAD-2] [THREAD-3] M9: a thread begins with a message, counts its answers and is read by itself', async () => {
    const root = await talk.say(alice, 'tea or coffee?');
    const first = await talk.say(bob, 'tea', { thread: root });
    const second = await talk.say(alice, 'coffee', { thread: root, relatesTo: first });
    await talk.say(alice, 'aside');
    expect(await refusal(talk.say(bob, 'x', { thread: first }))).toBe(ErrorCode.ARGUMENT_INVALID);
    for (const nothing of [1, 99, 2 ** 32 - 1]) {
      expect(await refusal(talk.say(bob, 'x', { thread: nothing }))).toBe(ErrorCode.MESSAGE_GONE);
      expect(await refusal(talk.say(bob, 'x', { relatesTo: nothing }))).toBe(ErrorCode.MESSAGE_GONE);
    }
    expect(await talk.stateOf(bob, root)).toMatchObject({ replies: 2, lastReply: second });
    await talk.change(alice, second, remove);
    expect(await talk.stateOf(bob, root)).toMatchObject({ replies: 1, lastReply: second });
    const thread = (after: number, limit: number) =>
      world.run(bob.peer.request('readThread', { stream: talk.stream, root, after, limit }));
    expect(sequences((await thread(0, 0)).events)).toEqual([first, second]);
    expect(sequences((await thread(first, 1)).events)).toEqual([second]);
    expect((await thread(0, 0)).states).toMatchObject([{ target: second, deletedBy: alice.number }]);
    await talk.change(bob, first, remove);
    expect(await talk.stateOf(bob, root)).toMatchObject({ replies: 0, lastReply: second });
    await talk.change(alice, root, remove);
    expect(await refusal(talk.say(bob, 'late', { thread: root }))).toBe(ErrorCode.MESSAGE_GONE);
    expect((await talk.history(bob)).events.find(({ sequence }) => sequence === second)?.thread).toBe(root);
  });
});

describe('mentions', () => {
  const mentions = async (who: LoggedIn, of: { cursor?: Uint8Array; limit?: number } = {}) =>
    world.run(who.peer.request('readMentions', of));

  test('[MENTION-1] [MENTION-2] [MENTION-3] M9: names become users, @room everyone where that is allowed; edits replace them', async () => {
    const named = await talk.say(alice, 'tea, @bob? and @nobody, `@carol`');
    await talk.say(bob, 'me, @bob');
    const everyone = await talk.say(alice, '@room tea is ready');
    expect(sequences((await mentions(bob)).events)).toEqual([everyone, named]);
    expect((await mentions(alice)).events).toEqual([]);
    await talk.change(alice, named, edit('tea?'));
    const other = await talk.say(alice, 'cake?');
    await talk.change(alice, other, edit('cake, @bob?'));
    const { events, states } = await mentions(bob);
    expect(sequences(events)).toEqual([other, everyone]);
    expect(states).toMatchObject([{ stream: talk.stream, state: { target: other, edits: 1 } }]);
    const carol = await world.user('carol');
    expect((await mentions(carol)).events).toEqual([]);
    const guest = await world.run(
      bob.peer.request('sendMessage', { room: 1, clientMessageId: talk.newId(), content: plain('@room hi') }),
    );
    expect(sequences((await mentions(carol)).events)).not.toContain(guest.sequence);
  });

  test('[MENTION-3] M9: the inbox pages through all rooms, newest first, each message once', async () => {
    const rooms = [talk.room, await talk.newRoom(alice, 'cake')];
    await talk.join(bob, rooms[1]);
    const sent: string[] = [];
    for (let count = 0; count < 30; count++) {
      talk.room = rooms[count % 2] ?? 0;
      const text = ['@bob', '@room', '@bob and @room', 'nobody'][count % 4] ?? '';
      const sequence = await talk.say(alice, text);
      if (text !== 'nobody') sent.unshift(`${talk.stream}:${sequence}`);
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
