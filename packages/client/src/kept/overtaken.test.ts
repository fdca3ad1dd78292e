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
