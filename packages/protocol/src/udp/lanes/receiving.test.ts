import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { BODY_MAX_BYTES } from '../../constants.ts';
import { SottoError } from '../../errors.ts';
import { CONNECTION_CREDIT_BYTES, LANE_CREDIT_BYTES } from '../constants.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { PIECES_MAX, UNFINISHED_MAX_BYTES } from '../tuning.ts';
import { ByteWriter } from '../wire/bytes.ts';
import { readChunks } from '../wire/chunk.ts';
import { PAGE_BYTES } from './receive-lane.ts';
import { frameOf, TestEnd } from './testing/packets.ts';

/** The code that the connection would be closed with; undefined when nothing was wrong. */
function faultOf(call: () => void): CloseCode | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof UdpFault) return error.code;
    // A frame that is too long: the connection's owner closes it.
    if (error instanceof SottoError) return CloseCode.malformed;
    throw error;
  }
}

/** The limits it tells now: lane, or "all", and limit. */
function limits(end: TestEnd, now: number, room = 1_000): [number | 'all', number][] {
  const writer = new ByteWriter(new Uint8Array(room));
  end.lanes.writeCredit(now, 100, writer, []);
  if (writer.offset === 0) return [];
  return readChunks(writer.written, 'connection', 'server').map((chunk) => {
    if (chunk.kind === 'credit') return ['all', chunk.limit];
    if (chunk.kind === 'laneCredit') return [chunk.lane, chunk.limit];
    throw new Error(`a chunk of kind ${chunk.kind}`);
  });
}

