import type { Append, AppendResult } from '../../events/store.ts';
import type { Hits, Wanted } from '../../search/store.ts';
import { StorageError } from '../errors.ts';
import type { EngineOptions } from './engine.ts';
import { packBatch } from './packed-batch.ts';
import type { EraseStep, SqlitePort, SqlResult, SqlValue } from './port.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

interface Waiting {
  resolve: (reply: WorkerReply) => void;
  reject: (error: StorageError) => void;
}

/** An engine in a worker thread. What waits is bounded by the store's `UnderWay`. */
export class WorkerPort implements SqlitePort {
  readonly failed: Promise<StorageError>;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly #fail: (error: StorageError) => void;
  #ended: StorageError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    const { promise, resolve } = Promise.withResolvers<StorageError>();
    this.failed = promise;
    this.#fail = resolve;
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => this.#waiting.shift()?.resolve(data);
    this.#worker.onerror = (event) => this.#died(`its thread failed (${event.message})`);
    this.#worker.addEventListener('close', () => this.#died('its thread ended'));
  }

  /** `worker` runs `worker.ts`. */
  static async open(options: EngineOptions, worker = startWorker()): Promise<WorkerPort> {
    const port = new WorkerPort(worker);
    try {
      await port.#request({ kind: 'open', options });
      return port;
    } catch (error) {
      await port.close();
      throw error;
    }
  }

  async execute(sql: string, parameters: readonly SqlValue[]): Promise<SqlResult> {
    const reply = await this.#request({ kind: 'execute', sql, parameters });
    return reply.kind === 'result' ? reply.result : unexpected(reply);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    const packed = packBatch(batch);
    const moved = [packed.counts.buffer, packed.numbers.buffer, packed.bytes.buffer];
    const reply = await this.#request({ kind: 'append', batch: packed }, moved);
    return reply.kind === 'appended' ? reply.results : unexpected(reply);
  }

  async erase(step: EraseStep): Promise<number | 'busy'> {
    const reply = await this.#request({ kind: 'erase', step });
    return reply.kind === 'erased' ? reply.next : unexpected(reply);
  }

  index(limit: number): Promise<boolean> {
    return this.#step({ kind: 'index', limit });
  }

  tidy(): Promise<boolean> {
    return this.#step({ kind: 'tidy' });
  }

  async #step(request: WorkerRequest): Promise<boolean> {
    const reply = await this.#request(request);
    return reply.kind === 'stepped' ? reply.isMore : unexpected(reply);
  }

  async find(wanted: Wanted): Promise<Hits> {
    const reply = await this.#request({ kind: 'find', wanted });
    return reply.kind === 'found' ? reply.hits : unexpected(reply);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      if (this.#ended === undefined) await this.#request({ kind: 'close' });
    } finally {
      this.#end('it was closed');
      this.#worker.terminate();
    }
  }

  #request(request: WorkerRequest, moved: ArrayBuffer[] = []): Promise<WorkerReply> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<WorkerReply>();
    this.#waiting.push({ resolve, reject });
    this.#worker.postMessage(request, moved);
    return promise.then((reply) => {
      if (reply.kind === 'failed') throw new StorageError(reply.code, reply.detail);
      return reply;
    });
  }

  #died(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#fail(this.#end(reason));
  }

  /** Everything that waits learns that no reply will come; whether it was committed is unknown. */
  #end(reason: string): StorageError {
    const error = this.#ended ?? new StorageError('closed', `the database is not available: ${reason}`);
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    return error;
  }
}

const startWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url).href);

function unexpected(reply: WorkerReply): never {
  throw new StorageError('internal', `the database thread answered ${reply.kind} out of turn`);
}
