import { describe, expect, test } from 'bun:test';
import type { MessagePage, SearchOptions, SottoClient } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { ManualClock, ROOM, view } from '../testing/index.ts';
import { askedFor, markedWords, type SearchWords } from './options.ts';
import { Search } from './search.ts';

const WORDS: SearchWords = {
  text: '',
  everywhere: false,
  room: ROOM.number,
  from: '',
  has: 'anything',
  since: '',
  until: '',
};
const ROOMS = [{ ...ROOM }] as unknown as SottoClient['rooms'];
const asked = (words: Partial<SearchWords>) => askedFor({ ...WORDS, ...words }, ROOMS);

/** A client whose answers come when the test says so. */
function scene() {
  const calls: { query: string; options: SearchOptions; end: PromiseWithResolvers<MessagePage> }[] = [];
  const answer = (query: string, options: SearchOptions) => {
    const end = Promise.withResolvers<MessagePage>();
    calls.push({ query, options, end });
    return end.promise;
  };
  const client = {
    rooms: ROOMS,
    search: answer,
    mentions: (options: SearchOptions) => answer('mentions', options),
  };
  const clock = new ManualClock();
  const search = new Search(client as unknown as SottoClient, ROOM.number, clock);
  return { search, clock, calls, call: (at: number) => calls[at] as (typeof calls)[number] };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('looking for messages (M9, C1)', () => {
  test('what is typed and what is chosen count together', () => {
    expect(asked({ text: 'tomatoes from:bob has:link', from: '@alice', since: '2026-01-31' })).toEqual({
      query: 'tomatoes',
      options: { rooms: [ROOM.number], from: ['bob', 'alice'], since: new Date(2026, 0, 31), hasLink: true },
    });
    expect(asked({ until: '2026-01-31', everywhere: true })).toEqual({
      query: '',
      options: { until: new Date(2026, 1, 1) },
    });
  });

  test('a room that is named comes before the one that one is in; nothing is nothing to look for', () => {
    expect(asked({ text: 'x in:#garden', room: 9 as RoomNumber })?.options).toEqual({ rooms: [ROOM.number] });
    expect(asked({ text: 'x', everywhere: true })?.options).toEqual({});
    expect(asked({ text: '  ' })).toBeUndefined();
    expect(() => asked({ text: 'x in:#roses' })).toThrow('you are not in #roses');
    expect(() => asked({ text: 'has:fish' })).toThrow('has:link or has:file');
    expect(() => asked({ since: 'soon' })).toThrow('no day');
  });

  test('what is marked are the words, phrases as a whole', () => {
    expect(markedWords('ripe "at last" x')).toEqual(['ripe', 'at last', 'x']);
  });

  test('it is asked when typing rests, and late answers to what was typed before are left out', async () => {
    const { search, clock, calls, call } = scene();
    search.change({ text: 'to' });
    clock.pass(200);
    search.change({ text: 'tom' });
    clock.pass(249);
    expect(calls).toHaveLength(0);
    clock.pass(1);
    expect(call(0)).toMatchObject({ query: 'tom', options: { rooms: [ROOM.number] } });
    search.change({ text: 'toma' });
    clock.pass(250);
    call(0).end.resolve({ messages: [view(1)], next: undefined });
    await settle();
    expect(search.get()).toMatchObject({ phase: { kind: 'searching' }, messages: [] });
    call(1).end.resolve({ messages: [view(2)], next: undefined });
    await settle();
    expect(search.get()).toMatchObject({
      phase: { kind: 'found', hasMore: false },
      messages: [{ sequence: 2 }],
    });
  });

  test('pages follow one another, each is asked for once', async () => {
    const { search, calls, call } = scene();
    search.change({ text: 'x' });
    search.now();
    call(0).end.resolve({ messages: [view(2)], next: 'more' });
    await settle();
    search.more();
    search.more();
    expect(calls).toHaveLength(2);
    expect(call(1).options.cursor).toBe('more');
    call(1).end.resolve({ messages: [view(1)], next: undefined });
    await settle();
    search.more();
    expect(calls).toHaveLength(2);
    expect(search.get().messages.map(({ sequence }) => Number(sequence))).toEqual([2, 1]);
  });

  test('another room is another search, but not for who looks in all of them', () => {
    const { search, clock, calls } = scene();
    search.change({ text: 'x', everywhere: true });
    clock.pass(250);
    search.change({ room: 9 as RoomNumber });
    clock.pass(250);
    expect(calls).toHaveLength(1);
    search.change({ everywhere: false });
    clock.pass(250);
    expect(calls.at(-1)?.options.rooms).toEqual([9 as RoomNumber]);
  });

  test('what cannot be meant, and what fails, is told; mentions need no words', async () => {
    const { search, call } = scene();
    search.change({ text: 'has:fish' });
    search.now();
    expect(search.get().phase.kind).toBe('unclear');
    search.showMentions();
    expect(call(0).query).toBe('mentions');
    call(0).end.reject(new Error('away'));
    await settle();
    expect(search.get().phase).toMatchObject({ kind: 'failed', error: { message: 'away' } });
    search.change({ text: '' });
    search.now();
    expect(search.get()).toMatchObject({ mentions: false, phase: { kind: 'nothing' } });
  });
});
