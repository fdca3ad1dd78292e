import { HEADER_BYTES } from '@sotto/protocol';
import { type Chunk, chunkBytes, type RandomNumber } from '@sotto/protocol/testing';
import { DATAGRAM_MAX_BYTES, LANE_CREDIT_BYTES } from '@sotto/protocol/udp';
import { chunkBytesOf } from './handmade.ts';

/** Room for chunks in a datagram, whatever its header. */
const ROOM_BYTES = DATAGRAM_MAX_BYTES - 40;
const CHUNKS_MAX = 6;

/** Numbers at the edges of what is allowed, and beyond. */
function someNumber(number: RandomNumber): number {
  switch (number(8)) {
    case 0:
      return 0;
    case 1:
      return LANE_CREDIT_BYTES + number(3) - 1;
    case 2:
      return Number.MAX_SAFE_INTEGER - number(2);
    case 3:
      return 2 ** (1 + number(52)) - number(2);
    default:
      return number(4_000);
  }
}

const someBytes = (number: RandomNumber, most: number): Uint8Array => {
  const bytes = new Uint8Array(number(most));
  for (let at = 0; at < bytes.length; at += 1 + number(8)) bytes[at] = number(256);
  return bytes;
};

/** Frames of this lane without a body, back to back, as they are at any multiple of their length. */
function frames(lane: number, count: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES * count);
  for (let at = 0; at < bytes.length; at += HEADER_BYTES) bytes.set([1, 1, lane], at);
  return bytes;
}

/** What an honest peer could have sent at some time or other: the connection goes on. */
function plausible(number: RandomNumber): Chunk {
  switch (number(10)) {
    case 0:
      return { kind: 'padding', length: 1 + number(300) };
    case 1: {
      const last = number(3);
      return {
        kind: 'ack',
        ranges: [{ first: number(last + 1), last }],
        delayMs: number(2) * number(100_000),
      };
    }
    case 2:
    case 3:
    case 4: {
      const lane = number(10) === 0 ? number(256) : 2 + number(3);
      const bytes = frames(lane, 1 + number(30));
      return { kind: 'lane', lane, offset: HEADER_BYTES * number(3_000), bytes };
    }
    case 5:
      return { kind: 'datagram', frame: number(2) === 0 ? frames(0, 1) : someBytes(number, 300) };
    case 6:
      return { kind: 'credit', limit: someNumber(number) };
    case 7:
      return { kind: 'laneCredit', lane: number(256), limit: someNumber(number) };
    case 8:
      return { kind: 'challenge', data: BigInt(number(2 ** 31)) };
    default:
      return { kind: 'response', data: BigInt(number(2 ** 31)) };
  }
}

/** Of the right form; few connections outlive it. */
function wrong(number: RandomNumber): Chunk {
  switch (number(8)) {
    case 0: {
      const last = someNumber(number);
      const first = Math.max(0, last - number(50));
      const ranges =
        first > 10
          ? [
              { first, last },
              { first: first - 7, last: first - 4 },
            ]
          : [{ first, last }];
      return { kind: 'ack', ranges, delayMs: number(2) * 2 ** 40 };
    }
    case 1:
      return { kind: 'crypto', offset: someNumber(number), bytes: someBytes(number, 400) };
    case 2:
      return { kind: 'lane', lane: number(4), offset: someNumber(number), bytes: someBytes(number, 300) };
    case 3:
      return { kind: 'lane', lane: number(256), offset: number(4), bytes: someBytes(number, 300) };
    case 4: {
      const sequence = number(12);
      const id = BigInt(number(3) === 0 ? sequence : number(2 ** 31)) as never;
      return { kind: 'newId', sequence, retirePriorTo: number(6), id, resetToken: new Uint8Array(16) };
    }
    case 5:
      return { kind: 'retireId', sequence: number(10) };
    case 6:
      return { kind: 'confirmed' };
    default:
      return { kind: 'close', code: number(100), reason: 'x'.repeat(number(300)) };
  }
}

function someChunk(number: RandomNumber, ofHandshake: boolean): Chunk {
  if (number(60) === 0) return wrong(number);
  if (!ofHandshake) return plausible(number);
  const offset = number(4) === 0 ? number(70_000) : number(2_000);
  return number(4) === 0 ? { kind: 'ping' } : { kind: 'crypto', offset, bytes: someBytes(number, 400) };
}

/** What a packet holds that authenticates and whose sender means no good. */
export function hostileChunks(number: RandomNumber, ofHandshake: boolean): Uint8Array {
  if (number(100) === 0) return someBytes(number, ROOM_BYTES);
  const chunks: Chunk[] = [];
  let room = ROOM_BYTES;
  for (let count = 1 + number(CHUNKS_MAX); count > 0; count--) {
    const chunk = someChunk(number, ofHandshake);
    room -= chunkBytes(chunk);
    if (room < 0) break;
    chunks.push(chunk);
  }
  const bytes = chunkBytesOf(chunks.length > 0 ? chunks : [{ kind: 'ping' }]);
  if (number(60) !== 0) return bytes;
  const at = number(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 + number(255));
  return bytes;
}
