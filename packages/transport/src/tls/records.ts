import { Duplex } from 'node:stream';
import { plainBytes } from '../plain-bytes.ts';

/** Where TLS reads and writes its records when they travel by other means than a socket of its own. */
export class Records extends Duplex {
  readonly #output: (bytes: Uint8Array) => void;

  /** `output` owns what it gets. */
  constructor(output: (bytes: Uint8Array) => void) {
    super();
    this.#output = output;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: () => void): void {
    // Copied, since the runtime may use its buffer again.
    this.#output(plainBytes(chunk).slice());
    written();
  }
}
