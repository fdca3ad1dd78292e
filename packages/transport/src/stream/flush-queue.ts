interface Flushable {
  flush(): void;
}

/** Connections with something to do at the end of this tick: one scheduled task for all of them. */
export class FlushQueue {
  #waiting: Flushable[] = [];
  readonly #schedule: (task: () => void) => void;

  /** `schedule` runs a task soon, never at once. */
  constructor(schedule: (task: () => void) => void) {
    this.#schedule = schedule;
  }

  /** The caller adds itself once a flush. */
  add(item: Flushable): void {
    if (this.#waiting.push(item) === 1) this.#schedule(this.#run);
  }

  #run = (): void => {
    const batch = this.#waiting;
    this.#waiting = [];
    let done = 0;
    try {
      for (const item of batch) {
        done += 1;
        item.flush();
      }
    } finally {
      // A handler that throws is a defect of its own connection; the others are still served.
      for (const item of batch.slice(done)) this.add(item);
    }
  };
}
