import { CRYPTO_BUFFER_MAX_BYTES } from '../constants.ts';
import { malformed } from '../fault.ts';

interface Piece {
  start: number;
  bytes: Uint8Array;
}

/** No sender of ours leaves so many gaps; each costs a walk past it. */
const CRYPTO_PIECES_MAX = 128;

/** Puts the crypto lane of the peer in order [SHAKE-2]. Keeps at most CRYPTO_BUFFER_MAX_BYTES beyond what was read. */
export class Reassembly {
  /** Apart from each other, in order, all beyond `#read`. */
  #pieces: Piece[] = [];
  #read = 0;

  /** Bytes that follow what was read so far, or undefined. Throws UdpFault for what is beyond the bound. */
  push(offset: number, bytes: Uint8Array): Uint8Array | undefined {
    if (offset + bytes.length > this.#read + CRYPTO_BUFFER_MAX_BYTES)
      throw malformed('crypto bytes beyond the bound');
    const skip = Math.max(0, this.#read - offset);
    if (skip >= bytes.length) return undefined;
    this.#insert(offset + skip, bytes.subarray(skip));
    if (this.#pieces.length > CRYPTO_PIECES_MAX) throw malformed('crypto bytes in too many pieces');
    return this.#take();
  }

  /** Adds what no piece has yet. */
  #insert(start: number, bytes: Uint8Array): void {
    const pieces: Piece[] = [];
    let from = start;
    const end = start + bytes.length;
    for (const piece of this.#pieces) {
      if (piece.start > from && from < end) {
        const to = Math.min(end, piece.start);
        pieces.push({ start: from, bytes: bytes.slice(from - start, to - start) });
      }
      from = Math.max(from, piece.start + piece.bytes.length);
      pieces.push(piece);
    }
    if (from < end) pieces.push({ start: from, bytes: bytes.slice(from - start) });
    this.#pieces = pieces.sort((a, b) => a.start - b.start);
  }

  #take(): Uint8Array | undefined {
    let count = 0;
    let end = this.#read;
    while (this.#pieces[count]?.start === end) end += this.#pieces[count++]?.bytes.length ?? 0;
    if (count === 0) return undefined;
    const joined = new Uint8Array(end - this.#read);
    for (const { start, bytes } of this.#pieces.splice(0, count)) joined.set(bytes, start - this.#read);
    this.#read = end;
    return joined;
  }
}
