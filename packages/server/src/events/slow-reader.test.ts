/** A connection that takes little at a time, of streams with much in them [DELIVERY-2]. */
import { expect, test } from 'bun:test';
import {
  type DeviceNumber,
  MESSAGE_MAX_BYTES,
  type RoomNumber,
  roomStream,
  type Sequence,
  type StreamId,
  type UserNumber,
} from '@sotto/model';
import { decode, FrameReader } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { HIGH_WATER_BYTES } from '@sotto/transport';
import { encodeContent, newEvent } from './content.ts';
import type { Follower, FollowerSink } from './follower.ts';
import { RUN_MAX_BYTES } from './frames.ts';
import { EventLog } from './log.ts';
import type { Append, AppendResult, EventStore, StoredEvent } from './store.ts';

const random = seededRandom(1);
const LARGEST = encodeContent({ case: 'plain', value: 'x'.repeat(MESSAGE_MAX_BYTES - 8) });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const stream = (room: number): StreamId => roomStream(room as RoomNumber);

function event(of: StreamId, content: Uint8Array) {
  const head = { stream: of, kind: EventKind.MESSAGE, timeMs: 1_700_000_000_000 };
  return newEvent({ ...head, sender: 1 as UserNumber, device: 1 as DeviceNumber }, content, random);
}

class MemoryStore implements EventStore {
  readonly log = new Map<StreamId, StoredEvent[]>();

  append = async (batch: readonly Append[]): Promise<readonly AppendResult[]> =>
    batch.map(({ events }) => ({ kind: 'appended', sequences: events.map((one) => this.#store(one)) }));

  read = async (of: StreamId, after: number, limit: number) => this.#of(of).slice(after, after + limit);
  readBefore = async () => [];
  events = async () => [];
  firstAfter = async () => 1 as Sequence;
  trim = async () => {};
  eraseContents = async () => {};
  scrub = async () => 0;
  accepted = async () => undefined;
  stream = async (of: StreamId) => ({
    head: this.#of(of).length as Sequence,
    firstKept: 1 as Sequence,
    epoch: 0,
  });
  incarnation = async () => 'log';

  #of(of: StreamId): StoredEvent[] {
    const events = this.log.get(of) ?? [];
    this.log.set(of, events);
    return events;
  }

  #store(one: Append['events'][number]): Sequence {
    const events = this.#of(one.stream);
    const sequence = (events.length + 1) as Sequence;
    events.push({ ...one, sequence });
    return sequence;
  }
}

/** Is writable below the high-water mark, as a transport is; `take` reads what waits. */
class SlowSink implements FollowerSink {
  readonly user: UserNumber = 1 as UserNumber;
  held = 0;
  largest = 0;
  #waiting: Uint8Array[] = [];
  readonly #reader = new FrameReader();
  readonly sequences = new Map<number, number[]>();

  constructor() {
    this.#reader.bodyMaxBytes = 2 ** 20;
  }

  get writable(): boolean {
    return this.held < HIGH_WATER_BYTES;
  }

  writeUnreliable(): void {}

  ended(): void {}

  write(frames: Uint8Array): void {
    this.#waiting.push(frames);
    this.held += frames.length;
    this.largest = Math.max(this.largest, this.held);
  }

  failed(error: unknown): void {
    throw error;
  }

  take(): void {
    for (const frames of this.#waiting.splice(0)) {
      this.#reader.push(frames, (frame) => {
        const { stream: of, sequence } = decode('event', frame);
        this.sequences.set(of, [...(this.sequences.get(of) ?? []), sequence]);
      });
    }
    this.held = 0;
  }
}

async function drain(sink: SlowSink, followers: readonly Follower[]): Promise<void> {
  while (followers.some(({ live }) => !live) || sink.held > 0) {
    for (let count = 0; count < 5; count++) await turn();
    sink.take();
    for (const follower of followers) follower.pump();
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
/** What a connection that is just below its mark may be handed at once. */
const HELD_MAX_BYTES = HIGH_WATER_BYTES + RUN_MAX_BYTES;

test('[DELIVERY-2] who is far behind in many streams is handed little at a time, and gets everything', async () => {
  const store = new MemoryStore();
  const streams = upTo(20).map(stream);
  const old = streams.flatMap((of) => upTo(100).map(() => event(of, LARGEST)));
  await store.append([{ events: old, changes: [] }]);
  const log = new EventLog(store);
  const sink = new SlowSink();
  const followers = await Promise.all(streams.map((of) => log.follow(of, 0 as Sequence, sink)));
  for (const follower of followers) follower.start();
  await drain(sink, followers);
  expect(sink.largest).toBeLessThanOrEqual(HELD_MAX_BYTES);
  for (const of of streams) expect(sink.sequences.get(of)).toEqual(upTo(100));
});

test('[DELIVERY-2] a large commit reaches a follower in pieces', async () => {
  const log = new EventLog(new MemoryStore());
  const sink = new SlowSink();
  const follower = await log.follow(stream(2), 0 as Sequence, sink);
  follower.start();
  const appends = upTo(400).map(() => log.append({ events: [event(stream(2), LARGEST)], changes: [] }));
  await Promise.all(appends);
  await drain(sink, [follower]);
  expect(sink.largest).toBeLessThanOrEqual(HELD_MAX_BYTES);
  expect(sink.sequences.get(stream(2))).toEqual(upTo(400));
});
