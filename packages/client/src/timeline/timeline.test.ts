import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { ErrorCode, EventKind, Role } from '@sotto/schema';
import { pageOf } from '../testing/fake-history.ts';
import { ALICE, BOB, type FakeServer, LOBBY_STREAM } from '../testing/fake-server.ts';
import { createWorld, onlineClient, within } from '../testing/harness.ts';
import type { Timeline } from '../types.ts';
import { HELD_MAX } from './loaded.ts';

const at = (sequence: number): Sequence => sequence as Sequence;
const texts = (timeline: Timeline) => timeline.messages.map(({ text }) => text);
const sequences = (timeline: Timeline) => timeline.messages.map(({ sequence }) => Number(sequence));

function about(server: FakeServer, kind: EventKind, target: number, sender = BOB, text?: string) {
  const content = text === undefined ? undefined : ({ case: 'plain', value: text } as const);
  return server.happen(LOBBY, kind, sender, content, { relatesTo: target, role: Role.MODERATOR });
}

function react(server: FakeServer, target: number, sender: number) {
  const content = { case: 'reaction', value: '👍' } as const;
  return server.happen(LOBBY, EventKind.REACTION_ADDED, sender, content, { relatesTo: target });
}

async function opened(said = 0) {
  const world = await createWorld();
  for (let index = 1; index <= said; index += 1) world.server.say(LOBBY, `m${index}`);
  const client = await onlineClient(world);
  await world.time.settle();
  const timeline = client.timeline('lobby');
  const load = <T>(loading: Promise<T>) => within(world.time, loading);
  return { ...world, client, timeline, load };
}

