import { describe, expect, test } from 'bun:test';
import type { Sequence } from '@sotto/model';
import { EventKind } from '@sotto/schema';
import fc from 'fast-check';
import { encodeContent } from '../../events/content.ts';
import type { NewEvent } from '../../events/store.ts';
import { parseQuery } from '../../search/query.ts';
import type { Hit, Wanted } from '../../search/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  memberSet,
  newEvent,
  roomCreated,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

const PLENTY = 1_000;
const RUNS = 12;
const scope = (id: number, from = 1) => ({ stream: stream(id), from: sequence(from) });

const said = (text: string, of: Partial<NewEvent> = {}): NewEvent =>
  newEvent({ content: encodeContent({ case: 'plain', value: text }), ...of });

const wanted = (query: string, of: Partial<Wanted> = {}): Wanted => ({
  terms: parseQuery(query),
  scopes: [scope(8)],
  senders: [],
  sinceMs: 0,
  untilMs: 0,
  hasLink: false,
  hasFile: false,
  before: undefined,
  limit: PLENTY,
  ...of,
});

async function indexAll({ search }: Store): Promise<void> {
  while (await search.index(PLENTY));
}

async function find({ search }: Store, query: string, of: Partial<Wanted> = {}): Promise<Sequence[]> {
  const { hits } = await search.find(wanted(query, of));
  return hits.map((hit) => hit.sequence);
}

/** Each a little later than the one before. */
async function say(store: Store, ...texts: readonly string[]): Promise<void> {
  await appendOne(store, append(texts.map((text, at) => said(text, { timeMs: 1_000 + at }))));
  await indexAll(store);
}

async function edit(store: Store, target: number, text: string): Promise<void> {
  const event = said(text, { kind: EventKind.MESSAGE_EDITED, relatesTo: target });
  const change = { kind: 'messageEdited' as const, stream: stream(8), target: sequence(target) };
  await appendOne(store, append([event], { changes: [change] }));
}

async function remove(store: Store, target: number): Promise<void> {
  const event = newEvent({
    kind: EventKind.MESSAGE_DELETED,
    relatesTo: target,
    content: new Uint8Array(),
  });
  const change = { kind: 'messageDeleted' as const, stream: stream(8), by: user(3), timeMs: 9 };
  await appendOne(store, append([event], { changes: [{ ...change, target: sequence(target) }] }));
}

export function searchSuite(backend: Backend): void {
  describe(`search on ${backend.name}`, () => {
    matching(backend);
    paging(backend);
    following(backend);
    erasing(backend);
  });
}

