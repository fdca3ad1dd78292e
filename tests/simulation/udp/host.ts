import type { EventQueue } from '@sotto/protocol/testing';
import type { UdpEndpoint } from '@sotto/protocol/udp';

/** Looks at the clock without time going on: more than this at one instant is a loop that never ends. */
const SPIN_MAX = 100;

export interface HostOptions {
  queue: EventQueue;
  create: (wake: () => void) => UdpEndpoint;
  send: (path: string, datagram: Uint8Array) => void;
  /** How much later than asked for timers fire and wishes to send are met. */
  slackMs: number;
  /** What is wrong for good: an exception, or an endpoint that never rests. */
  problem: (what: string) => void;
}

/** Drives an endpoint under virtual time, as the sockets of the adapter do. */
export class Host {
  readonly endpoint: UdpEndpoint;
  readonly #options: HostOptions;
  #stopped = false;
  /** The earliest timer that is set. */
  #armedAt = Number.POSITIVE_INFINITY;
  #transmitting = false;
  #spins = 0;
  #spunAt = 0;

  constructor(options: HostOptions) {
    this.#options = options;
    this.endpoint = options.create(() => this.#wake());
  }

  receive(datagram: Uint8Array, path: string): void {
    this.#guarded(() => {
      this.endpoint.receive(this.#options.queue.now, datagram, path);
      // The memory is the socket's again.
      datagram.fill(0xee);
    });
    this.#wake();
  }

  /** Runs `call`, which calls the endpoint or one of its connections. */
  do(call: () => void): void {
    this.#guarded(call);
  }

  /** No call reaches it any more, as after a crash. */
  stop(): void {
    this.#stopped = true;
  }

  #wake(): void {
    if (this.#transmitting || this.#stopped) return;
    this.#transmitting = true;
    const { queue, slackMs } = this.#options;
    queue.after(slackMs, () => {
      this.#transmitting = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { queue, send } = this.#options;
    this.#guarded(() => {
      this.endpoint.transmit(queue.now, ({ datagram, path }) => send(path, datagram));
      const due = this.endpoint.deadline();
      if (Number.isNaN(due)) throw new Error('the deadline is NaN');
      if (due < this.#armedAt) this.#arm(due);
    });
  }

  #arm(due: number): void {
    const { queue, slackMs } = this.#options;
    this.#armedAt = due;
    if (due === Number.POSITIVE_INFINITY) return;
    queue.at(Math.max(due, queue.now) + slackMs, () => {
      // An earlier one has been set since, and has looked after this.
      if (this.#stopped || this.#armedAt !== due) return;
      this.#armedAt = Number.POSITIVE_INFINITY;
      this.#expire();
    });
  }

  #expire(): void {
    const { queue } = this.#options;
    if (this.#spunAt !== queue.now) this.#spins = 0;
    this.#spunAt = queue.now;
    if (++this.#spins > SPIN_MAX) {
      this.#fail(`the deadline stays at ${this.endpoint.deadline() - queue.now} ms from now`);
      return;
    }
    this.#guarded(() => {
      if (this.endpoint.deadline() <= queue.now) this.endpoint.expire(queue.now);
    });
    this.#flush();
  }

  #guarded(call: () => void): void {
    if (this.#stopped) return;
    try {
      call();
    } catch (error) {
      this.#fail(error instanceof Error ? `${error.stack}` : `${error}`);
    }
  }

  #fail(what: string): void {
    this.#stopped = true;
    this.#options.problem(what);
  }
}