describe('timelines (M9)', () => {
  test('[TIMELINE-1] M9: pages say what became of messages, and live events go on from there', async () => {
    const { server, client, time, timeline, load } = await opened(3);
    about(server, EventKind.MESSAGE_EDITED, 1, BOB, 'edited');
    react(server, 2, ALICE);
    await time.settle();
    await load(timeline.loadLatest());
    expect(texts(timeline)).toEqual(['edited', 'm2', 'm3']);
    about(server, EventKind.MESSAGE_EDITED, 1, BOB, 'edited again');
    about(server, EventKind.MESSAGE_DELETED, 3);
    about(server, EventKind.MESSAGE_PINNED, 2);
    react(server, 2, BOB);
    server.say(LOBBY, 'late', BOB, { thread: 2, relatesTo: 1 });
    await time.settle();
    expect(timeline.messages).toMatchObject([
      { text: 'edited again', edited: { times: 2 }, sender: { name: 'bob' } },
      { text: 'm2', pinned: true, reactions: [{ count: 2, mine: true }], replies: { count: 1 } },
      { text: undefined, deleted: { by: { name: 'bob' } } },
      { text: 'late', thread: at(2), replyTo: at(1) },
    ]);
    await client.close();
  });

  test('[TIMELINE-1] M9: what others may not do changes nothing', async () => {
    const { server, client, time, timeline, load } = await opened(1);
    await load(timeline.loadLatest());
    about(server, EventKind.MESSAGE_EDITED, 1, ALICE, 'forged');
    for (const kind of [EventKind.MESSAGE_DELETED, EventKind.MESSAGE_PINNED]) {
      server.happen(LOBBY, kind, ALICE, undefined, { relatesTo: 1 });
    }
    await time.settle();
    expect(timeline.messages).toMatchObject([
      { text: 'm1', edited: undefined, deleted: undefined, pinned: false },
    ]);
    await client.close();
  });

  test('[TIMELINE-1] M9: one that is closed, or whose room was left, holds nothing and says that it ended', async () => {
    const { server, client, time, timeline, load } = await opened(2);
    await load(timeline.loadLatest());
    const ended = (async () => {
      for await (const _ of timeline.changes());
      return 'ended';
    })();
    timeline.close();
    expect(timeline.messages).toEqual([]);
    expect(await load(ended)).toBe('ended');
    await expect(timeline.loadBefore()).rejects.toThrow('closed');
    const room = server.addRoom(5, 1, 'tea');
    server.answer('leaveRoom', () => ({}));
    server.answer('joinRoom', () => ({ membership: server.membership({ ...lobby(server), number: 5 }) }));
    await load(client.joinRoom('tea'));
    const left = client.timeline(room);
    await load(client.leaveRoom(room));
    await expect(left.loadLatest()).rejects.toThrow('closed');
    await time.settle();
    await client.close();
  });

  test('[TIMELINE-2] M9: scrolling back stops at the beginning, a page at a time', async () => {
    const { client, timeline, load } = await opened(120);
    expect([timeline.messages.length, timeline.hasBefore]).toEqual([0, true]);
    await load(timeline.loadLatest());
    expect([texts(timeline)[0], timeline.hasBefore, timeline.hasAfter]).toEqual(['m71', true, false]);
    await load(timeline.loadBefore());
    await load(timeline.loadBefore());
    expect([timeline.messages.length, timeline.hasBefore]).toEqual([120, false]);
    await load(timeline.loadBefore());
    expect(timeline.messages.length).toBe(120);
    await client.close();
  });

  test('[TIMELINE-2] M9: from a jump one scrolls on until the gap is closed, and live messages are not lost meanwhile', async () => {
    const { server, client, time, timeline, load } = await opened(300);
    await load(timeline.loadLatest(20));
    await load(timeline.loadAround(at(100), 20));
    expect([sequences(timeline)[0], sequences(timeline).at(-1)]).toEqual([90, 109]);
    expect([timeline.hasBefore, timeline.hasAfter]).toEqual([true, true]);
    server.say(LOBBY, 'meanwhile');
    await time.settle();
    expect(sequences(timeline).at(-1)).toBe(109);
    while (timeline.hasAfter) await load(timeline.loadAfter(60));
    expect(sequences(timeline)).toEqual(Array.from({ length: 212 }, (_, index) => 90 + index));
    expect(texts(timeline).at(-1)).toBe('meanwhile');
    await client.close();
  });

  test('[TIMELINE-2] M9: one comes back to the present as it is by then', async () => {
    const { server, client, time, timeline, load } = await opened(200);
    await load(timeline.loadAround(at(10), 10));
    for (let index = 0; index < 30; index += 1) server.say(LOBBY, `new ${index}`);
    await time.settle();
    await load(timeline.loadLatest(40));
    expect(sequences(timeline)).toEqual(Array.from({ length: 40 }, (_, index) => 191 + index));
    await client.close();
  });

  test('[TIMELINE-2] M9: pages that hold hardly any message are followed until there are enough', async () => {
    const { server, client, timeline, load } = await opened(40);
    for (let index = 0; index < 300; index += 1) react(server, 1 + (index % 40), BOB);
    await load(timeline.loadLatest(20));
    expect(timeline.messages.length).toBeGreaterThanOrEqual(20);
    expect(timeline.messages.at(-1)?.text).toBe('m40');
    await client.close();
  });

  test('[TIMELINE-2] M9: what is kept no more has no before, and a message that is gone is an error', async () => {
    const { server, client, timeline, load } = await opened(50);
    server.firstKept.set(LOBBY, 31);
    await load(timeline.loadLatest(50));
    expect([sequences(timeline)[0], timeline.hasBefore]).toEqual([31, false]);
    await expect(load(timeline.loadAround(at(500)))).rejects.toMatchObject({ code: ErrorCode.MESSAGE_GONE });
    await client.close();
  });

  test('[TIMELINE-2] M9: threads and pins are loaded without leaving what is shown', async () => {
    const { server, client, timeline, load } = await opened(100);
    for (const text of ['one', 'two']) server.say(LOBBY, text, BOB, { thread: 3 });
    about(server, EventKind.MESSAGE_PINNED, 5);
    const all = server.events(LOBBY_STREAM);
    server.answer('readThread', ({ root, after }) =>
      pageOf(
        server,
        LOBBY_STREAM,
        all.filter(({ thread, sequence }) => thread === root && sequence > after),
      ),
    );
    server.answer('readPins', () => pageOf(server, LOBBY_STREAM, all.slice(4, 5)));
    await load(timeline.loadLatest(10));
    const shown = sequences(timeline);
    const thread = await load(timeline.loadThread(at(3)));
    expect(thread.map(({ text }) => text)).toEqual(['m3', 'one', 'two']);
    expect((await load(timeline.loadPins())).map(({ text }) => text)).toEqual(['m5']);
    expect(sequences(timeline)).toEqual(shown);
    await client.close();
  });

  test('[TIMELINE-3] of an endless stream of live events the oldest are let go of', async () => {
    const { server, client, time, timeline, load } = await opened(1);
    const events = (async () => {
      for await (const _ of client.events());
    })();
    await load(timeline.loadLatest());
    for (let index = 0; index < HELD_MAX + 10; index += 1) {
      server.say(LOBBY, 'x');
      if (index % 500 === 0) await time.settle();
    }
    await time.settle();
    expect(timeline.messages.length).toBeLessThan(HELD_MAX);
    expect(timeline.messages.length).toBeGreaterThan(HELD_MAX / 4);
    expect([timeline.hasBefore, timeline.hasAfter]).toEqual([true, false]);
    await client.close();
    await events;
  });

  test('[TIMELINE-4] M9: messages of blocked people are hidden from then on, and again not', async () => {
    const { server, client, time, timeline, load } = await opened(2);
    server.answer('setSetting', () => ({}));
    await load(timeline.loadLatest());
    await load(client.account.settings.block(BOB));
    expect(timeline.messages.map(({ hidden }) => hidden)).toEqual([true, true]);
    await load(client.account.settings.unblock(BOB));
    expect(timeline.messages.map(({ hidden }) => hidden)).toEqual([false, false]);
    server.note(EventKind.SETTING_CHANGED, {
      case: 'setting',
      value: { setting: { case: 'block', value: { user: BOB, blocked: true } } },
    });
    await time.settle();
    expect(timeline.messages.map(({ hidden }) => hidden)).toEqual([true, true]);
    await client.close();
  });

  test('[TIMELINE-1] who listens is told once for what comes together', async () => {
    const { server, client, time, timeline, load } = await opened(1);
    await load(timeline.loadLatest());
    let told = 0;
    const stop = timeline.onChange(() => {
      told += 1;
    });
    server.say(LOBBY, 'a');
    await time.settle();
    expect(told).toBe(1);
    stop();
    server.say(LOBBY, 'b');
    await time.settle();
    expect(told).toBe(1);
    await client.close();
  });
});

const lobby = (server: FakeServer) => {
  const room = server.rooms.get(LOBBY);
  if (room === undefined) throw new Error('no lobby');
  return room;
};
