/** What is under way, until it is done, its owner calls it off, or the client stops. */
export interface Life {
  signal: AbortSignal;
  /** With a reason it is called off; else it is done, and nothing calls it off any more. */
  end(reason?: unknown): void;
}

export class Lives {
  readonly #running = new Set<Life>();

  begin(owner: AbortSignal | undefined): Life {
    owner?.throwIfAborted();
    const controller = new AbortController();
    const abort = () => life.end(owner?.reason);
    const life: Life = {
      signal: controller.signal,
      end: (reason) => {
        this.#running.delete(life);
        owner?.removeEventListener('abort', abort);
        if (reason !== undefined) controller.abort(reason);
      },
    };
    owner?.addEventListener('abort', abort, { once: true });
    this.#running.add(life);
    return life;
  }

  endAll(reason: Error): void {
    for (const life of [...this.#running]) life.end(reason);
  }
}
