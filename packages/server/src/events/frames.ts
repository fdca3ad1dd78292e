/** Events as the frames that every follower gets; encoded once. */
import { create } from '@bufbuild/protobuf';
import { encode, PROTOCOL_VERSIONS } from '@sotto/protocol';
import { type Event, EventSchema } from '@sotto/schema';
import type { StoredEvent } from './store.ts';

/** There is one version so far; a second one gets its own encoding of the tail beside this one. */
const [VERSION = 1] = PROTOCOL_VERSIONS;

export function toMessage(event: StoredEvent): Event {
  return create(EventSchema, { ...event, clientMessageId: event.clientMessageId ?? EMPTY });
}

/** Frames back to back, and where each one ends. */
export interface EventFrames {
  bytes: Uint8Array;
  ends: Uint32Array;
}

export function encodeEvents(events: readonly StoredEvent[]): EventFrames {
  const frames = events.map((event) => encode(VERSION, 'event', 0, toMessage(event)));
  const ends = new Uint32Array(frames.length);
  let length = 0;
  for (const [index, frame] of frames.entries()) ends[index] = length += frame.length;
  const bytes = new Uint8Array(length);
  for (const [index, frame] of frames.entries()) bytes.set(frame, (ends[index] ?? 0) - frame.length);
  return { bytes, ends };
}

const EMPTY = new Uint8Array(0);
