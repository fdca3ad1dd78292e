/**
 * Group commit: while one commit runs the next batch gathers; there is no timer. What is alone waits for nobody, and
 * under load the cost of reaching the disk is shared.
 */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

/** Items of one commit: enough that its cost is spread, few enough that nobody waits long. */
const BATCH_MAX = 2_000;
/** What one commit holds twice while it is handed to storage: what is more waits for the next. */
const BATCH_MAX_BYTES = 16 * 1024 * 1024;

export interface GroupCommitOptions<Item, Result> {
  /** Gives one result for each item, in order, once all are durable; rejects when none is. */
  commit: (batch: readonly Item[]) => Promise<readonly Result[]>;
  /** What an item costs while it waits, in bytes. */
  weigh: (item: Item) => number;
  /** Beyond this the server says that it is busy instead of letting memory grow. */
  maxBytes: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #gathered: Waiting<Item, Result>[] = [];
  /** Of all that is gathered or being committed. */
  #bytes = 0;
  #running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  add(item: Item): Promise<Result> {
    const bytes = this.#options.weigh(item);
    if (this.#bytes + bytes > this.#options.maxBytes) {
      return Promise.reject(new SottoError(ErrorCode.RATE_LIMITED, 'the server is busy', 1_000));
    }
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#gathered.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** What waits for the next commit, and the bytes of that and of what is being committed. */
  get waiting(): { items: number; bytes: number } {
    return { items: this.#gathered.length, bytes: this.#bytes };
  }

  /** Resolves when everything gathered so far is durable or has failed. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // One turn of the microtask queue, so that what arrived together is committed together.
    await Promise.resolve();
    while (this.#gathered.length > 0) await this.#settle(this.#gathered.splice(0, this.#fitting()));
    this.#running = undefined;
  }

  /** How many of what is gathered one commit takes: at least one. */
  #fitting(): number {
    let bytes = 0;
    const tooMany = this.#gathered.findIndex(({ item }, index) => {
      bytes += this.#options.weigh(item);
      return index === BATCH_MAX || (bytes > BATCH_MAX_BYTES && index > 0);
    });
    return tooMany === -1 ? this.#gathered.length : tooMany;
  }

  async #settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ item }) => item));
      if (results.length !== batch.length)
        throw new Error(`${results.length} results for ${batch.length} items`);
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      for (const { item } of batch) this.#bytes -= this.#options.weigh(item);
    }
  }
}
