import { isWildcard, localAddresses } from './local-addresses.ts';

/** [SOCKET-2] */
const RECHECK_MS = 10_000;
/** For a port that is free on all addresses. */
const ATTEMPTS_MAX = 20;

export interface FollowingOptions {
  hostname: string;
  /** 0 takes one that is free on all addresses. */
  port: number;
  /** Listens on one address and returns the port. Rejects with the runtime's error. */
  open: (address: string, port: number) => Promise<number>;
  close: (address: string) => void;
  addresses?: () => string[];
}

/** Listens on each local address behind a wildcard, all on one port, and follows the machine's addresses [SOCKET-2]. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #addresses: () => string[];
  readonly #open = new Set<string>();
  #port: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isChecking = false;
  #isStopped = false;

  constructor(options: FollowingOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#addresses = options.addresses ?? (() => localAddresses(options.hostname));
  }

  get port(): number {
    return this.#port;
  }

  /** Rejects with the runtime's error when one of the addresses cannot be had. */
  async open(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        for (const address of this.#addresses()) await this.#add(address);
        break;
      } catch (error) {
        for (const address of [...this.#open]) this.#drop(address);
        this.#port = this.#options.port;
        if (this.#port !== 0 || attempt === ATTEMPTS_MAX) throw error;
      }
    }
    if (isWildcard(this.#options.hostname)) this.#timer = setInterval(() => this.check(), RECHECK_MS);
  }

  /** Follows the machine's addresses. One that cannot be had yet is asked for again the next time. */
  async check(): Promise<void> {
    if (this.#isChecking || this.#isStopped) return;
    this.#isChecking = true;
    try {
      await this.#follow(this.#addresses());
    } catch {
      // The system does not tell them now: it may be out of file descriptors.
    } finally {
      this.#isChecking = false;
    }
  }

  /** What is open stays so. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #follow(wanted: readonly string[]): Promise<void> {
    const had = [...this.#open];
    for (const address of had) if (!wanted.includes(address)) this.#drop(address);
    for (const address of wanted) if (!had.includes(address)) await this.#add(address).catch(() => {});
  }

  async #add(address: string): Promise<void> {
    this.#port = await this.#options.open(address, this.#port);
    this.#open.add(address);
    if (this.#isStopped) this.#drop(address);
  }

  #drop(address: string): void {
    this.#open.delete(address);
    this.#options.close(address);
  }
}