function matching(backend: Backend): void {
  test('[SEARCH-3] M9: all words, phrases in quotes, and the beginning of the last word', () =>
    withStore(backend, async (store) => {
      await say(store, 'the green tea is hot', 'green hot tea', 'teapots are green', 'greenish');
      expect(await find(store, 'green tea')).toEqual([3, 2, 1].map(sequence));
      expect(await find(store, 'tea green')).toEqual([2, 1].map(sequence));
      expect(await find(store, 'tea  "green" ')).toEqual([2, 1].map(sequence));
      expect(await find(store, '"green tea"')).toEqual([1].map(sequence));
      expect(await find(store, '"green te')).toEqual([1].map(sequence));
      expect(await find(store, 'gr')).toEqual([4, 3, 2, 1].map(sequence));
      expect(await find(store, 'coffee')).toEqual([]);
    }));

  test('[SEARCH-2] M9: without regard to case, accents and width; pairs where a script has no blanks', () =>
    withStore(backend, async (store) => {
      await say(store, 'Käse in der STRASSE', '東京都庁へ行く', 'สวัสดีชาวโลก', 'Ёлка', 'don’t 🎉');
      for (const [query, found] of [
        ['kase straße', [1]],
        ['KÄSE', [1]],
        ['京都', [2]],
        ['庁', [2]],
        ['東京都', [2]],
        ['都東', []],
        ['ชาว', [3]],
        ['елка', [4]],
        ['"don\'t"', [5]],
        ['🎉', [5]],
      ] as const)
        expect([query, await find(store, query)]).toEqual([query, found.map(sequence)]);
    }));

  test('[SEARCH-4] M9: by room, sender, time and link, with words and without', () =>
    withStore(backend, async (store) => {
      const texts = ['tea', 'tea at https://sotto.example/', 'tea', 'other'];
      const events = texts.map((text, at) =>
        said(text, { timeMs: 1_000 + at, sender: user(3 + (at % 2)), stream: stream(at < 2 ? 8 : 12) }),
      );
      await appendOne(store, append(events));
      await indexAll(store);
      const scopes = [scope(8), scope(12)];
      const at = async (query: string, of: Partial<Wanted>) =>
        (await store.search.find(wanted(query, { scopes, ...of }))).hits.map((hit) => texts.at(placeOf(hit)));
      const placeOf = (hit: Hit) => (hit.stream === stream(8) ? 0 : 2) + hit.sequence - 1;
      expect(await at('', { scopes: [scope(12)] })).toEqual(['other', 'tea']);
      expect(await at('tea', { scopes: [scope(8)] })).toEqual([texts[1], 'tea']);
      expect(await at('', { senders: [user(4)] })).toEqual(['other', texts[1]]);
      expect(await at('tea', { senders: [user(4), user(9)] })).toEqual([texts[1]]);
      expect(await at('', { hasLink: true })).toEqual([texts[1]]);
      expect(await at('', { hasFile: true })).toEqual([]);
      expect(await at('', { sinceMs: 1_002 })).toEqual(['other', 'tea']);
      expect(await at('tea', { untilMs: 1_002, sinceMs: 1_001 })).toEqual([texts[1]]);
    }));

  test('[SEARCH-3] M9: what is found is what a naive look at every message finds', () =>
    withStore(backend, async (store) => {
      const word = fc.constantFrom('ab', 'abc', 'ba', 'bab', 'cab');
      const text = fc.array(word, { minLength: 1, maxLength: 6 });
      const texts = fc.sample(text, { numRuns: 200, seed: 3 });
      await say(store, ...texts.map((words) => words.join(' ')));
      const naive = (query: readonly string[], isPhrase: boolean) =>
        texts.flatMap((words, at) => (holds(words, query, isPhrase) ? [sequence(at + 1)] : [])).reverse();
      await fc.assert(
        fc.asyncProperty(
          fc.array(word, { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          async (query, quoted) => {
            const written = query.join(' ');
            expect(await find(store, quoted ? `"${written}"` : written)).toEqual(naive(query, quoted));
          },
        ),
        { numRuns: RUNS * 4 },
      );
    }));
}

/** Outside quotes the last word may be a beginning. */
function holds(words: readonly string[], query: readonly string[], isPhrase: boolean): boolean {
  if (isPhrase)
    return words.some((_, start) => query.every((word, offset) => words[start + offset] === word));
  const last = query.at(-1) ?? '';
  return (
    query.slice(0, -1).every((word) => words.includes(word)) && words.some((word) => word.startsWith(last))
  );
}

function paging(backend: Backend): void {
  test('[SEARCH-5] M9: newest first, in pages that go on where the last one ended', () =>
    withStore(backend, async (store) => {
      await say(store, ...Array.from({ length: 25 }, (_, at) => `tea ${at}`));
      const pages: Sequence[][] = [];
      for (let before: number | undefined, page = 0; page < 4; page++) {
        const { hits, next } = await store.search.find(wanted('tea', { limit: 10, before }));
        pages.push(hits.map((hit) => hit.sequence));
        before = next;
        if (next === undefined) break;
      }
      expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
      expect(pages.flat()).toEqual(Array.from({ length: 25 }, (_, at) => sequence(25 - at)));
    }));

  test('[SEARCH-5] M9: by the time messages were sent, whatever the order in which they were indexed', () =>
    withStore(backend, async (store) => {
      const at = (id: number, timeMs: number) => said('tea', { stream: stream(id), timeMs });
      await appendOne(store, append([at(8, 5_000), at(8, 5_000), at(12, 4_000), at(12, 6_000)]));
      await indexAll(store);
      await appendOne(store, append([at(16, 4_500)]));
      await indexAll(store);
      const scopes = [8, 12, 16].map((id) => scope(id));
      const { hits } = await store.search.find(wanted('tea', { scopes }));
      expect(hits.map((hit) => [hit.stream, hit.sequence])).toEqual(
        [
          [12, 2],
          [8, 2],
          [8, 1],
          [16, 1],
          [12, 1],
        ].map(([id = 0, at = 0]) => [stream(id), sequence(at)]),
      );
    }));

  test('[SEARCH-5] M9: also by a clock that stands still, or is centuries ahead', () =>
    withStore(backend, async (store) => {
      for (const timeMs of [0, 2 ** 52])
        await appendOne(store, append([1, 2, 3].map(() => said('tea', { timeMs }))));
      await indexAll(store);
      expect(await find(store, 'tea')).toEqual([6, 5, 4, 3, 2, 1].map(sequence));
    }));

  test('[SEARCH-1] M9: nothing of other rooms, nor from before the first that may be read; in few rooms and in many', () =>
    withStore(backend, async (store) => {
      await say(store, 'tea one', 'tea two', 'tea three');
      for (const others of [0, 100]) {
        const more = Array.from({ length: others }, (_, at) => scope(400 + 4 * at));
        expect(await find(store, 'tea', { scopes: [scope(8, 2), ...more] })).toEqual([3, 2].map(sequence));
        expect(await find(store, '', { scopes: [scope(8, 3), ...more] })).toEqual([3].map(sequence));
        expect(await find(store, 'tea', { scopes: [scope(12), ...more] })).toEqual([]);
      }
      expect(await find(store, 'tea', { scopes: [] })).toEqual([]);
    }));

  test('[SEARCH-1] M9: the rooms of a user, and from where on', () =>
    withStore(backend, async (store) => {
      await appendOne(store, append([newEvent()], { changes: [roomCreated(2), memberSet(2, 3)] }));
      await appendOne(store, append([newEvent()], { changes: [memberSet(2, 4)] }));
      await appendOne(store, append([newEvent({ stream: stream(12) })], { changes: [roomCreated(3)] }));
      expect(await store.search.scopes(user(4))).toEqual([scope(4), scope(8)]);
      const settings = {
        kind: 'roomChanged' as const,
        room: 2 as never,
        settings: { history: 'sinceJoined' as const },
      };
      await appendOne(store, append([newEvent()], { changes: [settings] }));
      expect(await store.search.scopes(user(4))).toEqual([scope(4), scope(8, 2)]);
      expect(await store.search.scopes(user(5))).toEqual([scope(4)]);
    }));
}

function following(backend: Backend): void {
  test('[SEARCH-6] M9: events are indexed in steps, once each, and what no room said is not', () =>
    withStore(backend, async (store) => {
      await appendOne(
        store,
        append([said('tea'), said('tea'), said('tea'), said('tea', { stream: stream(5) })]),
      );
      await appendOne(store, append([said('tea', { stream: stream(12) })]));
      expect(await find(store, 'tea')).toEqual([]);
      expect(await store.search.index(2)).toBe(true);
      expect(await find(store, 'tea')).toEqual([2, 1].map(sequence));
      await indexAll(store);
      await indexAll(store);
      expect(await find(store, 'tea')).toEqual([3, 2, 1].map(sequence));
      expect(await find(store, 'tea', { scopes: [scope(5), scope(12)] })).toEqual([1].map(sequence));
    }));

  test('[SEARCH-6] O7: long messages are indexed a few at a time: everything else waits for each commit', () =>
    withStore(backend, async (store) => {
      const long = 'tea '.repeat(4_000);
      await appendOne(store, append(Array.from({ length: 40 }, () => said(long))));
      expect(await store.search.index(PLENTY)).toBe(true);
      const some = await find(store, 'tea');
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThan(15);
      await indexAll(store);
      expect(await find(store, 'tea')).toHaveLength(40);
    }));

  test('[SEARCH-6] O6: a start finds what was not indexed when the last one ended', async () => {
    const place = await backend.create();
    try {
      const before = await place.open();
      await appendOne(before, append([said('green tea'), said('black tea')]));
      await before.search.index(1);
      await before.close();
      const after = await place.open();
      await indexAll(after);
      expect(await find(after, 'tea')).toEqual([2, 1].map(sequence));
      await after.close();
    } finally {
      await place.remove();
    }
  });

  test('[SEARCH-6] M9: an edit replaces the words and the link, and keeps the place', () =>
    withStore(backend, async (store) => {
      await say(store, 'green https://tea.example', 'other');
      await edit(store, 1, 'black');
      await indexAll(store);
      expect(await find(store, 'green')).toEqual([]);
      expect(await find(store, 'black')).toEqual([1].map(sequence));
      expect(await find(store, '', { hasLink: true })).toEqual([]);
      expect(await find(store, '')).toEqual([2, 1].map(sequence));
      await edit(store, 1, 'mailto:tea@sotto.example');
      await indexAll(store);
      expect(await find(store, '', { hasLink: true })).toEqual([1].map(sequence));
    }));

  test('[SEARCH-6] M9: what is sealed or no content has no words, and stops nothing', () =>
    withStore(backend, async (store) => {
      const sealed = newEvent({ content: encodeContent({ case: 'sealed', value: new Uint8Array(9) }) });
      await appendOne(store, append([sealed, newEvent(), said('tea')]));
      await indexAll(store);
      expect(await find(store, 'tea')).toEqual([3].map(sequence));
      expect(await find(store, '', { senders: [user(3)] })).toEqual([3, 2, 1].map(sequence));
    }));
}

function erasing(backend: Backend): void {
  test('[SEARCH-7] M9: a message that was deleted is not found, edited or not, indexed or not yet', () =>
    withStore(backend, async (store) => {
      await say(store, 'green', 'black', 'white');
      await edit(store, 2, 'yellow');
      await indexAll(store);
      for (const target of [1, 2]) await remove(store, target);
      expect(await find(store, '')).toEqual([3].map(sequence));
      for (const word of ['green', 'black', 'yellow']) expect(await find(store, word)).toEqual([]);
      await appendOne(store, append([said('late')]));
      await edit(store, 7, 'later');
      await remove(store, 7);
      await indexAll(store);
      expect(await find(store, '')).toEqual([3].map(sequence));
    }));

  test('[SEARCH-7] M9: nor is one that was trimmed or whose content was erased', () =>
    withStore(backend, async (store) => {
      await say(store, 'tea 1', 'tea 2', 'tea 3', 'tea 4');
      await store.events.trim(stream(8), sequence(3));
      await store.events.eraseContents(stream(8), [sequence(4)]);
      expect(await find(store, 'tea')).toEqual([3].map(sequence));
      await indexAll(store);
      expect(await find(store, 'tea')).toEqual([3].map(sequence));
      const hit = { position: 1, stream: stream(8), sequence: sequence(1) };
      expect(await store.search.messages([hit])).toEqual([]);
    }));

  test('M9: messages are read in the order of the hits', () =>
    withStore(backend, async (store) => {
      await appendOne(store, append([said('a'), said('b'), said('c', { stream: stream(12) })]));
      const hit = (id: number, at: number) => ({ position: 0, stream: stream(id), sequence: sequence(at) });
      const read = await store.search.messages([hit(8, 2), hit(12, 1), hit(8, 1), hit(8, 9)]);
      expect(read.map((event) => [event.stream, event.sequence])).toEqual(
        [
          [8, 2],
          [12, 1],
          [8, 1],
        ].map(([id = 0, at = 0]) => [stream(id), sequence(at)]),
      );
    }));
}
