import { describe, expect, test } from 'bun:test';
import type { JoinedRoom, MessageView } from '@sotto/client';
import {
  ALICE,
  FakeTimeline,
  ManualClock,
  minutesAfterNoon,
  onItsWay,
  ROOM,
  sequence,
  view,
} from '../testing/index.ts';
import type { Around } from './around.ts';
import type { ConversationState } from './conversation.ts';
import { RoomConversation } from './room-conversation.ts';

function scene(all: readonly MessageView[], read = all.length) {
  const unread = all.length - read;
  const timeline = new FakeTimeline(all);
  const clock = new ManualClock();
  const marked: number[] = [];
  let online = () => {};
  const around: Around = {
    answers: () => [],
    uploads: () => [],
    onChange: () => () => {},
    onOnline: (listener) => {
      online = listener;
      return () => {};
    },
  };
  const joined = (): JoinedRoom => ({
    ...ROOM,
    role: 'member',
    head: sequence(timeline.all.length),
    read: sequence(marked.at(-1) ?? read),
    unread,
    mentions: 0,
  });
  const conversation = new RoomConversation({
    timeline,
    joined,
    markRead: (at) => marked.push(at),
    around,
    clock,
    onClose: () => {},
  });
  const state = () => conversation.state.get();
  const texts = () => state().items.map((item) => (item.kind === 'message' ? item.view.sequence : item.kind));
  return { timeline, clock, marked, conversation, state, texts, online: () => online() };
}