describe('order', () => {
  test('[CREDIT-2] T4: frames come once and in order, however their bytes are cut, shuffled, doubled and overlapped', () => {
    const piece = fc.record({ start: fc.nat(), length: fc.integer({ min: 1, max: 4_000 }) });
    const sizes = fc.array(fc.integer({ min: 10, max: 4_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.array(piece, { maxLength: 40 }), (lengths, pieces) => {
        const end = new TestEnd();
        const frames = lengths.map((length, label) => frameOf(1, length, label));
        const stream = new Uint8Array(Buffer.concat(frames));
        for (const { start, length } of pieces) {
          const at = start % stream.length;
          end.lanes.receive(1, at, stream.slice(at, at + length));
        }
        end.lanes.receive(1, 0, stream);
        expect(end.frames.map(({ body }) => body)).toEqual(frames.map((frame) => frame.subarray(10)));
        expect(end.lanes.heldBytes).toBe(0);
      }),
    );
  });

  test('[CREDIT-2] the first bytes count, also within a piece that fills gaps between others', () => {
    const end = new TestEnd();
    const frame = frameOf(1, 100, 1);
    const other = frame.slice().fill(9, 10);
    end.lanes.receive(1, 20, frame.subarray(20, 40));
    end.lanes.receive(1, 60, frame.subarray(60, 80));
    expect(end.lanes.receive(1, 10, other.subarray(10))).toBe(true);
    expect(end.lanes.receive(1, 10, other.subarray(10))).toBe(false);
    end.lanes.receive(1, 0, frame.subarray(0, 20));
    const at = (offset: number) => end.frames[0]?.body[offset - 10];
    expect([10, 19, 20, 39, 40, 59, 60, 79, 80, 99].map(at)).toEqual([9, 9, 1, 1, 9, 9, 1, 1, 9, 9]);
  });

  test('[CREDIT-2] a gap in one lane delays no other', () => {
    const end = new TestEnd();
    end.lanes.receive(1, 50, frameOf(1, 50, 2));
    end.lanes.receive(7, 0, frameOf(7, 20, 3));
    end.lanes.receive(0, 0, frameOf(0, 20, 4));
    expect(end.frames.map(({ lane }) => lane)).toEqual([7, 0]);
    end.lanes.receive(1, 0, frameOf(1, 50, 1));
    expect(end.frames.map(({ body }) => body[0])).toEqual([3, 4, 1, 2]);
  });

  test('T4 a frame longer than the limit is refused, and the limit may rise', () => {
    const end = new TestEnd();
    const frame = frameOf(1, 5_000);
    expect(() => end.lanes.receive(1, 0, frame)).toThrow(SottoError);
    const login = new TestEnd();
    login.lanes.receive(1, 0, frameOf(1, 20));
    login.lanes.limitBody(BODY_MAX_BYTES);
    login.lanes.receive(1, 20, frame);
    login.lanes.receive(2, 0, frameOf(2, 5_000));
    expect(login.frames.map(({ body }) => body.length)).toEqual([10, 4_990, 4_990]);
  });

  test('[CREDIT-1] a frame on another lane than its header names is malformed', () => {
    const end = new TestEnd();
    expect(faultOf(() => end.lanes.receive(1, 0, frameOf(1, 20)))).toBeUndefined();
    expect(faultOf(() => end.lanes.receive(1, 20, frameOf(2, 20)))).toBe(CloseCode.malformed);
    expect(end.frames.length).toBe(1);
  });

  test('T4 nothing is handed on after `stop`, also when a frame called it, and no error either', () => {
    const end = new TestEnd(({ lanes }) => lanes.stop());
    const two = new Uint8Array(Buffer.concat([frameOf(1, 20), frameOf(1, 20), frameOf(1, 5_000)]));
    expect(() => end.lanes.receive(1, 0, two)).not.toThrow();
    end.lanes.receive(0, 0, frameOf(0, 20));
    end.lanes.receiveDatagram(frameOf(0, 20));
    expect([end.frames.length, end.datagrams.length]).toEqual([1, 0]);
  });
});

describe('credit', () => {
  test('[CREDIT-3] bytes beyond the credit of the lane, or of all lanes together, are refused', () => {
    const byte = Uint8Array.of(1);
    const end = new TestEnd();
    expect(faultOf(() => end.lanes.receive(2, LANE_CREDIT_BYTES - 1, byte))).toBeUndefined();
    expect(faultOf(() => end.lanes.receive(3, LANE_CREDIT_BYTES, byte))).toBe(CloseCode.credit);
    const rest = CONNECTION_CREDIT_BYTES - LANE_CREDIT_BYTES;
    expect(faultOf(() => end.lanes.receive(4, rest - 1, byte))).toBeUndefined();
    expect(faultOf(() => end.lanes.receive(4, 5, byte))).toBeUndefined();
    expect(faultOf(() => end.lanes.receive(5, 1, byte))).toBe(CloseCode.credit);
    const far = Number.MAX_SAFE_INTEGER - 1;
    expect(faultOf(() => end.lanes.receive(6, far, byte))).toBe(CloseCode.credit);
  });

  test('[CREDIT-3] more is granted once half is used, wider when it was used fast, and told again when lost', () => {
    const end = new TestEnd();
    const half = new Uint8Array(Buffer.concat(Array.from({ length: 32 }, () => frameOf(2, 4_096))));
    expect(end.lanes.owesCredit).toBe(false);
    end.lanes.receive(2, 0, half);
    expect(end.lanes.owesCredit).toBe(true);
    expect(limits(end, 1_000)).toEqual([[2, half.length + LANE_CREDIT_BYTES]]);
    expect(end.lanes.owesCredit).toBe(false);
    end.lanes.receive(2, half.length, half);
    expect(limits(end, 1_001)).toEqual([
      ['all', 2 * half.length + CONNECTION_CREDIT_BYTES],
      [2, 2 * half.length + 2 * LANE_CREDIT_BYTES],
    ]);
    end.lanes.creditLost({ kind: 'credit' });
    end.lanes.creditLost({ kind: 'laneCredit', lane: 2 });
    expect(limits(end, 1_002)).toEqual([
      ['all', 2 * half.length + CONNECTION_CREDIT_BYTES],
      [2, 2 * half.length + 2 * LANE_CREDIT_BYTES],
    ]);
  });

  test('[CREDIT-3] a limit that finds no room stays owed', () => {
    const end = new TestEnd();
    end.lanes.receive(
      2,
      0,
      new Uint8Array(Buffer.concat(Array.from({ length: 63 }, () => frameOf(2, 4_096)))),
    );
    const [connection] = limits(end, 1, 6);
    expect(connection?.[0]).toBe('all');
    expect(end.lanes.owesCredit).toBe(true);
    expect(limits(end, 2).map(([lane]) => lane)).toEqual([2]);
  });
});

describe('memory', () => {
  /** What a hostile peer can make this side hold at most. */
  const HELD_MAX_BYTES = CONNECTION_CREDIT_BYTES + 256 * PAGE_BYTES + 256 * (4_096 + 10);

  test('[CREDIT-6] every other byte, on any lane: pieces are bounded, and what would make more is not accepted', () => {
    const end = new TestEnd();
    let accepted = 0;
    for (let offset = 1; offset < 100_000; offset += 2) {
      const lane = offset % 256;
      if (!end.lanes.accepts(lane, offset, 1)) continue;
      if (faultOf(() => end.lanes.receive(lane, offset, Uint8Array.of(0))) !== undefined) break;
      accepted++;
    }
    expect(accepted).toBe(PIECES_MAX);
    expect(end.lanes.heldBytes).toBeLessThanOrEqual(HELD_MAX_BYTES);
    // What closes a gap, joins a piece, or is in order, is taken all the same.
    expect(end.lanes.accepts(1, 0, 1)).toBe(true);
    expect(end.lanes.accepts(1, 2, 3)).toBe(true);
    expect(end.lanes.accepts(3, 0, 1)).toBe(true);
    expect(end.lanes.accepts(1, 50_003, 1)).toBe(false);
    expect(end.lanes.accepts(200, 0, 10)).toBe(true);
    expect(end.lanes.accepts(200, 1, 10)).toBe(false);
  });

  test('[CREDIT-6] pieces that touch count as one, so that a long way behind one loss is no matter', () => {
    const end = new TestEnd();
    for (let packet = 0; packet < 2 * PIECES_MAX; packet++) {
      const offset = 100 + packet * 100;
      expect(end.lanes.accepts(2, offset, 100)).toBe(true);
      end.lanes.receive(2, offset, new Uint8Array(100));
    }
    expect(end.lanes.accepts(2, 0, 100)).toBe(true);
  });

  test('[CREDIT-6] T4: whatever is sent on all lanes, what is held stays within credit and pages', () => {
    const chunk = fc.record({
      lane: fc.nat({ max: 255 }),
      offset: fc.oneof(fc.nat({ max: 3_000 }), fc.nat({ max: 300_000 }), fc.maxSafeNat()),
      length: fc.integer({ min: 1, max: 1_150 }),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 600 }), (chunks) => {
        const end = new TestEnd();
        for (const { lane, offset, length } of chunks) {
          if (!end.lanes.accepts(lane, offset, length)) continue;
          try {
            end.lanes.receive(lane, offset, new Uint8Array(length).fill(lane));
          } catch (error) {
            // Beyond credit, or what begins a lane is no frame.
            if (!(error instanceof UdpFault || error instanceof SottoError)) throw error;
          }
          expect(end.lanes.heldBytes).toBeLessThanOrEqual(HELD_MAX_BYTES);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('[CREDIT-6] frames begun on every lane and never ended hold so much and no more', () => {
    const end = new TestEnd();
    end.lanes.limitBody(BODY_MAX_BYTES);
    const begun = (lane: number) => frameOf(lane, BODY_MAX_BYTES).subarray(0, BODY_MAX_BYTES - 1);
    let fault: CloseCode | undefined;
    let lane = 0;
    for (; lane < 256 && fault === undefined; lane++) {
      const bytes = begun(lane);
      for (let at = 0; at < bytes.length && fault === undefined; at += 1_000)
        fault = faultOf(() => end.lanes.receive(lane, at, bytes.subarray(at, at + 1_000)));
      limits(end, 1_000_000 * lane);
      if (fault === undefined) expect(end.lanes.heldBytes).toBeLessThanOrEqual(UNFINISHED_MAX_BYTES);
    }
    expect(fault).toBe(CloseCode.credit);
    expect(lane).toBe(Math.ceil(UNFINISHED_MAX_BYTES / (BODY_MAX_BYTES - 1)));
  });

  test('[CREDIT-6] a piece keeps nothing of the packet that it came in', () => {
    const end = new TestEnd();
    const packet = frameOf(1, 30, 5);
    end.lanes.receive(1, 20, packet.subarray(20));
    packet.fill(0xee, 20);
    end.lanes.receive(1, 0, frameOf(1, 30, 5).subarray(0, 20));
    expect(end.frames[0]?.body).toEqual(new Uint8Array(20).fill(5));
  });
});

describe('datagrams', () => {
  test('[CREDIT-5] anything but one whole frame within the limit is dropped and counted', () => {
    const end = new TestEnd();
    const frame = frameOf(0, 30, 1);
    end.lanes.receiveDatagram(frame);
    end.lanes.receiveDatagram(frame.subarray(0, 29));
    end.lanes.receiveDatagram(frame.subarray(0, 9));
    end.lanes.receiveDatagram(new Uint8Array(Buffer.concat([frame, frame])));
    end.lanes.receiveDatagram(frameOf(0, 4_107));
    expect(end.datagrams).toEqual([frame]);
    const { datagramsReceived, datagramsRefused } = end.lanes.counters.receiving;
    expect([datagramsReceived, datagramsRefused]).toEqual([1, 4]);
  });
});
