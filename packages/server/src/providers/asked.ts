/** The end of `thread.ts` that asks: in the thread, without knowing that it is one. */
import { type OpenProvider, ProviderError } from '../assistants/provider.ts';
import type { FromThread, Told, ToThread } from './thread-messages.ts';

/** What comes within this time is told together: it costs the server's thread one turn, however many pieces come. */
const GATHER_MS = 25;

export class AskedProviders {
  readonly #open: OpenProvider;
  readonly #tell: (batch: FromThread) => void;
  readonly #asked = new Map<number, AbortController>();
  #batch: Told[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(open: OpenProvider, tell: (batch: FromThread) => void) {
    this.#open = open;
    this.#tell = tell;
  }

  heard(message: Exclude<ToThread, { kind: 'begin' }>): void {
    switch (message.kind) {
      case 'ask':
        void this.#ask(message);
        return;
      case 'leave':
        this.#asked.get(message.id)?.abort();
    }
  }

  async #ask({ id, access, request }: ToThread & { kind: 'ask' }): Promise<void> {
    const controller = new AbortController();
    this.#asked.set(id, controller);
    const { signal } = controller;
    try {
      for await (const what of this.#open(access).stream(request, signal)) this.#add({ id, what });
    } catch (error) {
      if (!signal.aborted) this.#add({ id, what: failure(error) });
    } finally {
      this.#asked.delete(id);
    }
  }

  /** Text that follows text of the same answer is one piece. */
  #add(told: Told): void {
    const last = this.#batch.at(-1);
    if (last?.id === told.id && last.what.kind === 'text' && told.what.kind === 'text')
      last.what = { kind: 'text', text: last.what.text + told.what.text };
    else this.#batch.push(told);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const batch = this.#batch;
      this.#batch = [];
      this.#tell(batch);
    }, GATHER_MS);
  }
}

function failure(error: unknown): Told['what'] {
  if (error instanceof ProviderError) {
    const { fault, message, retryAfterMs } = error;
    return { kind: 'failed', fault, message, retryAfterMs };
  }
  // What it says may be anybody's.
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: 'failed', fault: 'malformed', message: `a defect (${name})`, retryAfterMs: undefined };
}
