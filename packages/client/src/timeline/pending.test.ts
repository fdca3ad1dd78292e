import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, RoomKind } from '@sotto/schema';
import { ALICE, BOB, LOBBY_STREAM } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, startClient, within } from '../testing/harness.ts';
import type { Timeline, TimelineItem } from '../types.ts';

/** "a" a message, "a?" one that waits or is being sent, "a!" one that failed, "a…" one that the server took. */
const MARKS = { waiting: '?', sending: '?', failed: '!', sent: '…' } as const;
const shown = (items: readonly TimelineItem[]): string[] =>
  items.map((item) =>
    item.kind === 'message'
      ? `${item.message.text}`
      : `${item.message.text}${MARKS[item.message.state.kind]}`,
  );
const keys = ({ items }: Timeline): string[] => items.map(({ key }) => key);

async function reading() {
  const world = await createWorld();
  world.server.say(LOBBY, 'hello');
  const client = await onlineClient(world);
  const seen = follow(client);
  const timeline = client.timeline('lobby');
  await within(world.time, timeline.loadLatest());
  return { ...world, client, seen, timeline };
}

/** What `items` says whenever somebody is told of a change. */
function watch(timeline: Timeline): string[][] {
  const all: string[][] = [];
  timeline.onChange(() => all.push(shown(timeline.items)));
  return all;
}

