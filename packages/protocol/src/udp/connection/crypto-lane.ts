import type { Carried } from '../carried.ts';
import type { ByteWriter } from '../wire/bytes.ts';
import { cryptoChunkOverhead, writeChunk } from '../wire/chunk.ts';
import { Reassembly } from './reassembly.ts';

interface Span {
  start: number;
  end: number;
}

/** Less than this of the crypto lane is not worth a chunk of its own at the end of a packet. */
const CHUNK_MIN_BYTES = 16;

/** The reliable bytes of TLS in one number space [SHAKE-2] [SHAKE-8]: a few kilobytes, kept until they are acknowledged. */
export class CryptoLane {
  readonly #incoming = new Reassembly();
  #bytes: Uint8Array = new Uint8Array(0);
  /** To be sent, in order, apart from each other. */
  #waiting: Span[] = [];
  /** Sent, and neither acknowledged nor lost. */
  #underWay: Span[] = [];

  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  enqueue(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const start = this.#bytes.length;
    const grown = new Uint8Array(start + bytes.length);
    grown.set(this.#bytes);
    grown.set(bytes, start);
    this.#bytes = grown;
    this.#waiting.push({ start, end: grown.length });
  }

  /** See Reassembly. */
  receive(offset: number, bytes: Uint8Array): Uint8Array | undefined {
    return this.#incoming.push(offset, bytes);
  }

  /** Writes as much as `writer` has room for. Returns whether it wrote. */
  fill(writer: ByteWriter, carried: Carried[]): boolean {
    let wrote = false;
    for (let span = this.#waiting[0]; span !== undefined; span = this.#waiting[0]) {
      const overhead = cryptoChunkOverhead(span.start, writer.remaining);
      const bytes = Math.min(span.end - span.start, writer.remaining - overhead);
      if (bytes < Math.min(CHUNK_MIN_BYTES, span.end - span.start)) break;
      const end = span.start + bytes;
      writeChunk(writer, {
        kind: 'crypto',
        offset: span.start,
        bytes: this.#bytes.subarray(span.start, end),
      });
      carried.push({ kind: 'crypto', start: span.start, end });
      this.#underWay.push({ start: span.start, end });
      if (end === span.end) this.#waiting.shift();
      else span.start = end;
      wrote = true;
    }
    return wrote;
  }

  acknowledged({ start, end }: Span): void {
    this.#underWay = without(this.#underWay, { start, end });
    this.#waiting = without(this.#waiting, { start, end });
  }

  lost({ start, end }: Span): void {
    const still = this.#underWay.filter((span) => span.start < end && start < span.end);
    this.#underWay = without(this.#underWay, { start, end });
    for (const span of still)
      this.#waiting.push({ start: Math.max(start, span.start), end: Math.min(end, span.end) });
    this.#waiting.sort((a, b) => a.start - b.start);
  }

  /** Everything not acknowledged is to be sent again; false when there is nothing. */
  again(): boolean {
    for (const span of [...this.#underWay]) this.lost(span);
    return this.waits;
  }
}

/** `spans` less what lies in `gone`. */
function without(spans: readonly Span[], gone: Span): Span[] {
  return spans.flatMap((span) => {
    if (span.end <= gone.start || gone.end <= span.start) return [span];
    const parts: Span[] = [];
    if (span.start < gone.start) parts.push({ start: span.start, end: gone.start });
    if (gone.end < span.end) parts.push({ start: gone.end, end: span.end });
    return parts;
  });
}
