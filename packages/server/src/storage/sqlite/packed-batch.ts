/**
 * A batch as two buffers that move to the worker instead of being copied value by value: a structured clone of 1,000
 * events costs about as much as half their commit.
 */
import type { DeviceNumber, StreamId, UserNumber } from '@sotto/model';
import type { Append, NewEvent } from '../../events/store.ts';

/** What few appends have goes by structured clone. */
interface Extras {
  append: number;
  changes: Append['changes'];
  expectedEpoch: Append['expectedEpoch'];
}

export interface PackedBatch {
  /** Events of each append. */
  counts: Float64Array<ArrayBuffer>;
  /** `FIELDS` numbers of each event. */
  numbers: Float64Array<ArrayBuffer>;
  /** Digest, salt, content and client message id of each event. */
  bytes: Uint8Array<ArrayBuffer>;
  extras: readonly Extras[];
}

const FIELDS = 13;
const NONE = -1;

export function packBatch(batch: readonly Append[]): PackedBatch {
  const events = batch.flatMap((append) => append.events);
  const counts = Float64Array.from(batch, (append) => append.events.length);
  const numbers = new Float64Array(events.length * FIELDS);
  const bytes = new Uint8Array(events.reduce((total, event) => total + byteLength(event), 0));
  let offset = 0;
  events.forEach((event, index) => {
    numbers.set(eventNumbers(event), index * FIELDS);
    for (const part of [event.digest, event.salt, event.content, event.clientMessageId]) {
      if (part === undefined) continue;
      bytes.set(part, offset);
      offset += part.length;
    }
  });
  const extras = batch.flatMap(({ changes, expectedEpoch }, append) =>
    changes.length > 0 || expectedEpoch !== undefined ? [{ append, changes, expectedEpoch }] : [],
  );
  return { counts, numbers, bytes, extras };
}

/** The content of the result lies in the packed buffer. */
export function unpackBatch({ counts, numbers, bytes, extras }: PackedBatch): readonly Append[] {
  let index = 0;
  let offset = 0;
  const take = (length: number): Uint8Array => {
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const nextEvent = (): NewEvent => {
    const fields = numbers.subarray(index, index + FIELDS);
    index += FIELDS;
    const at = (field: number): number => fields[field] ?? 0;
    return {
      stream: at(0) as StreamId,
      kind: at(1),
      sender: at(2) as UserNumber,
      device: at(3) as DeviceNumber,
      timeMs: at(4),
      relatesTo: at(5),
      thread: at(6),
      role: at(7),
      countsUnread: at(8) === 1,
      digest: take(at(9)),
      salt: take(at(10)),
      content: take(at(11)),
      clientMessageId: at(12) === NONE ? undefined : take(at(12)),
    };
  };
  const batch = Array.from(
    counts,
    (count): Append => ({ events: Array.from({ length: count }, nextEvent), changes: [] }),
  );
  for (const { append, changes, expectedEpoch } of extras) {
    batch[append] = { events: batch[append]?.events ?? [], changes, ...(expectedEpoch && { expectedEpoch }) };
  }
  return batch;
}

const byteLength = ({ digest, salt, content, clientMessageId }: NewEvent): number =>
  digest.length + salt.length + content.length + (clientMessageId?.length ?? 0);

const eventNumbers = (event: NewEvent): readonly number[] => [
  event.stream,
  event.kind,
  event.sender,
  event.device,
  event.timeMs,
  event.relatesTo,
  event.thread,
  event.role,
  event.countsUnread ? 1 : 0,
  event.digest.length,
  event.salt.length,
  event.content.length,
  event.clientMessageId?.length ?? NONE,
];
