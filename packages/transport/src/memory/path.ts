/** What some connections of a memory network have in common: the stretch between one client, or all, and the server. */
export type Direction = 'toServer' | 'toClient';

/** One direction of it. Whatever comes to it while it is shut waits there, and passes in the same order once it opens. */
export class Gate {
  #shut = false;
  readonly #waiting = new Set<() => void>();

  get shut(): boolean {
    return this.#shut;
  }

  /** Calls `proceed` when it opens, once. */
  wait(proceed: () => void): void {
    this.#waiting.add(proceed);
  }

  shutIt(): void {
    this.#shut = true;
  }

  open(): void {
    this.#shut = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const proceed of waiting) proceed();
  }
}

/**
 * While it is held nothing passes, neither bytes nor the end of a connection, and nobody is told; when it is let go everything
 * arrives late and in order, as over TCP, which sends again for minutes. `vanish` is for what never arrives.
 */
export class MemoryPath {
  readonly gates: Readonly<Record<Direction, Gate>> = { toServer: new Gate(), toClient: new Gate() };

  hold(direction?: Direction): void {
    for (const gate of this.#of(direction)) gate.shutIt();
  }

  release(direction?: Direction): void {
    for (const gate of this.#of(direction)) gate.open();
  }

  #of(direction: Direction | undefined): Gate[] {
    return direction === undefined ? Object.values(this.gates) : [this.gates[direction]];
  }
}
