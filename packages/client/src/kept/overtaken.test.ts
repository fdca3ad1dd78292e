import { describe, expect, test } from 'bun:test';
import { type RoomNumber, roomStream } from '@sotto/model';
import { decodeMessage, encodeMessage } from '@sotto/protocol';
import { ContentSchema, type Event, EventKind, EventSchema, HistoryPageSchema } from '@sotto/schema';
import { MemoryStore } from '../stores/memory.ts';
import { toEntry } from '../sync/entry.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import type { KeptPage } from '../timeline/loaded.ts';
import { KeptBook } from './kept.ts';

const TEA = roomStream(5 as RoomNumber);
const BOB = 2;

function event(
  sequence: number,
  kind: EventKind,
  more: Partial<Pick<Event, 'content' | 'relatesTo'>> = {},
): Event {
  const fields = { stream: TEA, sequence, kind, sender: BOB, ...more };
  return decodeMessage(EventSchema, encodeMessage(EventSchema, fields), 'event');
}

function said(sequence: number, text: string): Event {
  const content = encodeMessage(ContentSchema, { content: { case: 'plain', value: text } });
  return event(sequence, EventKind.MESSAGE, { content });
}

const deleted = (sequence: number, relatesTo: number) =>
  event(sequence, EventKind.MESSAGE_DELETED, { relatesTo });

const page = (head: number, ...events: readonly Event[]): KeptPage =>
  decodeMessage(
    HistoryPageSchema,
    encodeMessage(HistoryPageSchema, { events: [...events], firstKept: 1, head }),
    'page',
  );

async function book() {
  const store = new MemoryStore();
  await store.saveCursors('log', new Map());
  const account = () => ({ me: undefined, rooms: [], people: () => [], settings: [], drafts: [] });
  const kept = new KeptBook(
    {
      clock: new VirtualTime(),
      store,
      account,
      log: () => 'log',
      kindOf: () => 'public',
      onBehind: () => {},
    },
    true,
  );
  const words = async () => {
    await kept.flush();
    return [...(await store.loadKept()).values()]
      .map((bytes) => Buffer.from(bytes).toString('latin1'))
      .join();
  };
  return { kept, words, happens: (one: Event) => kept.happened(toEntry(one), undefined) };
}

describe('what happens while the end of a room is being read (C1, M9)', () => {
  const left = (sequence: number) =>
    event(sequence, EventKind.MEMBER_LEFT, {
      content: encodeMessage(ContentSchema, { content: { case: 'member', value: { user: BOB } } }),
    });
  const texts = (kept: KeptBook) => kept.page(TEA)?.events.map(({ sequence }) => sequence);

  test('[KEPT-4] is kept behind it, also where nothing was kept before', async () => {
    const { kept, happens } = await book();
    happens(said(2, 'second'));
    happens(said(3, 'third'));
    kept.readLatest(TEA, page(1, said(1, 'first')));
    expect(texts(kept)).toEqual([1, 2, 3]);
    expect(kept.isWanting(TEA)).toBe(false);
  });

  test('[KEPT-4] is read again where somebody left who had written there', async () => {
    const { kept, happens } = await book();
    happens(left(2));
    kept.readLatest(TEA, page(1, said(1, 'first')));
    expect(kept.isWanting(TEA)).toBe(true);
    kept.readLatest(TEA, page(2, left(2)));
    expect(kept.isWanting(TEA)).toBe(false);
  });

  test('[KEPT-4] is nothing of it where some of it is not here any more', async () => {
    const { kept, happens } = await book();
    for (let sequence = 2; sequence <= 100; sequence += 1) happens(said(sequence, 'talk'));
    kept.readLatest(TEA, page(1, said(1, 'first')));
    expect(texts(kept)).toBeUndefined();
    kept.readLatest(TEA, page(50, said(50, 'talk')));
    expect(texts(kept)).toEqual(Array.from({ length: 51 }, (_, at) => 50 + at));
  });
});

describe('what is deleted while it is being read (M9, A5)', () => {
  test('[KEPT-2] of a room of which nothing was kept, no word of it is', async () => {
    const { kept, words, happens } = await book();
    happens(deleted(2, 1));
    kept.readLatest(TEA, page(1, said(1, 'a secret')));
    expect(await words()).not.toContain('secret');
    kept.readLatest(TEA, page(2, event(1, EventKind.MESSAGE), deleted(2, 1)));
    happens(said(3, 'later'));
    expect(await words()).toContain('later');
  });

  test('[KEPT-2] nor where something is missing behind what was kept', async () => {
    const { kept, words, happens } = await book();
    kept.readLatest(TEA, page(1, said(1, 'first')));
    happens(deleted(4, 2));
    kept.readLatest(TEA, page(3, said(1, 'first'), said(2, 'a secret'), said(3, 'third')));
    expect(await words()).not.toContain('secret');
  });

  test('[KEPT-2] nor of what was before, where that was read earlier than it was deleted', async () => {
    const { kept, words, happens } = await book();
    kept.readLatest(TEA, page(2, said(2, 'second')));
    happens(deleted(3, 1));
    kept.readBefore(TEA, page(2, said(1, 'a secret')));
    expect(await words()).toContain('second');
    expect(await words()).not.toContain('secret');
  });
});
