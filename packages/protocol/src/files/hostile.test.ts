import { describe, expect, test } from 'bun:test';
import { ErrorCode } from '@sotto/schema';
import { SottoError } from '../errors.ts';
import { decode, encode, type FrameFields, type FrameName } from '../index.ts';
import { mutate, type RandomNumber, seeded } from '../testing/mutate.ts';
import { FlightWindow } from './flight-window.ts';
import { IncomingTransfer } from './incoming-transfer.ts';
import { OutgoingTransfer } from './outgoing-transfer.ts';
import { CHUNK } from './testing/exchange.ts';

const SIZE = 3 * CHUNK + 10;
const DIGEST = new Uint8Array(32).fill(7);
/** What no number on the wire may be. */
const WRONG = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0.5, -0.5, 2 ** 53, 1e300];

const over = <Name extends FrameName>(name: Name, fields: FrameFields<Name>) =>
  decode(name, encode(1, name, 0, fields));

/** The code that it throws; undefined where it throws nothing. Anything but a SottoError fails the test. */
function codeOf(act: () => unknown): ErrorCode | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof SottoError) return error.code;
    throw error;
  }
  return undefined;
}

const newIncoming = () =>
  new IncomingTransfer({ transfer: 1, sizeBytes: SIZE, offset: 0, creditBytes: 2 * CHUNK });
const piece = (offset: number, length: number, digestBytes = 0) =>
  over('fileData', {
    transfer: 1,
    offset,
    data: new Uint8Array(length),
    chunkSha256: DIGEST.subarray(0, digestBytes),
  });

describe('F1: what a receiver does not take', () => {
  test.each([
    ...WRONG.map((offset) => ({ what: `offset ${offset}`, bad: piece(offset, 10) })),
    { what: 'an empty piece', bad: piece(1_000, 0) },
    { what: 'more than a chunk', bad: piece(1_000, CHUNK + 1) },
    { what: 'a piece across chunks', bad: piece(1_000, CHUNK - 999) },
    { what: 'a gap', bad: piece(1_001, 10) },
    { what: 'a piece from before', bad: piece(999, 10) },
    { what: 'the beginning again', bad: piece(0, 10) },
    { what: 'a digest in the middle of a chunk', bad: piece(1_000, 10, 32) },
    { what: 'the end of a chunk without a digest', bad: piece(1_000, CHUNK - 1_000) },
    { what: 'a digest that is too short', bad: piece(1_000, CHUNK - 1_000, 31) },
    { what: 'a piece beyond the credit', bad: piece(2 * CHUNK, 10) },
    { what: 'a piece beyond the size', bad: piece(SIZE, 10) },
    { what: 'a piece beyond everything', bad: piece(2 ** 53 - 1, 10) },
  ])('[TRANSFER-6] $what ends it, and changes nothing here', ({ bad }) => {
    const incoming = newIncoming();
    incoming.data(piece(0, 1_000));
    expect(codeOf(() => incoming.data(bad))).toBe(ErrorCode.TRANSFER_BROKEN);
    expect([incoming.received, incoming.credit]).toEqual([1_000, 2 * CHUNK]);
    expect(incoming.data(piece(1_000, CHUNK - 1_000, 32)).chunk?.bytes).toHaveLength(CHUNK);
  });

  test('[TRANSFER-6] after going back: only what was on its way, then the chunk', () => {
    const gone = () => {
      const incoming = newIncoming();
      incoming.data(piece(0, CHUNK, 32));
      incoming.data(piece(CHUNK, 100));
      expect(incoming.damaged(CHUNK)).toBeUndefined();
      const asked = incoming.damaged(0);
      expect([asked?.received, asked?.credit, asked?.again]).toEqual([0, 2 * CHUNK, true]);
      expect(incoming.damaged(0)).toBeUndefined();
      return incoming;
    };
    const incoming = gone();
    const passed = [piece(CHUNK + 100, 50), piece(CHUNK + 150, CHUNK - 150, 32)];
    for (const each of passed) expect(incoming.data(each)).toEqual({ progress: undefined, chunk: undefined });
    expect(codeOf(() => incoming.data(piece(CHUNK + 100, 50)))).toBe(ErrorCode.TRANSFER_BROKEN);
    incoming.data(piece(0, 10));
    expect(codeOf(() => incoming.data(piece(2 * CHUNK, 10)))).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(incoming.data(piece(10, CHUNK - 10, 32)).chunk?.offset).toBe(0);
    const anew = gone();
    anew.data(piece(0, 10));
    expect(codeOf(() => anew.data(piece(CHUNK + 100, 50)))).toBe(ErrorCode.TRANSFER_BROKEN);
    for (const bad of [piece(50, 10), piece(CHUNK, 50), piece(CHUNK + 99, 1), piece(2 * CHUNK, 10)])
      expect(codeOf(() => gone().data(bad))).toBe(ErrorCode.TRANSFER_BROKEN);
  });

  test('[TRANSFER-6] sizes and offsets that are none', () => {
    const start = { transfer: 1, sizeBytes: SIZE, offset: 0, creditBytes: CHUNK };
    for (const wrong of WRONG) {
      expect(codeOf(() => new IncomingTransfer({ ...start, sizeBytes: wrong }))).toBe(
        ErrorCode.TRANSFER_BROKEN,
      );
      expect(codeOf(() => new IncomingTransfer({ ...start, offset: wrong }))).toBe(ErrorCode.TRANSFER_BROKEN);
    }
  });

  test.each([1, 2, 5])(
    '[TRANSFER-7] what it completes is its own: no frame lives on in it (%d pieces)',
    (pieces) => {
      const incoming = newIncoming();
      const whole = Buffer.alloc(CHUNK, 5);
      for (let count = 0; count < pieces; count++) {
        const [from, to] = [count, count + 1].map((part) => Math.floor((part * CHUNK) / pieces));
        const message = piece(from ?? 0, 1, count === pieces - 1 ? 32 : 0);
        // As Node.js hands them out: parts of a buffer whose `slice` copies nothing.
        message.data = whole.subarray(from, to);
        message.chunkSha256 = Buffer.from(message.chunkSha256);
        const { chunk } = incoming.data(message);
        message.data.fill(9);
        message.chunkSha256.fill(9);
        expect(chunk === undefined).toBe(count < pieces - 1);
        if (chunk === undefined) continue;
        expect(chunk.bytes.every((byte) => byte === 5)).toBe(true);
        expect(chunk.sha256).toEqual(DIGEST);
        expect([chunk.bytes.buffer.byteLength, chunk.sha256.buffer.byteLength]).toEqual([CHUNK, 32]);
      }
    },
  );
});

