/**
 * Group commit [LOG-5]: while one commit runs the next batch gathers; there is no timer. An append is resolved only
 * after its commit is durable.
 */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Append, AppendResult, EventStore } from './store.ts';

/** Appends of one commit: enough that the commit's cost is spread, few enough that nobody waits long. */
const BATCH_MAX_APPENDS = 2_000;
/** Beyond this the server says it is busy instead of letting memory grow. */
const GATHERED_MAX_APPENDS = 50_000;

interface Waiting {
  append: Append;
  resolve: (result: AppendResult) => void;
  reject: (error: unknown) => void;
}

export interface Committed {
  append: Append;
  result: AppendResult;
}

export class Committer {
  readonly #store: Pick<EventStore, 'append'>;
  readonly #committed: (batch: readonly Committed[]) => void;
  #gathered: Waiting[] = [];
  #running: Promise<void> | undefined;

  /** `committed` is called with each durable batch, before its appends resolve. */
  constructor(store: Pick<EventStore, 'append'>, committed: (batch: readonly Committed[]) => void) {
    this.#store = store;
    this.#committed = committed;
  }

  append(append: Append): Promise<AppendResult> {
    if (this.#gathered.length >= GATHERED_MAX_APPENDS) {
      return Promise.reject(new SottoError(ErrorCode.RATE_LIMITED, 'the log is busy', 1_000));
    }
    return new Promise((resolve, reject) => {
      this.#gathered.push({ append, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything gathered so far is durable or has failed. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // One turn of the microtask queue, so that what arrived together is committed together.
    await Promise.resolve();
    while (this.#gathered.length > 0) {
      const batch = this.#gathered.splice(0, BATCH_MAX_APPENDS);
      await this.#commit(batch);
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    let results: readonly AppendResult[];
    try {
      results = await this.#store.append(batch.map(({ append }) => append));
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    const committed: Committed[] = [];
    for (const [index, { append }] of batch.entries()) {
      const result = results[index];
      if (result !== undefined) committed.push({ append, result });
    }
    this.#committed(committed);
    for (const [index, { resolve, reject }] of batch.entries()) {
      const result = results[index];
      if (result === undefined) reject(new Error('storage gave no result for an append'));
      else resolve(result);
    }
  }
}
