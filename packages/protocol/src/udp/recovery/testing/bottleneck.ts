/** Senders of endless data that share one queue, under virtual time: how recovery behaves in a closed loop. */
import { seeded } from '../../../testing/mutate.ts';
import { DATAGRAM_MAX_BYTES } from '../../constants.ts';
import type { AckRange } from '../../wire/ack.ts';
import { ReceivedPackets } from '../received.ts';
import { Recovery } from '../recovery.ts';

export interface BottleneckOptions {
  bitsPerSecond: number;
  /** Both ways together, with an empty queue. */
  roundTripMs: number;
  queueBytes: number;
  /** Of the packets of data, beside what the queue drops. */
  loss?: number;
  /** When each sender begins. */
  startsAt: readonly number[];
  /** Timers of senders fire at multiples of this. */
  timerMs?: number;
  seed?: number;
}

interface Task {
  at: number;
  order: number;
  run: () => void;
}

export class Bottleneck {
  readonly flows: Flow[];
  readonly #options: BottleneckOptions;
  readonly #random: (below: number) => number;
  readonly #tasks: Task[] = [];
  #order = 0;
  #queued = 0;
  #freeAt = 0;
  now = 0;
  queuedMax = 0;
  dropped = 0;

  constructor(options: BottleneckOptions) {
    this.#options = options;
    this.#random = seeded(options.seed ?? 1);
    this.flows = options.startsAt.map((at) => {
      const flow = new Flow(this, options.timerMs ?? 0);
      this.after(at, () => flow.start());
      return flow;
    });
  }

  after(delayMs: number, run: () => void): void {
    const task = { at: this.now + delayMs, order: this.#order++, run };
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#tasks[middle];
      if (other !== undefined && (other.at > task.at || (other.at === task.at && other.order > task.order)))
        low = middle + 1;
      else high = middle;
    }
    this.#tasks.splice(low, 0, task);
  }

  run(untilMs: number): void {
    for (let task = this.#tasks.at(-1); task !== undefined && task.at <= untilMs; task = this.#tasks.at(-1)) {
      this.#tasks.pop();
      this.now = task.at;
      task.run();
    }
    this.now = untilMs;
  }

  /** A packet of data: through the queue, then half a round trip. */
  carry(bytes: number, arrive: () => void): void {
    const { bitsPerSecond, queueBytes, loss = 0, roundTripMs } = this.#options;
    if (this.#queued + bytes > queueBytes) {
      this.dropped += 1;
      return;
    }
    this.#queued += bytes;
    this.queuedMax = Math.max(this.queuedMax, this.#queued);
    this.#freeAt = Math.max(this.#freeAt, this.now) + (bytes * 8_000) / bitsPerSecond;
    const lost = this.#random(1e9) < loss * 1e9;
    this.after(this.#freeAt - this.now, () => {
      this.#queued -= bytes;
      if (!lost) this.after(roundTripMs / 2, arrive);
    });
  }

  /** An ack: half a round trip, never lost. */
  answer(arrive: () => void): void {
    this.after(this.#options.roundTripMs / 2, arrive);
  }
}

export class Flow {
  readonly recovery: Recovery;
  readonly #received = new ReceivedPackets();
  readonly #net: Bottleneck;
  readonly #timerMs: number;
  #wakeAt = Number.POSITIVE_INFINITY;
  #probes = 0;
  deliveredBytes = 0;
  wakes = 0;

  constructor(net: Bottleneck, timerMs: number) {
    this.#net = net;
    this.#timerMs = timerMs;
    this.recovery = new Recovery(0);
    this.recovery.discard('handshake');
    this.recovery.handshakeConfirmed = true;
  }

  start(): void {
    this.#drive();
  }

  /** Everything that may leave, then a timer for what comes next. */
  #drive(): void {
    const { recovery } = this;
    const { now } = this.#net;
    while (recovery.deadline() <= now) this.#probes += recovery.expire(now).probes;
    while (this.#probes > 0 || recovery.sendableAt(now, DATAGRAM_MAX_BYTES) <= now) {
      this.#probes = Math.max(0, this.#probes - 1);
      this.#send(now);
    }
    const next = Math.min(recovery.deadline(), recovery.sendableAt(now, DATAGRAM_MAX_BYTES));
    const at = this.#timerMs > 0 ? Math.ceil(next / this.#timerMs) * this.#timerMs : next;
    if (at === Number.POSITIVE_INFINITY || at === this.#wakeAt) return;
    this.#wakeAt = at;
    this.#net.after(at - now, () => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.wakes += 1;
      this.#drive();
    });
  }

  #send(now: number): void {
    const number = this.recovery.nextNumber('connection');
    const bytes = DATAGRAM_MAX_BYTES;
    const packet = { number, sentAt: now, bytes, eliciting: true, inFlight: true, path: 0, carried: [] };
    this.recovery.sent('connection', packet);
    this.#net.carry(bytes, () => this.#arrived(number, bytes));
  }

  #arrived(number: number, bytes: number): void {
    this.deliveredBytes += bytes;
    this.#received.received(this.#net.now, number, true, false);
    const due = this.#received.deadline();
    if (due <= this.#net.now) this.#acknowledge();
    else
      this.#net.after(due - this.#net.now, () => {
        if (this.#received.deadline() <= this.#net.now) this.#acknowledge();
      });
  }

  #acknowledge(): void {
    const ack = this.#received.ack(this.#net.now);
    if (ack === undefined) return;
    this.#net.answer(() => this.#acked(ack.ranges, ack.delayMs));
  }

  #acked(ranges: readonly AckRange[], delayMs: number): void {
    this.recovery.acknowledged(this.#net.now, 'connection', ranges, delayMs);
    this.#drive();
  }
}
