/** What was kept on this device is shown first [KEPT-3]. */
import { describe, expect, test } from 'bun:test';
import type { JoinedRoom } from '@sotto/client';
import { FakeTimeline, ManualClock, ROOM, sequence, view } from '../testing/index.ts';
import { RoomConversation } from './room-conversation.ts';
import { RoomThread } from './thread.ts';

const room = (count: number, from = 1) => Array.from({ length: count }, (_, at) => view(at + from));

/** Of `count` messages those up to `kept` were there the last time. */
function scene(count: number, kept: number, read = count) {
  const timeline = new FakeTimeline(room(count));
  timeline.kept = room(Math.min(60, kept), Math.max(1, kept - 59));
  const marked: number[] = [];
  let online = () => {};
  const joined = (): JoinedRoom => ({
    ...ROOM,
    role: 'member',
    head: sequence(count),
    read: sequence(read),
    unread: count - read,
    mentions: 0,
  });
  const conversation = new RoomConversation({
    timeline,
    joined,
    markRead: (at) => marked.push(at),
    around: {
      answers: () => [],
      uploads: () => [],
      onChange: () => () => {},
      onOnline: (listener) => {
        online = listener;
        return () => {};
      },
    },
    clock: new ManualClock(),
    onClose: () => {},
  });
  const state = () => conversation.state.get();
  const last = () => {
    const item = state().items.at(-1);
    return item?.kind === 'message' ? Number(item.view.sequence) : undefined;
  };
  return { timeline, conversation, state, last, marked, online: () => online() };
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('a thread of which something is kept here (C1)', () => {
  const nothing = { answers: () => [], uploads: () => [], onChange: () => () => {} };
  function opened(first: number) {
    const timeline = new FakeTimeline([view(1), view(2, { thread: sequence(1) })]);
    timeline.kept = room(2, first);
    let online = () => {};
    const onOnline = (listener: () => void) => {
      online = listener;
      return () => {};
    };
    const thread = new RoomThread(timeline, sequence(1), { ...nothing, onOnline }, new ManualClock());
    timeline.failure = new Error('offline');
    return { timeline, thread, state: () => thread.state.get(), online: () => online() };
  }

  test('[KEPT-3] T17: it is there without the server where its first message is', async () => {
    const { timeline, thread, state, online } = opened(1);
    await thread.open();
    expect([state().phase.kind, state().items.length]).toEqual(['ready', 2]);
    online();
    await settle();
    expect(timeline.calls).toEqual(['thread 1', 'thread 1']);
    expect([state().phase.kind, state().items.length]).toEqual(['ready', 2]);
  });

  test('[KEPT-3] T17: one of which the beginning is missing is not shown in parts', async () => {
    const { thread, state, online } = opened(2);
    await thread.open();
    expect(state().phase.kind).toBe('failed');
    online();
    await settle();
    expect(state().phase.kind).toBe('ready');
  });
});

describe('a room of which something is kept here (C1)', () => {
  test('[KEPT-3] it is there at once, and in the same list when the server has told; nothing of it is marked as read', async () => {
    const { conversation, state, last, marked } = scene(100, 95, 90);
    const opening = conversation.open();
    expect([state().phase.kind, last()]).toEqual(['ready', 95]);
    const { stretch } = state();
    conversation.at({ isAtEnd: true, isLooking: true });
    expect(marked).toEqual([]);
    await opening;
    expect([last(), state().stretch]).toEqual([100, stretch]);
    expect(state().items.find(({ isFirstNew }) => isFirstNew)).toMatchObject({ view: { sequence: 91 } });
    conversation.at({ isAtEnd: true, isLooking: true });
    expect(marked).toEqual([100]);
  });

  test('[KEPT-3] M9: that it can be read is told also where the server tells nothing else than what was kept', async () => {
    const { timeline, conversation, state, marked } = scene(30, 30, 20);
    timeline.kept = timeline.all;
    const opening = conversation.open();
    const { items, head } = state();
    expect(head).toBeUndefined();
    await opening;
    expect([state().items === items, state().head]).toEqual([true, sequence(30)]);
    conversation.at({ isAtEnd: true, isLooking: true });
    expect(marked).toEqual([30]);
  });

  test('[KEPT-3] whoever waits at its end goes to the line of what is new; who reads further up stays', async () => {
    const waiting = scene(100, 90, 90);
    await waiting.conversation.open();
    const { landing } = waiting.state();
    expect(landing).toMatchObject({ kind: 'item', align: 'start' });
    const reading = scene(100, 90, 90);
    const opening = reading.conversation.open();
    const before = reading.state().landing;
    reading.conversation.at({ isAtEnd: false, isLooking: true });
    await opening;
    expect([reading.last(), reading.state().landing]).toEqual([100, before]);
  });

  test('[KEPT-3] what has nothing to do with it any more is another list', async () => {
    const { conversation, state, last } = scene(1_000, 100);
    const opening = conversation.open();
    const { stretch } = state();
    await opening;
    expect([last(), state().stretch, state().landing.kind]).toEqual([1_000, stretch + 1, 'end']);
  });

  test('[KEPT-3] T17: without the server it can be read, and is renewed when the server is back', async () => {
    const { timeline, conversation, state, last, online } = scene(100, 95);
    timeline.failure = new Error('offline');
    await conversation.open();
    expect([state().phase.kind, last(), timeline.isKept]).toEqual(['ready', 95, true]);
    timeline.failure = new Error('offline');
    expect((await conversation.goTo(sequence(70))).sequence).toBe(sequence(70));
    expect(state().landing).toMatchObject({ kind: 'item', align: 'center' });
    timeline.failure = new Error('offline');
    await expect(conversation.goTo(sequence(3))).rejects.toThrow('offline');
    online();
    await settle();
    expect([last(), timeline.isKept]).toEqual([100, false]);
  });
});
