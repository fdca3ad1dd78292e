interface Account {
  received: number;
  sent: number;
  /** Somebody who really gets what is sent there has said so: see `validate`. */
  validated: boolean;
}

const AMPLIFICATION_MAX = 3;

/**
 * Counts what comes from and goes to each address, on the wire, and knows which addresses can have been validated at all: those at
 * which a client had been reached before it sent something that arrived. What the core believes does not matter here.
 */
export class Watch {
  readonly #accounts = new Map<string, Account>();
  readonly #problems: string[];
  /** The most that was sent to an address that was not validated, in parts of what came from there. */
  worst = 0;
  /** Addresses remembered; beyond it the oldest that are not validated are forgotten. */
  keptMax = Number.POSITIVE_INFINITY;

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  /** The server has forgotten everything. */
  forget(): void {
    this.#accounts.clear();
  }

  received(address: string, bytes: number): void {
    this.#account(address).received += bytes;
  }

  validate(address: string): void {
    this.#account(address).validated = true;
  }

  sent(address: string, bytes: number): void {
    const account = this.#account(address);
    account.sent += bytes;
    if (account.validated) return;
    const ratio = account.sent / account.received;
    this.worst = Math.max(this.worst, ratio);
    if (!(ratio <= AMPLIFICATION_MAX))
      this.#problems.push(
        `${account.sent} bytes to ${address}, not validated, of which came ${account.received}`,
      );
  }

  #account(address: string): Account {
    let account = this.#accounts.get(address);
    if (account === undefined) {
      account = { received: 0, sent: 0, validated: false };
      this.#accounts.set(address, account);
      if (this.#accounts.size > this.keptMax) this.#forgetOldest();
    }
    return account;
  }

  #forgetOldest(): void {
    for (const [address, { validated }] of this.#accounts) {
      if (validated) continue;
      this.#accounts.delete(address);
      return;
    }
  }
}
