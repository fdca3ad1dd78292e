import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence, type UserNumber } from '@sotto/model';
import { EventKind } from '@sotto/schema';
import { BOB } from '../testing/fake-server.ts';
import { createWorld, failureOf, onlineClient, within } from '../testing/harness.ts';
import type { Timeline } from '../types.ts';

const MINUTE_MS = 60_000;
const sequences = (timeline: Timeline) => timeline.messages.map(({ sequence }) => Number(sequence));

/** One message a minute: message 1 at `began`. */
async function talk(messages: number, after: (say: () => void, react: () => void) => void = () => {}) {
  const world = await createWorld();
  await world.time.pass(MINUTE_MS);
  const began = world.time.now();
  const say = () => void world.server.say(LOBBY, 'said');
  const react = () =>
    void world.server.happen(
      LOBBY,
      EventKind.REACTION_ADDED,
      BOB,
      { case: 'reaction', value: '👍' },
      { relatesTo: 1 },
    );
  for (let count = 0; count < messages; count += 1) {
    say();
    await world.time.pass(MINUTE_MS);
  }
  after(say, react);
  const client = await onlineClient(world);
  const timeline = client.timeline('lobby');
  const goTo = (minute: number, limit = 10) =>
    within(world.time, timeline.loadAt(new Date(began + minute * MINUTE_MS), limit));
  return { ...world, client, timeline, goTo, began };
}

describe('going to a moment (M5, M9)', () => {
  test('[TIMELINE-2] [PAGE-6] M9: shows the stretch around the first message of then or later', async () => {
    const { client, timeline, goTo } = await talk(100);
    expect(Number(await goTo(29))).toBe(30);
    expect(sequences(timeline)).toEqual([25, 26, 27, 28, 29, 30, 31, 32, 33, 34]);
    expect([timeline.hasBefore, timeline.hasAfter]).toEqual([true, true]);
    expect(Number(await goTo(29.5))).toBe(31);
    expect(Number(await goTo(-1_000))).toBe(1);
    expect(timeline.hasBefore).toBe(false);
    expect(Number(await goTo(1_000))).toBe(100);
    expect(timeline.hasAfter).toBe(false);
    await client.close();
  });

  test('[TIMELINE-2] M9: where then there are reactions alone, the next message', async () => {
    const { client, timeline, goTo } = await talk(3, (say, react) => {
      for (let count = 0; count < 300; count += 1) react();
      say();
    });
    expect(Number(await goTo(3))).toBe(304);
    expect(sequences(timeline)).toContain(304);
    await client.close();
  });

  test('[TIMELINE-2] M9: an empty room has none, and one that is closed loads none', async () => {
    const { client, timeline, goTo } = await talk(0);
    expect(await goTo(1)).toBeUndefined();
    timeline.close();
    expect(await failureOf(goTo(1))).toBeInstanceOf(Error);
    await client.close();
  });

  test('[PAGE-6] M9: a page around a moment, which excludes the other ways to say where', async () => {
    const { client, time, began } = await talk(20);
    const at = new Date(began + 9 * MINUTE_MS);
    const { messages } = await within(time, client.messages('lobby', { at, limit: 4 }));
    expect(messages.map(({ sequence }) => Number(sequence))).toEqual([8, 9, 10, 11]);
    expect(await within(time, client.history('lobby', { at, limit: 1 }))).toMatchObject([
      { message: { sequence: 10 } },
    ]);
    expect(await failureOf(client.messages('lobby', { at, before: 3 as Sequence }))).toMatchObject({
      message: expect.stringContaining('one of'),
    });
    await client.close();
  });
});

describe('somebody calls themselves otherwise (M9)', () => {
  test('[TIMELINE-1] M9: their messages are other objects, those of others stay', async () => {
    const world = await createWorld();
    for (const sender of [BOB, 9, BOB]) world.server.say(LOBBY, 'said', sender);
    world.server.answer('readProfiles', () => ({ profiles: [{ user: 9, displayName: 'Nina' }] }));
    const client = await onlineClient(world);
    const timeline = client.timeline('lobby');
    await within(world.time, timeline.loadLatest());
    const before = timeline.messages;
    await within(world.time, client.account.profiles([9 as UserNumber]));
    const after = timeline.messages;
    expect(after.map(({ sender }) => sender.displayName)).toEqual(['bob', 'Nina', 'bob']);
    expect(after.map((view, index) => view === before[index])).toEqual([true, false, true]);
    await client.close();
  });
});

describe('a room that was left (M9)', () => {
  test('[TIMELINE-1] M9: its timeline says so a last time; one that its owner closed does not', async () => {
    const world = await createWorld();
    world.server.say(LOBBY, 'said');
    const client = await onlineClient(world);
    const [left, closed] = [client.timeline('lobby'), client.timeline('lobby')];
    await within(world.time, left.loadLatest());
    let calls = 0;
    left.onChange(() => {
      calls += 1;
    });
    closed.onChange(() => {
      calls += 10;
    });
    closed.close();
    world.server.answer('leaveRoom', () => ({}));
    world.server.answer('unsubscribe', () => ({}));
    expect(left.isClosed).toBe(false);
    await within(world.time, client.leaveRoom('lobby'));
    await world.time.settle();
    expect([left.isClosed, closed.isClosed, left.messages.length]).toEqual([true, true, 0]);
    expect(calls).toBe(1);
    await client.close();
  });
});
