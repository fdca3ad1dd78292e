import type { UdpDriver } from './driver.ts';
import { isWildcard, localAddresses } from './local-addresses.ts';

/** [SOCKET-2] */
const RECHECK_MS = 10_000;
/** For a port that is free on all addresses. */
const ATTEMPTS_MAX = 20;

export interface SocketsOptions {
  hostname: string;
  /** 0 takes one that is free on all addresses. */
  port: number;
  driver: UdpDriver;
  /** Whether the endpoint gets a datagram. */
  accepts: (datagram: Uint8Array) => boolean;
  addresses?: () => string[];
}

/** A server's sockets: one for each local address behind a wildcard, all on one port [SOCKET-2]. Their label is the address. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #addresses: () => string[];
  #port: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isChecking = false;
  #isStopped = false;

  constructor(options: SocketsOptions) {
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
        this.#options.driver.closeAll();
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

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #follow(wanted: readonly string[]): Promise<void> {
    const { driver } = this.#options;
    const had = [...driver.labels];
    for (const address of had) if (!wanted.includes(address)) driver.close(address);
    for (const address of wanted) if (!had.includes(address)) await this.#add(address).catch(() => {});
  }

  async #add(address: string): Promise<void> {
    const { driver, accepts } = this.#options;
    const { port } = await driver.open(address, { address, port: this.#port, accepts });
    this.#port = port;
    if (this.#isStopped) driver.close(address);
  }
}
