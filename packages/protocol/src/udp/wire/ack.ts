import { ACK_RANGES_MAX } from '../constants.ts';
import { malformed } from '../fault.ts';
import { type ByteReader, type ByteWriter, varintBytes } from './bytes.ts';

/** Packets `first` to `last`, both included. */
export interface AckRange {
  first: number;
  last: number;
}

/** The unit of delays on the wire. */
const DELAY_UNITS_PER_MS = 1_000 / 8;

const delayUnits = (delayMs: number): number => Math.max(0, Math.round(delayMs * DELAY_UNITS_PER_MS));

/** What follows the kind of an ack chunk (RFC 9000 section 19.3.1: gap and length are one less than what they count). */
export function readAck(reader: ByteReader): { ranges: AckRange[]; delayMs: number } {
  let last = reader.varint();
  const delayMs = reader.varint() / DELAY_UNITS_PER_MS;
  const more = reader.varint();
  if (more >= ACK_RANGES_MAX) throw malformed(`an ack of ${more + 1} ranges`);
  let first = last - reader.varint();
  if (first < 0) throw malformed('an ack below number 0');
  const ranges = [{ first, last }];
  for (let index = 0; index < more; index++) {
    last = first - reader.varint() - 2;
    first = last - reader.varint();
    if (first < 0) throw malformed('an ack below number 0');
    ranges.push({ first, last });
  }
  return { ranges, delayMs };
}

/** `ranges`: at least one and at most ACK_RANGES_MAX, from the greatest down, apart by at least one number. */
export function writeAck(writer: ByteWriter, ranges: readonly AckRange[], delayMs: number): void {
  const [newest] = ranges;
  if (newest === undefined || ranges.length > ACK_RANGES_MAX) {
    throw new RangeError(`an ack of ${ranges.length} ranges`);
  }
  writer.varint(newest.last);
  writer.varint(delayUnits(delayMs));
  writer.varint(ranges.length - 1);
  writer.varint(newest.last - newest.first);
  let above = newest.first;
  for (let index = 1; index < ranges.length; index++) {
    const { first, last } = ranges[index] ?? newest;
    writer.varint(above - last - 2);
    writer.varint(last - first);
    above = first;
  }
}

export function ackBytes(ranges: readonly AckRange[], delayMs: number): number {
  let bytes = varintBytes(delayUnits(delayMs)) + varintBytes(ranges.length - 1);
  let above = -1;
  for (const { first, last } of ranges) {
    bytes += varintBytes(above < 0 ? last : above - last - 2) + varintBytes(last - first);
    above = first;
  }
  return bytes;
}