describe('messages on their way in a timeline (M7, T17)', () => {
  test.each([true, false])(
    '[TIMELINE-5] shown at once, replaced in one change, under one key; the answer first: %p',
    async (isAnswerFirst) => {
      const { client, server, time, timeline } = await reading();
      const states = watch(timeline);
      server.holdsBack = isAnswerFirst;
      const sent = client.send(LOBBY, 'mine');
      expect(shown(timeline.items)).toEqual(['hello', 'mine?']);
      const before = keys(timeline);
      await within(time, sent);
      expect(shown(timeline.items)).toEqual(['hello', isAnswerFirst ? 'mine…' : 'mine']);
      expect(client.outbox.entries).toEqual([]);
      server.holdsBack = false;
      await time.settle();
      expect(shown(timeline.items)).toEqual(['hello', 'mine']);
      expect(keys(timeline)).toEqual(before);
      const allowed = [['hello', 'mine?'], ...(isAnswerFirst ? [['hello', 'mine…']] : []), ['hello', 'mine']];
      for (const state of states) expect(allowed).toContainEqual(state);
      await client.close();
    },
  );

  test('[TIMELINE-5] the same array and the same rows until something changes', async () => {
    const { client, server, time, timeline } = await reading();
    server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    void client.send(LOBBY, 'mine').catch(() => {});
    await time.settle();
    const { items } = timeline;
    expect(timeline.items).toBe(items);
    expect(timeline.threadItems(1 as Sequence)).toBe(timeline.threadItems(1 as Sequence));
    server.say(LOBBY, 'more');
    await time.settle();
    expect(shown(timeline.items)).toEqual(['hello', 'more', 'mine?']);
    expect(timeline.items[0]).toBe(items[0] as TimelineItem);
    expect(timeline.items[2]).toBe(items[1] as TimelineItem);
    await client.close();
  });

  test('[TIMELINE-5] what failed stays behind the messages, in the order of sending, until it is sent again', async () => {
    const { client, server, time, timeline } = await reading();
    server.trouble = (request) =>
      request.name === 'sendMessage' ? new SottoError(ErrorCode.PERMISSION_DENIED) : undefined;
    for (const text of ['a', 'b']) void client.send(LOBBY, text, { keepFailed: true }).catch(() => {});
    await time.settle();
    server.trouble = () => undefined;
    server.say(LOBBY, 'more');
    await within(time, client.send(LOBBY, 'c'));
    expect(shown(timeline.items)).toEqual(['hello', 'more', 'c', 'a!', 'b!']);
    const [a, b] = client.outbox.entries;
    await client.outbox.discard(b?.clientMessageId ?? '');
    await client.outbox.sendAgain(a?.clientMessageId ?? '');
    expect(shown(timeline.items)).toEqual(['hello', 'more', 'c', 'a?']);
    await time.settle();
    expect(shown(timeline.items)).toEqual(['hello', 'more', 'c', 'a']);
    await client.close();
  });

  test('[TIMELINE-5] in threads; other rooms show nothing of it', async () => {
    const { client, server, time, timeline } = await reading();
    server.addRoom(9, RoomKind.PUBLIC, 'other');
    server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    const thread = 1 as Sequence;
    void client.send(LOBBY, 'in it', { thread }).catch(() => {});
    void client.send(LOBBY, 'beside it').catch(() => {});
    void client.send(9 as never, 'elsewhere').catch(() => {});
    await time.settle();
    expect(shown(timeline.threadItems(thread))).toEqual(['hello', 'in it?']);
    expect(shown(timeline.items)).toEqual(['hello', 'in it?', 'beside it?']);
    expect(timeline.items[1]).toMatchObject({ message: { thread, sender: { name: 'alice' } } });
    await client.close();
  });

  test('[TIMELINE-5] a direct message stands in the room with its recipient, by number, name or whatever case', async () => {
    const { client, server, time } = await reading();
    const room = server.addRoom(9, RoomKind.DIRECT, '', [ALICE, BOB]);
    server.last.cut();
    await time.until(() => client.rooms.length === 2);
    const direct = client.timeline(room);
    server.holdsBack = true;
    const copy = { clientMessageId: '', sequence: 0 };
    server.answer('sendDirect', ({ clientMessageId, content: _ }) => {
      const said = { clientMessageId };
      const { sequence } = server.happen(
        room,
        EventKind.MESSAGE,
        ALICE,
        { case: 'plain', value: 'psst' },
        said,
      );
      copy.sequence = sequence;
      return { outcomes: [{ delivery: 1, user: server.user(BOB), accepted: { room, sequence, timeMs: 1 } }] };
    });
    const sent = client.sendDirect(['Bob'], 'psst');
    expect(shown(direct.items)).toEqual(['psst?']);
    await within(time, sent);
    expect(shown(direct.items)).toEqual(['psst…']);
    server.holdsBack = false;
    await time.settle();
    await within(time, direct.loadLatest());
    expect(shown(direct.items)).toEqual(['psst']);
    await client.close();
  });

  test("[TIMELINE-5] somebody else's message with the same id replaces nothing, and has another key", async () => {
    const { client, server, time, timeline } = await reading();
    server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    void client.send(LOBBY, 'mine').catch(() => {});
    await time.settle();
    const id = client.outbox.entries[0]?.clientMessageId ?? '';
    server.say(LOBBY, 'forged', BOB, { clientMessageId: Uint8Array.fromHex(id) });
    await time.settle();
    expect(shown(timeline.items)).toEqual(['hello', 'forged', 'mine?']);
    expect(new Set(keys(timeline)).size).toBe(3);
    await client.close();
  });

  test('[TIMELINE-5] not behind a stretch that ends in the past; behind it once it reaches the present', async () => {
    const { client, server, time, timeline } = await reading();
    for (let n = 0; n < 100; n += 1) server.say(LOBBY, `${n}`);
    await time.settle();
    const other = client.timeline('lobby');
    server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    void client.send(LOBBY, 'mine').catch(() => {});
    await within(time, other.loadAround(20 as Sequence, 5));
    expect(shown(other.items).at(-1)).not.toBe('mine?');
    while (other.hasAfter) await within(time, other.loadAfter(50));
    expect(shown(other.items).at(-1)).toBe('mine?');
    expect(shown(timeline.items).at(-1)).toBe('mine?');
    await client.close();
  });

  test('[TIMELINE-5] nothing of it once the timeline is closed; all of it before anything is loaded', async () => {
    const { client, server, timeline } = await reading();
    server.up = false;
    server.last.cut();
    void client.send(LOBBY, 'mine').catch(() => {});
    const other = client.timeline('lobby');
    expect(shown(other.items)).toEqual(['mine?']);
    timeline.close();
    expect(timeline.items).toEqual([]);
    expect(timeline.threadItems(1 as Sequence)).toEqual([]);
    await client.close();
  });

  test('[TIMELINE-5] [OUTBOX-1] messages of an earlier run stand there as well', async () => {
    const world = await createWorld();
    const first = await onlineClient(world);
    world.server.trouble = ({ name }) => (name === 'sendMessage' ? 'silence' : undefined);
    void first.send(LOBBY, 'from before').catch(() => {});
    await world.time.settle();
    await first.close();
    const client = await startClient(world);
    client.resume().catch(() => {});
    await world.time.until(() => client.status.kind === 'online');
    const seen = follow(client);
    const timeline = client.timeline('lobby');
    expect(shown(timeline.items)).toEqual(['from before?']);
    world.server.trouble = () => undefined;
    world.server.last.cut();
    await world.time.until(() => client.outboxSize === 0 && seen.texts.length === 1);
    await within(world.time, timeline.loadLatest());
    expect(shown(timeline.items)).toEqual(['from before']);
    expect(world.server.events(LOBBY_STREAM)).toHaveLength(1);
    await client.close();
  });
});