function sending(window = new FlightWindow()): OutgoingTransfer {
  const outgoing = new OutgoingTransfer({ transfer: 1, sizeBytes: SIZE, offset: 0, credit: SIZE, window });
  return outgoing;
}

/** Sends until `bytes` have left and were acknowledged but for what the window holds. */
function send(outgoing: OutgoingTransfer, bytes: number): number {
  let sent = outgoing.received;
  while (sent < bytes) {
    const { wanted } = outgoing;
    if (wanted !== undefined) outgoing.load(wanted.offset, new Uint8Array(wanted.length), DIGEST);
    const taken = outgoing.take(0);
    if (taken === undefined) outgoing.progress(said(sent), 1);
    else sent += taken.data?.length ?? 0;
  }
  return sent;
}

const said = (received: number, more: Partial<FrameFields<'fileProgress'>> = {}) =>
  over('fileProgress', { transfer: 1, received, credit: SIZE, ...more });

describe('F1: what a sender does not take', () => {
  test.each([
    ...WRONG.map((received) => ({ what: `received ${received}`, bad: said(received) })),
    ...WRONG.map((credit) => ({ what: `credit ${credit}`, bad: said(CHUNK, { credit }) })),
    ...WRONG.map((received) => ({ what: `again from ${received}`, bad: said(received, { again: true }) })),
    { what: 'progress that goes back', bad: said(CHUNK - 1) },
    { what: 'more than was sent', bad: said(3 * CHUNK) },
    { what: 'again from within a chunk', bad: said(10, { again: true }) },
    { what: 'again from a chunk that was not sent whole', bad: said(2 * CHUNK, { again: true }) },
    { what: 'again from the end', bad: said(SIZE, { again: true }) },
  ])('[TRANSFER-6] $what ends it, and changes nothing here', ({ bad }) => {
    const window = new FlightWindow();
    const outgoing = sending(window);
    const sent = send(outgoing, 2 * CHUNK + 1);
    expect(outgoing.received).toBeGreaterThan(CHUNK);
    const before = [outgoing.received, window.flightBytes];
    expect(codeOf(() => outgoing.progress(bad, 2))).toBe(ErrorCode.TRANSFER_BROKEN);
    expect([outgoing.received, window.flightBytes]).toEqual(before);
    expect(outgoing.progress(said(sent), 2)).toBe('onward');
    expect(window.flightBytes).toBe(0);
  });

  test('[TRANSFER-4] [TRANSFER-6] again three times for a chunk, never for one before', () => {
    const outgoing = sending();
    send(outgoing, 3 * CHUNK);
    for (let count = 1; count <= 3; count++) {
      expect(outgoing.progress(said(CHUNK, { again: true }), 2)).toBe('again');
      expect(outgoing.received).toBe(CHUNK);
      send(outgoing, 3 * CHUNK);
    }
    expect(codeOf(() => outgoing.progress(said(CHUNK, { again: true }), 2))).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(codeOf(() => outgoing.progress(said(0, { again: true }), 2))).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(outgoing.progress(said(2 * CHUNK, { again: true }), 2)).toBe('again');
  });

  test('[TRANSFER-3] credit that falls is ignored', () => {
    const outgoing = sending();
    send(outgoing, CHUNK);
    outgoing.progress(said(CHUNK, { credit: 0 }), 2);
    expect(outgoing.wanted?.offset).toBe(CHUNK);
  });

  test('[TRANSFER-6] starts that are none', () => {
    const start = { transfer: 1, sizeBytes: SIZE, offset: 0, credit: 0, window: new FlightWindow() };
    for (const wrong of [...WRONG, 1, SIZE + 1, SIZE - 1])
      expect(codeOf(() => new OutgoingTransfer({ ...start, offset: wrong }))).toBe(ErrorCode.TRANSFER_BROKEN);
    for (const wrong of WRONG)
      expect(codeOf(() => new OutgoingTransfer({ ...start, credit: wrong }))).toBe(ErrorCode.TRANSFER_BROKEN);
  });
});

