/**
 * The client's half of RFC 6455, as far as Sotto needs it: binary messages without extensions, whose boundaries mean
 * nothing [WS-3]. So payload is passed on as it arrives, and nothing of a message is ever held back.
 */

import { ErrorCode, SottoError } from '@sotto/protocol';

const CONTINUATION = 0x0;
export const BINARY = 0x2;
export const CLOSE = 0x8;
const PING = 0x9;
export const PONG = 0xa;

const CONTROL_MAX_BYTES = 125;
const HEADER_MAX_BYTES = 10;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** RFC 6455 section 5.2, masked with four random bytes as every frame of a client is. */
export function maskedFrame(opcode: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const long = payload.length >= LENGTH_16;
  const header = long ? 8 : 6;
  const frame = new Uint8Array(header + payload.length);
  frame[0] = 0x80 | opcode;
  if (long) {
    frame[1] = 0x80 | LENGTH_16;
    new DataView(frame.buffer).setUint16(2, payload.length);
  } else frame[1] = 0x80 | payload.length;
  frame.set(mask, header - 4);
  for (let index = 0; index < payload.length; index++) {
    frame[header + index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  }
  return frame;
}

export interface MessageEvents {
  /** Part of the byte stream. */
  bytes(bytes: Uint8Array): void;
  ping(payload: Uint8Array): void;
  close(): void;
}

/** Reads a server's frames. Throws SottoError MALFORMED_FRAME on what is none; the stream is then useless. */
export class MessageReader {
  readonly #events: MessageEvents;
  /** Header of the next frame, or a whole control frame, as far as it has arrived. */
  readonly #head = new Uint8Array(HEADER_MAX_BYTES + CONTROL_MAX_BYTES);
  #headLength = 0;
  /** Payload of a data frame still to come. */
  #payloadLeft = 0;

  constructor(events: MessageEvents) {
    this.#events = events;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    while (bytes.length > 0) {
      if (this.#payloadLeft > 0) {
        const part = bytes.subarray(0, this.#payloadLeft);
        this.#payloadLeft -= part.length;
        this.#events.bytes(part);
        bytes = bytes.subarray(part.length);
        continue;
      }
      const wanted = Math.min(this.#missing(), bytes.length);
      this.#head.set(bytes.subarray(0, wanted), this.#headLength);
      this.#headLength += wanted;
      bytes = bytes.subarray(wanted);
      if (this.#missing() === 0) this.#finishHead();
    }
  }

  /** Bytes until the header, or the control frame, is complete. */
  #missing(): number {
    const have = this.#headLength;
    if (have < 2) return 2 - have;
    const length = (this.#head[1] ?? 0) & 0x7f;
    this.#check(length);
    if (isControl(this.#opcode)) return 2 + length - have;
    const header = length === LENGTH_64 ? 10 : length === LENGTH_16 ? 4 : 2;
    return header - have;
  }

  get #opcode(): number {
    return (this.#head[0] ?? 0) & 0x0f;
  }

  #check(length: number): void {
    const opcode = this.#opcode;
    const known = [CONTINUATION, BINARY, CLOSE, PING, PONG].includes(opcode);
    const reserved = ((this.#head[0] ?? 0) & 0x70) !== 0;
    const masked = ((this.#head[1] ?? 0) & 0x80) !== 0;
    if (!known || reserved || masked || (isControl(opcode) && length > CONTROL_MAX_BYTES)) {
      throw notWebSocket();
    }
  }

  #finishHead(): void {
    const view = new DataView(this.#head.buffer, 0, this.#headLength);
    this.#headLength = 0;
    const opcode = view.getUint8(0) & 0x0f;
    const length = view.getUint8(1);
    if (!isControl(opcode)) {
      this.#payloadLeft = payloadLength(view, length);
      return;
    }
    const payload = this.#head.slice(2, 2 + length);
    if (opcode === PING) this.#events.ping(payload);
    if (opcode === CLOSE) this.#events.close();
  }
}

const notWebSocket = () =>
  new SottoError(ErrorCode.MALFORMED_FRAME, 'not a WebSocket frame of a Sotto server');

const isControl = (opcode: number): boolean => opcode >= CLOSE;

function payloadLength(view: DataView, length: number): number {
  if (length === LENGTH_16) return view.getUint16(2);
  if (length !== LENGTH_64) return length;
  const long = view.getBigUint64(2);
  if (long > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw notWebSocket();
  }
  return Number(long);
}
