interface Underway {
  /** The rooms it went to; undefined until the server took it. */
  copies: number | undefined;
  arrived: number;
  shown: boolean;
}

/**
 * The messages of this run, from the moment they are sent until they came back as events: in a terminal they were
 * shown when typed and are not shown again, in a pipe the last ones are waited for before leaving.
 */
export class OwnMessages {
  readonly #underway = new Map<string, Underway>();
  #idle: (() => void)[] = [];

  /** `shown`: it stands there already, as it was typed. */
  sending(clientMessageId: string, shown: boolean): void {
    this.#underway.set(clientMessageId, { copies: undefined, arrived: 0, shown });
  }

  /** The server took it, into so many rooms; 0 when it was refused. */
  settled(clientMessageId: string, copies: number): void {
    const message = this.#underway.get(clientMessageId);
    if (message === undefined) return;
    message.copies = copies;
    this.#check(clientMessageId, message);
  }

  /** One of its events came. Whether it stands there already. */
  arrived(clientMessageId: string): boolean {
    const message = this.#underway.get(clientMessageId);
    if (message === undefined) return false;
    message.arrived += 1;
    this.#check(clientMessageId, message);
    return message.shown;
  }

  /** Resolves when all have come back, or `signal` says that it is enough. */
  allArrived(signal: AbortSignal): Promise<void> {
    if (this.#underway.size === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #check(id: string, { copies, arrived }: Underway): void {
    if (copies === undefined || arrived < copies) return;
    this.#underway.delete(id);
    if (this.#underway.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