const landed = ({ landing }: ConversationState) => (landing.kind === 'item' ? landing.key : undefined);
const room = (count: number, from = 1) => Array.from({ length: count }, (_, at) => view(at + from));
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('a room that is read (C1, T17)', () => {
  test('it opens at the end where nothing is unread, and reading there marks it', async () => {
    const { conversation, state, marked, timeline, clock } = scene(room(200));
    await conversation.open();
    expect(state()).toMatchObject({
      phase: { kind: 'ready' },
      landing: { kind: 'end' },
      before: { kind: 'more' },
    });
    conversation.at({ isAtEnd: true, isLooking: true });
    expect(marked).toEqual([]);
    timeline.came(view(201));
    clock.pass(100);
    conversation.at({ isAtEnd: true, isLooking: true });
    expect(marked).toEqual([201]);
  });

  test('with unread messages it lands on their line, which stays until the end was seen and left', async () => {
    const { conversation, state, clock, marked } = scene(room(200), 150);
    await conversation.open();
    const line = () => state().items.find(({ isFirstNew }) => isFirstNew);
    expect(line()).toMatchObject({ view: { sequence: 151 } });
    expect(state().landing).toEqual({ kind: 'item', key: line()?.key ?? '', align: 'start' });
    conversation.at({ isAtEnd: false, isLooking: true });
    expect(marked).toEqual([]);
    conversation.at({ isAtEnd: true, isLooking: true });
    expect([marked, line() !== undefined]).toEqual([[200], true]);
    conversation.at({ isAtEnd: false, isLooking: true });
    clock.pass(100);
    expect(line()).toBeUndefined();
  });

  test('far more unread than a page: the line and what is around it, not all of it', async () => {
    const { conversation, state, timeline } = scene(room(2000), 1000);
    await conversation.open();
    expect(timeline.calls).toEqual(['around 1000 120']);
    expect(state().items.length).toBeLessThan(200);
    expect(state().items.find(({ isFirstNew }) => isFirstNew)).toMatchObject({ view: { sequence: 1001 } });
    expect(state().after).toEqual({ kind: 'more' });
  });

  test('M9: an answer in a thread that is further up shows no row, and can be read', async () => {
    const { conversation, timeline, clock, state } = scene(room(200));
    await conversation.open();
    const { items } = state();
    timeline.came(view(201, { thread: sequence(1) }));
    clock.pass(100);
    expect(state().items).toBe(items);
    expect(state().head).toBe(sequence(201));
  });

  test('a window that nobody looks at reads nothing, and what came meanwhile is marked as new', async () => {
    const { conversation, timeline, clock, state, marked } = scene(room(20));
    await conversation.open();
    conversation.at({ isAtEnd: true, isLooking: true });
    conversation.at({ isAtEnd: true, isLooking: false });
    timeline.came(view(21, { sender: ALICE }));
    timeline.came(view(22));
    clock.pass(100);
    expect(marked).toEqual([]);
    expect(state().items.filter(({ isFirstNew }) => isFirstNew)).toMatchObject([{ view: { sequence: 22 } }]);
  });

  test('pages above are asked for once at a time; one that fails says so and comes when there is a connection', async () => {
    const { conversation, timeline, state, online } = scene(room(300));
    await conversation.open();
    timeline.failure = new Error('offline');
    conversation.loadBefore();
    conversation.loadBefore();
    expect(state().before).toEqual({ kind: 'loading' });
    await settle();
    expect(state().before).toMatchObject({ kind: 'failed', error: { message: 'offline' } });
    online();
    await settle();
    expect(state().before).toEqual({ kind: 'more' });
    expect(timeline.calls).toEqual(['latest 60', 'before 60', 'before 60']);
    expect(state().items).toHaveLength(120);
  });

  test('a room that cannot be opened says why, and opens when there is a connection', async () => {
    const { conversation, timeline, state, online } = scene(room(10));
    timeline.failure = new Error('offline');
    await conversation.open();
    expect(state().phase).toMatchObject({ kind: 'failed', error: { message: 'offline' } });
    online();
    await settle();
    expect([state().phase.kind, state().items.length]).toEqual(['ready', 10]);
  });

  test('a jump within what is shown keeps the list, a jump elsewhere is another list', async () => {
    const { conversation, state } = scene(room(1000));
    await conversation.open();
    const { stretch } = state();
    await conversation.goTo(sequence(990));
    expect([state().stretch, state().landing.kind]).toEqual([stretch, 'item']);
    await conversation.goTo(sequence(100));
    expect(state().stretch).toBe(stretch + 1);
    expect(state().items.some((item) => item.kind === 'message' && item.view.sequence === 100)).toBe(true);
    await conversation.goToEnd();
    expect([state().stretch, state().landing]).toEqual([stretch + 2, { kind: 'end' }]);
  });

  test('what is sent where much comes shows as soon as one goes to the end, not when the others are shown', async () => {
    const { conversation, timeline, texts, clock } = scene(room(5));
    await conversation.open();
    timeline.came(view(6));
    clock.pass(0);
    timeline.came(view(7));
    timeline.pending = [onItsWay(3)];
    expect(texts().at(-1)).toBe(sequence(6));
    await conversation.goToEnd();
    expect(texts().slice(-2)).toEqual([sequence(7), 'pending']);
  });

  test('a jump to a day lands on the first message of it, or of later', async () => {
    const all = Array.from({ length: 500 }, (_, at) => view(at + 1, { sentAt: minutesAfterNoon(at) }));
    const { conversation, state } = scene(all);
    await conversation.open();
    await conversation.goToMoment(minutesAfterNoon(99.5));
    const landing = state().items.find(
      ({ key }) => state().landing.kind === 'item' && key === landed(state()),
    );
    expect(landing).toMatchObject({ view: { sequence: 101 } });
  });

  test('where the newest events are answers in threads alone, earlier ones are loaded', async () => {
    const threaded = Array.from({ length: 80 }, (_, at) => view(at + 3, { thread: sequence(1) }));
    const { conversation, state } = scene([view(1), view(2), ...threaded]);
    await conversation.open();
    await settle();
    expect(state().items.map(({ key }) => key)).toHaveLength(2);
  });

  test('a jump to what is gone leaves everything as it is', async () => {
    const { conversation, state } = scene(room(10));
    await conversation.open();
    const before = state();
    const failure = await conversation.goTo(sequence(99)).catch((error: Error) => error.message);
    expect(failure).toBe('MESSAGE_GONE');
    expect(state()).toBe(before);
  });

  test('many changes at once are one', async () => {
    const { conversation, timeline, clock, state } = scene(room(10));
    await conversation.open();
    let told = 0;
    conversation.state.subscribe(() => (told += 1));
    clock.pass(1000);
    for (let at = 11; at < 111; at += 1) timeline.came(view(at));
    clock.pass(100);
    expect([told, state().items.length]).toEqual([1, 110]);
  });

  test('what is sent is there before the server has it', async () => {
    const { conversation, timeline, clock, texts } = scene(room(2));
    await conversation.open();
    timeline.pending = [onItsWay(3)];
    timeline.changed();
    clock.pass(0);
    expect(texts()).toEqual([sequence(1), sequence(2), 'pending']);
  });

  test('Up edits the last message of mine that says something', async () => {
    const mine = { sender: ALICE };
    const { conversation, timeline } = scene([
      view(1, mine),
      view(2, { ...mine, text: undefined, deleted: { by: ALICE, at: new Date(0) } }),
      view(3, { ...mine, thread: sequence(1) }),
      view(4),
    ]);
    await conversation.open();
    expect(conversation.lastOwn()).toMatchObject({ sequence: 1 });
    timeline.pending = [onItsWay(5, { thread: sequence(1) })];
    expect(conversation.lastOwn()).toMatchObject({ sequence: 1 });
    // It is the one that is meant, and cannot be edited yet.
    timeline.pending = [onItsWay(6)];
    expect(conversation.lastOwn()).toBe('onItsWay');
  });

  test('a closed one closes its timeline and shows nothing more', async () => {
    const { conversation, timeline, clock, state } = scene(room(2));
    await conversation.open();
    const before = state();
    timeline.changed();
    conversation.close();
    timeline.came(view(3));
    clock.pass(1000);
    expect([timeline.isClosed, state() === before, clock.waiting]).toEqual([true, true, 0]);
  });
});
