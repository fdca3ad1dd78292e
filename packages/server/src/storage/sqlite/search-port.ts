/** The way to the engine that finds: for a file a thread and a connection of its own, so that appends wait for no search. */
import type { Hits, Wanted } from '../../search/store.ts';
import type { EngineOptions } from './engine.ts';
import type { SqlitePort } from './port.ts';
import { WorkerPort } from './worker-port.ts';

export class SearchPort {
  readonly #source: SqlitePort | EngineOptions;
  /** From the first search on, and anew after it failed. */
  #opened: Promise<WorkerPort> | undefined;

  constructor(source: SqlitePort | EngineOptions) {
    this.#source = source;
  }

  async find(wanted: Wanted): Promise<Hits> {
    if (!('path' in this.#source)) return this.#source.find(wanted);
    this.#opened ??= this.#open(this.#source);
    return (await this.#opened).find(wanted);
  }

  async close(): Promise<void> {
    const port = await this.#opened?.catch(() => undefined);
    await port?.close();
  }

  #open(options: EngineOptions): Promise<WorkerPort> {
    const opened = WorkerPort.open(options);
    const forget = () => {
      if (this.#opened === opened) this.#opened = undefined;
    };
    opened.then((port) => port.failed.then(forget), forget);
    return opened;
  }
}
