/**
 * Frames [FRAME-1]: `version u8 | type u8 | lane u8 | body length u24 | request id u32 | body`, integers big-endian.
 * A frame says its own length, so frames of one lane can be written back to back and encoded once for many readers.
 */
import { ErrorCode } from '@sotto/schema';
import { BODY_MAX_BYTES_BEFORE_LOGIN } from './constants.ts';
import { SottoError } from './errors.ts';

export const HEADER_BYTES = 10;

/** Frames of one lane arrive in order; lanes do not wait for each other. Lower numbers are written first. */
export type Lane = number;
export const CONTROL_LANE: Lane = 0;
export const CHAT_LANE: Lane = 1;
/** Lanes from here on carry files. */
export const FIRST_FILE_LANE: Lane = 2;
const FILE_LANES = 64;

/** Where the data of a transfer travel [TRANSFER-1]. */
export const laneOfTransfer = (transfer: number): Lane =>
  FIRST_FILE_LANE + (Math.max(0, transfer - 1) % FILE_LANES);

export interface FrameHeader {
  version: number;
  type: number;
  lane: Lane;
  bodyLength: number;
  requestId: number;
}

/** `frame` must hold at least HEADER_BYTES. */
export function readHeader(frame: Uint8Array, offset = 0): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset + offset, HEADER_BYTES);
  return {
    version: view.getUint8(0),
    type: view.getUint8(1),
    lane: view.getUint8(2),
    bodyLength: (view.getUint8(3) << 16) | view.getUint16(4),
    requestId: view.getUint32(6),
  };
}

/** That of the first frame of `frames`, which has a whole header. */
export const laneOf = (frames: Uint8Array): Lane => frames[2] ?? CONTROL_LANE;

export const bodyOf = (frame: Uint8Array): Uint8Array => frame.subarray(HEADER_BYTES);

export function encodeFrame(header: Omit<FrameHeader, 'bodyLength'>, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  frame.set(body, HEADER_BYTES);
  writeHeader(frame, header);
  return frame;
}

/** Into the first bytes of `frame`, which has its body. */
export function writeHeader(
  frame: Uint8Array,
  { version, type, lane, requestId }: Omit<FrameHeader, 'bodyLength'>,
): void {
  const bodyLength = frame.length - HEADER_BYTES;
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint8(0, version);
  view.setUint8(1, type);
  view.setUint8(2, lane);
  view.setUint8(3, bodyLength >>> 16);
  view.setUint16(4, bodyLength & 0xffff);
  view.setUint32(6, requestId);
}

/**
 * Cuts a byte stream into frames. Holds at most one unfinished frame, never longer than the limit in force, and grows
 * only with bytes that have arrived.
 */
export class FrameReader {
  /** Longest body accepted from now on; raised after login [FRAME-5]. */
  bodyMaxBytes = BODY_MAX_BYTES_BEFORE_LOGIN;
  #rest: Uint8Array = EMPTY;
  #restLength = 0;

  /**
   * Calls `each` with every frame that `chunk` completes; the view is valid during the call only. Throws SottoError
   * FRAME_TOO_LARGE; the stream is then useless.
   */
  push(chunk: Uint8Array, each: (frame: Uint8Array) => void): void {
    let bytes = chunk;
    while (this.#restLength > 0) {
      const missing = this.#missing();
      if (bytes.length < missing) {
        this.#keep(bytes);
        return;
      }
      this.#keep(bytes.subarray(0, missing));
      bytes = bytes.subarray(missing);
      if (this.#missing() > 0) continue;
      const frame = this.#rest.subarray(0, this.#restLength);
      this.#rest = EMPTY;
      this.#restLength = 0;
      each(frame);
    }
    let offset = 0;
    while (bytes.length - offset >= HEADER_BYTES) {
      const end = offset + this.#frameLength(bytes, offset);
      if (end > bytes.length) break;
      each(bytes.subarray(offset, end));
      offset = end;
    }
    if (offset < bytes.length) this.#keep(bytes.subarray(offset));
  }

  /** Bytes that complete the header, then the frame. */
  #missing(): number {
    if (this.#restLength < HEADER_BYTES) return HEADER_BYTES - this.#restLength;
    return this.#frameLength(this.#rest, 0) - this.#restLength;
  }

  #frameLength(bytes: Uint8Array, offset: number): number {
    const length =
      ((bytes[offset + 3] ?? 0) << 16) | ((bytes[offset + 4] ?? 0) << 8) | (bytes[offset + 5] ?? 0);
    if (length > this.bodyMaxBytes) {
      throw new SottoError(ErrorCode.FRAME_TOO_LARGE, `${length} bytes, at most ${this.bodyMaxBytes}`);
    }
    return HEADER_BYTES + length;
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#restLength + bytes.length;
    if (length > this.#rest.length) {
      const begun = this.#restLength === 0 ? bytes : this.#rest.subarray(0, this.#restLength);
      const whole = begun.length < HEADER_BYTES ? HEADER_BYTES : this.#frameLength(begun, 0);
      const grown = new Uint8Array(Math.max(length, Math.min(4 * length, whole)));
      grown.set(this.#rest.subarray(0, this.#restLength));
      this.#rest = grown;
    }
    this.#rest.set(bytes, this.#restLength);
    this.#restLength = length;
  }
}

const EMPTY = new Uint8Array(0);
