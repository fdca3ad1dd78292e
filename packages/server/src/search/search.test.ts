/** Searching through frames (M9). */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { LOBBY, type RoomNumber, roomStream } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { ErrorCode, HistoryAccess } from '@sotto/schema';
import { encodeContent } from '../events/content.ts';
import { Asking, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let asking: Asking;
let bob: LoggedIn;
let dan: LoggedIn;
let tea: RoomNumber;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  // The server's owner, who takes no part.
  await world.user('alice');
  [bob, dan] = [await world.user('bob'), await world.user('dan')];
  tea = await asking.room(bob, 'tea');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

type Fields = FrameFields<'searchMessages'>;
const search = (who: LoggedIn, fields: Fields) => asking.ask(who, 'searchMessages', { limit: 50, ...fields });
const plain = (value: string) => encodeContent({ case: 'plain', value });

async function found(who: LoggedIn, fields: Fields): Promise<string[]> {
  const { events } = await search(who, fields);
  return events.map(({ stream, sequence }) => `${stream / 4}.${sequence}`);
}

const refused = (who: LoggedIn, fields: Fields) => refusal(search(who, fields));
const leave = (who: LoggedIn) => asking.ask(who, 'leaveRoom', { room: numbered(tea) });

test('[SEARCH-1] messages of the rooms that the asker is in, and of no other', async () => {
  const hidden = await asking.room(bob, 'hidden', 'private');
  await asking.say(bob, tea, 'a secret');
  await asking.say(bob, hidden, 'a secret');
  await asking.say(bob, LOBBY, 'a secret');
  expect(await found(bob, { query: 'secret' })).toEqual([`${LOBBY}.1`, `${hidden}.3`, `${tea}.3`]);
  expect(await found(dan, { query: 'secret' })).toEqual([`${LOBBY}.1`]);
  expect(await refused(dan, { query: 'secret', rooms: [hidden] })).toBe(ErrorCode.NOT_FOUND);
  expect(await refused(dan, { query: 'secret', rooms: [999] })).toBe(ErrorCode.NOT_FOUND);
  expect(await refused(dan, { query: 'secret', rooms: [tea] })).toBe(ErrorCode.PERMISSION_DENIED);
  await asking.enter(bob, dan, tea);
  expect(await found(dan, { query: 'secret', rooms: [tea] })).toEqual([`${tea}.3`]);
  await leave(dan);
  expect(await found(dan, { query: 'secret' })).toEqual([`${LOBBY}.1`]);
});

test('[SEARCH-1] [HISTORY-1] nothing from before the asker joined where members do not see that', async () => {
  const settings = { history: HistoryAccess.SINCE_JOINED };
  await asking.ask(bob, 'changeRoom', { room: numbered(tea), settings });
  await asking.say(bob, tea, 'early tea');
  await asking.enter(bob, dan, tea);
  await asking.say(bob, tea, 'late tea');
  expect(await search(dan, { query: 'tea' })).toMatchObject({ events: [{ content: plain('late tea') }] });
  expect((await search(bob, { query: 'tea' })).events).toHaveLength(2);
});

test.each(['scopes', 'find', 'messages'] as const)(
  '[SEARCH-1] who is removed while the server looks (%s) gets nothing of that room',
  async (step) => {
    await asking.enter(bob, dan, tea);
    await asking.say(bob, tea, 'a secret');
    const { search: store } = world.store;
    const original = store[step] as (...given: unknown[]) => Promise<unknown>;
    let isLeft = false;
    const leaving = async (...given: unknown[]) => {
      const result = await original(...given);
      if (!isLeft) {
        isLeft = true;
        await dan.peer.request('leaveRoom', { room: numbered(tea) });
      }
      return result;
    };
    Object.assign(store, { [step]: leaving });
    const other = await world.device(dan);
    expect(await found(other, { query: 'secret' })).toEqual([]);
    expect(isLeft).toBe(true);
  },
);

test('[SEARCH-6] what was accepted is found at once; an edit replaces it, and the page has its state', async () => {
  await asking.say(bob, tea, 'green tea');
  expect(await found(bob, { query: 'green' })).toEqual([`${tea}.3`]);
  const clientMessageId = world.random.bytes(16);
  const change = { case: 'edit' as const, value: plain('black tea') };
  await asking.ask(bob, 'changeMessage', { room: tea, sequence: 3, clientMessageId, change });
  expect(await found(bob, { query: 'green' })).toEqual([]);
  const page = await search(bob, { query: 'black' });
  expect(page.events).toMatchObject([{ sequence: 3, content: plain('green tea') }]);
  expect(page.states).toMatchObject([
    { stream: roomStream(tea), state: { target: 3, edits: 1, edit: { content: plain('black tea') } } },
  ]);
});

test('[SEARCH-7] a message that was deleted is found no more, also where it is deleted meanwhile', async () => {
  await asking.say(bob, tea, 'a secret');
  await asking.say(bob, tea, 'a secret');
  const remove = (sequence: number) => {
    const clientMessageId = world.random.bytes(16);
    const change = { case: 'delete' as const, value: {} };
    return bob.peer.request('changeMessage', { room: tea, sequence, clientMessageId, change });
  };
  await world.run(remove(3));
  expect(await found(bob, { query: 'secret' })).toEqual([`${tea}.4`]);
  const { find } = world.store.search;
  const deleting: typeof find = async (wanted) => {
    const hits = await find(wanted);
    await remove(4);
    return hits;
  };
  Object.assign(world.store.search, { find: deleting });
  const other = await world.device(bob);
  expect(await found(other, { query: 'secret' })).toEqual([]);
});

test('[SEARCH-5] pages hold what fits, and the last one has no cursor', async () => {
  const long = `tea ${'x'.repeat(15_000)}`;
  for (let count = 0; count < 8; count++) await asking.say(bob, tea, long);
  const sequences: number[] = [];
  const sizes: number[] = [];
  for (let cursor = new Uint8Array(), pages = 0; pages < 9; pages++) {
    const page = await search(bob, { query: 'tea', cursor });
    sequences.push(...page.events.map(({ sequence }) => sequence));
    sizes.push(page.events.length);
    if (page.cursor.length === 0) break;
    cursor = page.cursor.slice();
  }
  expect(sequences).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  expect(sizes).toEqual([6, 2]);
  const exact = await search(bob, { query: 'tea', limit: 8, senders: [bob.number] });
  expect(exact.events).toHaveLength(6);
  await asking.say(dan, LOBBY, 'coffee');
  await asking.say(dan, LOBBY, 'coffee');
  const first = await search(dan, { query: 'coffee', limit: 1 });
  const second = await search(dan, { query: 'coffee', limit: 1, cursor: first.cursor });
  expect([first, second].map(({ events, cursor }) => [events.length, cursor.length])).toEqual([
    [1, 8],
    [1, 0],
  ]);
});

test('[SEARCH-4] by sender, time and link; without words too', async () => {
  await asking.enter(bob, dan, tea);
  await asking.say(bob, tea, 'see https://sotto.example');
  const betweenMs = world.clock.now() + 50;
  await world.clock.advance(100);
  await asking.say(dan, tea, 'I see');
  expect(await found(bob, { query: 'see', senders: [dan.number] })).toEqual([`${tea}.5`]);
  expect(await found(bob, { senders: [bob.number], rooms: [tea] })).toEqual([`${tea}.4`]);
  expect(await found(bob, { sinceMs: betweenMs })).toEqual([`${tea}.5`]);
  expect(await found(bob, { untilMs: betweenMs })).toEqual([`${tea}.4`]);
  expect(await found(bob, { hasLink: true, rooms: [tea] })).toEqual([`${tea}.4`]);
  expect(await found(bob, { hasFile: true })).toEqual([]);
});

test('[SEARCH-3] [SEARCH-4] what says nothing, or makes no sense, is refused', async () => {
  const many = Array.from({ length: 51 }, (_, at) => at);
  for (const fields of [
    {},
    { query: '  ' },
    { query: '?!' },
    { query: 'x'.repeat(513) },
    { query: 'tea', senders: many },
    { query: 'tea', rooms: many },
    { query: 'tea', sinceMs: Number.NaN },
    { query: 'tea', untilMs: Number.POSITIVE_INFINITY },
    { query: 'tea', sinceMs: -1 },
    { query: 'tea', cursor: new Uint8Array(7) },
    { query: 'tea', cursor: new Uint8Array(8).fill(255) },
  ])
    expect([fields, await refused(bob, fields)]).toEqual([fields, ErrorCode.ARGUMENT_INVALID]);
  for (const query of ['a" OR b', "'; drop table users --", 'words : x', '{a b} : c', '^tea', 'NEAR(a b)'])
    expect(await refused(bob, { query })).toBeUndefined();
});