describe('[ERROR-2] [TRANSFER-6] damaged messages throw SottoError and nothing else', () => {
  test('at the receiver, which never has more than it lent', () => {
    const random = seeded(3);
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const incoming = newIncoming();
      let held = 0;
      for (let count = 0; count < 12; count++) {
        const length = 1 + random(CHUNK);
        const frame = encode(1, 'fileData', 0, {
          transfer: 1,
          offset: incoming.received,
          data: new Uint8Array(Math.min(length, CHUNK - (incoming.received % CHUNK))),
          ...(random(2) === 0 ? { chunkSha256: DIGEST } : {}),
        });
        const step = attempt(() => incoming.data(decode('fileData', damaged(frame, random))));
        if (step === undefined) refused += 1;
        held += step?.chunk?.bytes.length ?? 0;
        expect(incoming.received).toBeLessThanOrEqual(incoming.credit);
        if (random(9) === 0) attempt(() => incoming.damaged(random(4) * CHUNK));
      }
      expect(held).toBeLessThanOrEqual(4 * 2 * CHUNK);
    }
    expect(refused).toBeGreaterThan(1_000);
  });

  test('at the sender, which never has more on its way than the window', () => {
    const random = seeded(4);
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const window = new FlightWindow();
      const outgoing = sending(window);
      let sent = 0;
      for (let count = 0; count < 12; count++) {
        const { wanted } = outgoing;
        if (wanted !== undefined) outgoing.load(wanted.offset, new Uint8Array(wanted.length), DIGEST);
        sent += outgoing.take(count)?.data?.length ?? 0;
        const frame = encode(1, 'fileProgress', 0, {
          transfer: 1,
          received: random(4) === 0 ? random(4) * CHUNK : random(sent + 2),
          credit: random(2 * SIZE),
          again: random(5) === 0,
        });
        const said = attempt(() => outgoing.progress(decode('fileProgress', damaged(frame, random)), count));
        if (said === undefined) refused += 1;
        if (said === 'again') sent = outgoing.received;
        expect(outgoing.received).toBeLessThanOrEqual(SIZE);
        expect(window.flightBytes).toBeLessThanOrEqual(window.windowBytes);
      }
      outgoing.end();
      expect(window.flightBytes).toBe(0);
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

/** Half of them. */
const damaged = (frame: Uint8Array, random: RandomNumber): Uint8Array =>
  random(2) === 0 ? frame : encodeBody(frame, mutate(frame.subarray(10, Math.min(frame.length, 60)), random));

const encodeBody = (frame: Uint8Array, body: Uint8Array): Uint8Array => {
  const joined = new Uint8Array(10 + body.length + Math.max(0, frame.length - 60));
  joined.set(frame.subarray(0, 10));
  joined.set(body, 10);
  joined.set(frame.subarray(60), 10 + body.length);
  return joined;
};

/** Undefined where it throws SottoError. */
function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof SottoError) return undefined;
    throw error;
  }
}
