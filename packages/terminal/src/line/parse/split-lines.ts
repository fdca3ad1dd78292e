import { INPUT_LINE_MAX_BYTES, type InputLine } from '../io.ts';

const LINE_FEED = 0x0a;

/** Bytes as lines, whatever pieces they come in; a last line without an end counts. Holds at most one line. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = INPUT_LINE_MAX_BYTES,
): AsyncGenerator<InputLine> {
  const line = new LineBuffer(maxBytes);
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      line.add(chunk.subarray(start, end));
      yield line.take();
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  if (!line.empty) yield line.take();
}

class LineBuffer {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get empty(): boolean {
    return this.#bytes === 0;
  }

  add(piece: Uint8Array): void {
    this.#bytes += piece.byteLength;
    if (this.#bytes > this.#maxBytes) this.#pieces = [];
    // A copy, because the caller may use the chunk's memory again.
    else if (piece.byteLength > 0) this.#pieces.push(piece.slice());
  }

  take(): InputLine {
    const tooLong = this.#bytes > this.#maxBytes;
    const text = new TextDecoder().decode(Buffer.concat(this.#pieces));
    this.#pieces = [];
    this.#bytes = 0;
    return tooLong ? { kind: 'tooLong' } : { kind: 'line', text: text.replace(/\r$/, '') };
  }
}
