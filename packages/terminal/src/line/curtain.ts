import { Writable } from 'node:stream';

const COLUMNS_DEFAULT = 80;

/** A terminal for readline to draw on, which shows nothing of it while the curtain is drawn. */
export class Curtain extends Writable {
  drawn = false;
  readonly isTTY = true;
  readonly #output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.#output = output;
    output.on('resize', this.#resized);
  }

  get columns(): number {
    return this.#output.columns || COLUMNS_DEFAULT;
  }

  get rows(): number {
    return this.#output.rows;
  }

  release(): void {
    this.#output.off('resize', this.#resized);
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    if (!this.drawn && (typeof chunk === 'string' || chunk instanceof Uint8Array)) this.#output.write(chunk);
    done();
  }

  readonly #resized = (): void => {
    this.emit('resize');
  };
}
