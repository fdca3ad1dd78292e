/** The transports that there are, best first, and which of them are worth trying [PATH-1]. */

export class Ranking {
  readonly #order: readonly string[];
  /** As the server names them; empty until it has. */
  #offered: ReadonlySet<string> = new Set();
  #chosen: string | undefined;

  constructor(order: readonly string[]) {
    this.#order = order;
  }

  offered(transports: readonly string[]): void {
    this.#offered = new Set(transports);
  }

  /** By a person [PATH-14]: that one alone, which is best then. undefined: none. */
  choose(transport: string | undefined): void {
    this.#chosen = transport;
  }

  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** `proven` works, or did a moment ago, whatever the server says. A list that names nothing of ours says nothing. */
  worthTrying(proven: string | undefined): readonly string[] {
    return this.#chosen === undefined ? this.available(proven) : [this.#chosen];
  }

  /** As `worthTrying`, whatever was chosen. */
  available(proven: string | undefined): readonly string[] {
    if (this.#offered.size === 0) return this.#order;
    const wanted = this.#order.filter((transport) => this.#offered.has(transport) || transport === proven);
    return wanted.length === 0 ? this.#order : wanted;
  }

  isBest(transport: string): boolean {
    return (this.#chosen ?? this.#order[0]) === transport;
  }

  isBetter(transport: string, than: string): boolean {
    return this.compare(transport, than) < 0;
  }

  /** For sorting, best first. */
  compare(one: string, other: string): number {
    return this.#rank(one) - this.#rank(other);
  }

  #rank(transport: string): number {
    return transport === this.#chosen ? -1 : this.#order.indexOf(transport);
  }
}
