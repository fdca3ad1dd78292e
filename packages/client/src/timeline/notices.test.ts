import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { EventKind, Role } from '@sotto/schema';
import { BOB, type FakeServer } from '../testing/fake-server.ts';
import { createWorld, onlineClient, within } from '../testing/harness.ts';

const CAROL = 7;

async function opened() {
  const world = await createWorld();
  const client = await onlineClient(world);
  await world.time.settle();
  const timeline = client.timeline('lobby');
  const load = <T>(loading: Promise<T>) => within(world.time, loading);
  return { ...world, client, timeline, load };
}

const mute = (server: FakeServer, user: number, reason = '') =>
  server.happen(LOBBY, EventKind.MEMBER_MUTED, BOB, {
    case: 'member',
    value: { user, role: Role.MEMBER, reason, untilMs: 0 },
  });
const setTopic = (server: FakeServer, topic: string) =>
  server.happen(LOBBY, EventKind.ROOM_CHANGED, BOB, { case: 'settings', value: { topic } });

describe('what happens beside messages (M9, M10)', () => {
  test('[TIMELINE-7] M10: of pages and of live events, in one order, with names that nobody knew before', async () => {
    const { server, client, time, timeline, load } = await opened();
    server.say(LOBBY, 'hello');
    mute(server, CAROL, 'shouting');
    server.say(LOBBY, 'quiet now');
    await load(timeline.loadLatest());
    expect(timeline.notices).toMatchObject([
      {
        sequence: 2,
        by: { name: 'bob' },
        event: { kind: 'memberMuted', member: { number: CAROL }, reason: 'shouting' },
      },
    ]);
    const before = timeline.notices;
    server.say(LOBBY, 'a message changes nothing of it');
    await time.settle();
    expect(timeline.notices).toBe(before);
    setTopic(server, 'Manners');
    server.happen(LOBBY, EventKind.MESSAGE_PINNED, BOB, undefined, { relatesTo: 1, role: Role.MODERATOR });
    await time.settle();
    expect(timeline.notices.map(({ event }) => event.kind)).toEqual([
      'memberMuted',
      'roomChanged',
      'messagePinned',
    ]);
    expect(timeline.notices[0]).toBe(before[0] as (typeof before)[0]);
    expect(timeline.messages).toHaveLength(3);
    await client.close();
  });

  test('[TIMELINE-7] M10: those of the stretch that is shown, and none once the timeline is closed', async () => {
    const { server, client, time, load } = await opened();
    setTopic(server, 'old');
    for (let index = 0; index < 100; index += 1) server.say(LOBBY, `m${index}`);
    setTopic(server, 'new');
    await time.settle();
    const timeline = client.timeline('lobby');
    await load(timeline.loadLatest(10));
    const topics = () =>
      timeline.notices.map(({ event }) => event.kind === 'roomChanged' && event.changes.topic);
    expect(topics()).toEqual(['new']);
    while (timeline.hasBefore) await load(timeline.loadBefore(50));
    expect(topics()).toEqual(['old', 'new']);
    timeline.close();
    expect(timeline.notices).toEqual([]);
    await client.close();
  });
});
