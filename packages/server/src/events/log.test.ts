import { describe, expect, test } from 'bun:test';
import {
  type DeviceNumber,
  FILE_MESSAGE_MAX_BYTES,
  type RoomNumber,
  roomStream,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { decode, FrameReader } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { openStore } from '../storage/open.ts';
import { encodeContent, newEvent } from './content.ts';
import type { FollowerSink } from './follower.ts';
import { EventLog } from './log.ts';
import { Pages } from './pages.ts';
import type { Append, AppendResult, EventStore, StoredEvent } from './store.ts';
import { Tail, TailMemory } from './tail.ts';

const STREAM = roomStream(2 as RoomNumber);
const random = seededRandom(1);
const at = (sequence: number): Sequence => sequence as Sequence;

function event(text: string) {
  const head = {
    stream: STREAM,
    kind: EventKind.MESSAGE,
    sender: 1 as UserNumber,
    device: 1 as DeviceNumber,
    timeMs: 1_700_000_000_000,
  };
  return newEvent(head, encodeContent({ case: 'plain', value: text }), random);
}

const stored = (first: number, count: number, text = 'x'): StoredEvent[] =>
  Array.from({ length: count }, (_, index) => ({ ...event(text), sequence: at(first + index) }));

/** Appends wait until `release`; reads see what was released. */
class SlowStore implements EventStore {
  readonly log: StoredEvent[] = [];
  readonly batches: number[] = [];
  #held: (() => void)[] = [];

  async append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    this.batches.push(batch.length);
    await new Promise<void>((resolve) => this.#held.push(resolve));
    return batch.map(({ events }) => ({
      kind: 'appended',
      sequences: events.map((one) => {
        const sequence = at(this.log.length + 1);
        this.log.push({ ...one, sequence });
        return sequence;
      }),
    }));
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const resolve of held) resolve();
    await turn();
  }

  read = async (_stream: unknown, after: number, limit: number) => this.log.slice(after, after + limit);
  readBefore = async () => [];
  events = async () => [];
  accepted = async () => undefined;
  firstAfter = async () => at(1);
  trim = async () => {};
  eraseContents = async () => {};
  scrub = async () => 0;
  stream = async () => ({ head: at(this.log.length), firstKept: at(1), epoch: 0 });
  incarnation = async () => 'log';
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes frames while it is writable. */
class Reader implements FollowerSink {
  readonly user: UserNumber = 1 as UserNumber;
  writable = true;
  readonly sequences: number[] = [];
  text = '';
  failure: unknown;
  readonly #reader = new FrameReader();

  write(frames: Uint8Array): void {
    this.#reader.bodyMaxBytes = 2 ** 20;
    this.text += Buffer.from(frames).toString('latin1');
    this.#reader.push(frames, (frame) => this.sequences.push(decode('event', frame).sequence));
  }

  failed(error: unknown): void {
    this.failure = error;
  }

  writeUnreliable(): void {}

  ended(): void {}
}

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const one = (text = 'x'): Append => ({ events: [event(text)], changes: [] });

describe('tails', () => {
  test('[DELIVERY-4] all tails together stay within their bound; the oldest goes first', () => {
    const memory = new TailMemory(10_000);
    const tails = [new Tail(memory, at(0)), new Tail(memory, at(0))];
    for (let sequence = 1; sequence <= 200; sequence++) {
      for (const tail of tails) tail.push(stored(sequence, 1, 'y'.repeat(100)));
      expect(memory.bytes).toBeLessThanOrEqual(10_000);
    }
    for (const tail of tails) {
      expect(tail.head).toBe(at(200));
      expect(tail.read(at(0)).kind).toBe('behind');
      expect(tail.read(at(199)).kind).toBe('frames');
      expect(tail.read(at(200)).kind).toBe('caughtUp');
    }
  });

  test('[DELIVERY-4] F1: with files in messages they stay within their bound as well, and each is handed out', () => {
    const maxBytes = 1_000_000;
    const memory = new TailMemory(maxBytes);
    const tail = new Tail(memory, at(0));
    for (let sequence = 1; sequence <= 400; sequence += 10) {
      tail.push(stored(sequence, 10, 'y'.repeat(FILE_MESSAGE_MAX_BYTES)));
      expect(memory.bytes).toBeLessThanOrEqual(maxBytes);
      const newest = tail.read(at(sequence + 8));
      expect(newest).toMatchObject({ kind: 'frames', last: at(sequence + 9) });
    }
    expect(tail.read(at(0)).kind).toBe('behind');
    tail.forget();
    expect(memory.bytes).toBe(0);
  });

  test('[DELIVERY-1] followers at one place get the same bytes, whoever asks', () => {
    const tail = new Tail(new TailMemory(1_000_000), at(0));
    tail.push(stored(1, 10));
    const [first, second] = [tail.read(at(4)), tail.read(at(4))];
    if (first.kind !== 'frames' || second.kind !== 'frames') throw new Error('no frames');
    expect(first.bytes.buffer).toBe(second.bytes.buffer);
    expect(first.last).toBe(at(10));
  });
});

describe('pages', () => {
  test('[DELIVERY-4] a page that many want is read once; full pages are kept within their bound', async () => {
    const store = new SlowStore();
    store.log.push(...stored(1, 650));
    let reads = 0;
    const counted: Pick<EventStore, 'read'> = {
      read: (stream, after, limit) => {
        reads++;
        return store.read(stream, after, limit);
      },
    };
    const pages = new Pages(counted, 40_000);
    const asked = await Promise.all(Array.from({ length: 10 }, () => pages.read(STREAM, at(0))));
    expect(new Set(asked.map((page) => page?.bytes)).size).toBe(1);
    expect([reads, asked[0]?.last]).toEqual([1, at(200)]);
    await pages.read(STREAM, at(0));
    expect(reads).toBe(1);
    for (const after of [200, 400]) await pages.read(STREAM, at(after));
    await pages.read(STREAM, at(0));
    expect(reads).toBe(4);
    expect((await pages.read(STREAM, at(600)))?.last).toBe(at(650));
    store.log.push(...stored(651, 1));
    expect((await pages.read(STREAM, at(600)))?.last).toBe(at(651));
    expect(await pages.read(STREAM, at(651))).toBeUndefined();
  });
});

describe('following', () => {
  test('[DELIVERY-1] nothing is missed that is committed while the head is being read', async () => {
    const store = new SlowStore();
    const log = new EventLog(store);
    const reader = new Reader();
    const early = log.append(one());
    await turn();
    const following = log.follow(STREAM, at(0), reader);
    await store.release();
    const follower = await following;
    follower.start();
    const late = log.append(one());
    await turn();
    await store.release();
    await Promise.all([early, late]);
    await turn();
    expect(reader.sequences).toEqual([1, 2]);
  });

  test('[DELIVERY-2] a reader that is not writable costs its cursor, and goes on where it stood', async () => {
    const store = new SlowStore();
    const log = new EventLog(store, 2_000);
    const reader = new Reader();
    const follower = await log.follow(STREAM, at(0), reader);
    follower.start();
    reader.writable = false;
    for (let count = 0; count < 300; count++) {
      const appended = log.append(one('z'.repeat(100)));
      await turn();
      await store.release();
      await appended;
    }
    expect([reader.sequences.length, follower.cursor, follower.live]).toEqual([0, at(0), false]);
    reader.writable = true;
    follower.pump();
    for (let count = 0; count < 5; count++) await turn();
    expect(reader.sequences).toEqual(upTo(300));
    expect(follower.live).toBe(true);
  });

  test('a log that cannot be read ends the follower and says so', async () => {
    const store = new SlowStore();
    store.log.push(...stored(1, 5));
    store.read = async () => {
      throw new Error('disk');
    };
    const reader = new Reader();
    const follower = await new EventLog(store).follow(STREAM, at(0), reader);
    follower.start();
    await turn();
    expect(String(reader.failure)).toContain('disk');
  });

  test('who follows again after the last follower left misses nothing', async () => {
    const store = new SlowStore();
    const log = new EventLog(store);
    const first = await log.follow(STREAM, at(0), new Reader());
    const reader = new Reader();
    const again = log.follow(STREAM, at(0), reader);
    log.unfollow(first);
    (await again).start();
    const appended = log.append(one());
    await turn();
    await store.release();
    await appended;
    expect(reader.sequences).toEqual([1]);
  });
});

describe('what was erased', () => {
  const deletion = (target: number): Append => ({
    events: [event('gone')],
    changes: [{ kind: 'messageDeleted', stream: STREAM, target: at(target), by: 1 as UserNumber, timeMs: 1 }],
  });

  test('[ERASE-1] memory holds nothing of it: who is behind reads the log as it is now', async () => {
    const store = new SlowStore();
    let told = 0;
    const log = new EventLog(store, undefined, { erased: () => told++ });
    const [live, late] = [new Reader(), new Reader()];
    const followers = [await log.follow(STREAM, at(0), live), await log.follow(STREAM, at(0), late)];
    for (const follower of followers) follower.start();
    late.writable = false;
    const append = async (...appends: Append[]) => {
      const done = Promise.all(appends.map((each) => log.append(each)));
      await turn();
      await store.release();
      await done;
    };
    await append(one('secret word'));
    await append(one('secret too'), deletion(1), deletion(2));
    // What the store does in that commit.
    store.log.splice(0, 2, ...stored(1, 2, 'erased'));
    late.writable = true;
    for (const follower of followers) follower.pump();
    for (let count = 0; count < 5; count++) await turn();
    expect(live.sequences).toEqual([1, 2, 3, 4]);
    expect(late.sequences).toEqual([1, 2, 3, 4]);
    expect([live.text.includes('secret word'), live.text.includes('secret too')]).toEqual([true, false]);
    expect(late.text).not.toContain('secret');
    expect(told).toBe(1);
  });

  test('[ERASE-1] [DELIVERY-4] pages are forgotten, those being read too; tails give their memory back', async () => {
    const store = new SlowStore();
    store.log.push(...stored(1, 400));
    let reads = 0;
    const pages = new Pages(
      {
        read: async (stream, after, limit) => {
          reads++;
          return store.read(stream, after, limit);
        },
      },
      2 ** 20,
    );
    await pages.read(STREAM, at(0));
    const reading = pages.read(STREAM, at(200));
    pages.forget(STREAM);
    await reading;
    for (const after of [0, 200, 0, 200]) await pages.read(STREAM, at(after));
    expect(reads).toBe(4);

    const memory = new TailMemory(100_000);
    const tails = [new Tail(memory, at(0)), new Tail(memory, at(0))];
    for (let round = 0; round < 3_000; round++) {
      for (const tail of tails) tail.push(stored(round + 1, 1, 'y'.repeat(100)));
      if (round % 3 === 0) tails[0]?.forget();
      expect(memory.bytes).toBeLessThanOrEqual(100_000);
    }
    for (const tail of tails) tail.forget();
    expect(memory.bytes).toBe(0);
    for (const tail of tails)
      expect([tail.read(at(0)).kind, tail.read(at(3_000)).kind]).toEqual(['behind', 'caughtUp']);
  });

  test('[UPKEEP-2] [DOWNLOAD-4] F1: the log tells in which stream messages may offer no file any more', async () => {
    const store = await openStore({ url: ':memory:', inThread: true, uuid: () => 'log' });
    const told: number[] = [];
    const log = new EventLog(store.events, undefined, { offersChanged: (stream) => told.push(stream) });
    const tellsAfter = async (act: () => Promise<unknown>) => {
      told.length = 0;
      await act();
      return [...told];
    };
    const change = (changes: Append['changes']) => () => log.append({ ...one(), changes });
    const about = { stream: STREAM, target: at(1) };
    expect(await tellsAfter(() => log.append(one()))).toEqual([]);
    const answer = { kind: 'fileAnswered', ...about, stored: false } as const;
    expect(await tellsAfter(change([{ ...answer, accepted: true }]))).toEqual([]);
    expect(await tellsAfter(change([{ ...answer, accepted: false }]))).toEqual([]);
    await log.append(one());
    expect(await tellsAfter(change([{ ...answer, target: at(3), accepted: false }]))).toEqual([STREAM]);
    const deleted = { kind: 'messageDeleted', ...about, by: 1 as UserNumber, timeMs: 1 } as const;
    expect(await tellsAfter(change([deleted]))).toEqual([STREAM]);
    expect(await tellsAfter(change([deleted]))).toEqual([]);
    expect(await tellsAfter(() => log.eraseContents(STREAM, [at(3)]))).toEqual([STREAM]);
    expect(await tellsAfter(() => log.trim(STREAM, at(2)))).toEqual([STREAM]);
    await store.close();
  });

  test('[ERASE-3] [LOG-11] who is behind what retention took goes on after it, and who may read less from then on after that', async () => {
    const store = await openStore({ url: ':memory:', inThread: true, uuid: () => 'log' });
    const log = new EventLog(store.events, 1, { firstVisible: () => at(15) });
    for (let count = 1; count <= 10; count++) await log.append(one());
    const [trimmed, closed] = [new Reader(), new Reader()];
    const followers = [await log.follow(STREAM, at(0), trimmed), await log.follow(STREAM, at(0), closed)];
    for (const reader of [trimmed, closed]) reader.writable = false;
    for (const follower of followers) follower.start();
    await log.trim(STREAM, at(11));
    expect(await log.state(STREAM)).toMatchObject({ firstKept: 11 });
    trimmed.writable = true;
    followers[0]?.pump();
    for (let count = 0; count < 5; count++) await turn();
    expect([trimmed.failure, followers[0]?.cursor]).toEqual([undefined, at(10)]);
    for (let count = 11; count <= 20; count++) await log.append(one());
    closed.writable = true;
    followers[1]?.pump();
    await log.append({
      ...one(),
      changes: [{ kind: 'roomChanged', room: 2 as RoomNumber, settings: { history: 'sinceJoined' } }],
    });
    for (let count = 0; count < 9; count++) await turn();
    expect(trimmed.sequences).toEqual(upTo(21, 11));
    expect([closed.failure, closed.sequences]).toEqual([undefined, upTo(21, 15)]);
    await store.close();
  });
});
