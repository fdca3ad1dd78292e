/** Events as the frames that every follower gets; encoded once. */
import { create } from '@bufbuild/protobuf';
import type { Sequence } from '@sotto/model';
import { encode, PROTOCOL_VERSIONS } from '@sotto/protocol';
import { type Event, EventSchema } from '@sotto/schema';
import type { StoredEvent } from './store.ts';

/** There is one version so far; a second one gets its own encoding of the tail beside this one. */
const [VERSION = 1] = PROTOCOL_VERSIONS;

export function toMessage(event: StoredEvent): Event {
  return create(EventSchema, { ...event, clientMessageId: event.clientMessageId ?? EMPTY });
}

/**
 * Longest run of frames that is handed to a connection at once, so that none is ever far above its high-water mark; far
 * longer than the frame of any one event.
 */
export const RUN_MAX_BYTES = 256 * 1024;

/** Frames back to back, and where each one ends. */
export interface EventRun {
  first: Sequence;
  last: Sequence;
  bytes: Uint8Array;
  ends: Uint32Array;
}

/** Events of one stream, without a gap, as runs of at most RUN_MAX_BYTES. */
export function encodeRuns(events: readonly StoredEvent[]): EventRun[] {
  const runs: EventRun[] = [];
  let frames: Uint8Array[] = [];
  let length = 0;
  let first = events[0]?.sequence ?? (0 as Sequence);
  for (const event of events) {
    const frame = encode(VERSION, 'event', 0, toMessage(event));
    if (length > 0 && length + frame.length > RUN_MAX_BYTES) {
      runs.push(join(first, frames, length));
      frames = [];
      length = 0;
      first = event.sequence;
    }
    frames.push(frame);
    length += frame.length;
  }
  if (length > 0) runs.push(join(first, frames, length));
  return runs;
}

/** The run without what comes after `end`; undefined: all of it. */
export function upTo(
  { first, last, bytes, ends }: EventRun,
  end: Sequence | undefined,
): { bytes: Uint8Array; last: Sequence } {
  if (end === undefined || end >= last) return { bytes, last };
  return { bytes: bytes.subarray(0, end < first ? 0 : ends[end - first]), last: end };
}

function join(first: Sequence, frames: readonly Uint8Array[], length: number): EventRun {
  const bytes = new Uint8Array(length);
  const ends = new Uint32Array(frames.length);
  let end = 0;
  for (const [index, frame] of frames.entries()) {
    bytes.set(frame, end);
    ends[index] = end += frame.length;
  }
  return { first, last: (first + frames.length - 1) as Sequence, bytes, ends };
}

const EMPTY = new Uint8Array(0);
