/**
 * Providers in a thread of their own, so that reading fifty answers at once keeps no message waiting. The thread begins with
 * the first question, and anew after it failed.
 */
import {
  type OpenProvider,
  type ProviderAccess,
  ProviderError,
  type ProviderPart,
  type ProviderRequest,
} from '../assistants/provider.ts';
import type { FromThread, Told, ToThread } from './thread-messages.ts';

export class ProviderThread {
  readonly #privateHosts: readonly string[];
  readonly #start: () => Worker;
  readonly #asked = new Map<number, Inbox>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** `start` gives what runs `worker.ts`. */
  constructor(privateHosts: readonly string[], start: () => Worker = startWorker) {
    this.#privateHosts = privateHosts;
    this.#start = start;
  }

  readonly open: OpenProvider = (access) => ({
    stream: (request, signal) => this.#stream(access, request, signal),
  });

  /** Whoever still waits is told that it failed. */
  stop(): void {
    this.#ended('the server stops');
  }

  async *#stream(
    access: ProviderAccess,
    request: ProviderRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderPart> {
    signal.throwIfAborted();
    const id = ++this.#lastId;
    const inbox = new Inbox();
    const abort = () => inbox.fail(signal.reason);
    this.#asked.set(id, inbox);
    signal.addEventListener('abort', abort);
    try {
      this.#tell({ kind: 'ask', id, access, request });
      for (;;) {
        const part = await inbox.take();
        yield part;
        if (part.kind === 'end') return;
      }
    } finally {
      signal.removeEventListener('abort', abort);
      if (this.#asked.delete(id)) this.#worker?.postMessage({ kind: 'leave', id } satisfies ToThread);
    }
  }

  #tell(message: ToThread): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(message);
  }

  #begin(): Worker {
    const worker = this.#start();
    const isOver = (detail: string) => {
      if (this.#worker === worker) this.#ended(detail);
    };
    worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
      for (const { id, what } of data) this.#asked.get(id)?.put(what);
    };
    worker.onerror = () => isOver('its thread failed');
    worker.addEventListener('close', () => isOver('its thread ended'));
    worker.postMessage({ kind: 'begin', privateHosts: this.#privateHosts } satisfies ToThread);
    return worker;
  }

  #ended(detail: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.terminate();
    for (const inbox of this.#asked.values()) inbox.fail(new ProviderError('failed', detail));
    this.#asked.clear();
  }
}

/** What came for one question, for one reader. */
class Inbox {
  readonly #told: Told['what'][] = [];
  #failure: { reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  put(what: Told['what']): void {
    this.#told.push(what);
    this.#wake?.();
  }

  /** At once, whatever else came. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake?.();
  }

  async take(): Promise<ProviderPart> {
    while (this.#failure === undefined && this.#told.length === 0)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure !== undefined) throw this.#failure.reason;
    const what = this.#told.shift();
    if (what === undefined) throw new ProviderError('malformed', 'nothing came');
    if (what.kind === 'failed') throw new ProviderError(what.fault, what.message, what.retryAfterMs);
    return what;
  }
}

const startWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url).href);
