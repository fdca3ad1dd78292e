/**
 * A stand-in for TLS 1.3 in tests and the simulator: flights of the sizes that TLS has, keys that depend on both sides'
 * randomness and on every byte exchanged, and an end in failure when a byte was changed. It protects nothing.
 */
import type { Random } from '../../environment.ts';
import type { CryptoEngine, Exporter, StartTls, TlsEngine, TlsEvents } from '../engines.ts';

/** Bytes of each flight. */
export interface FlightSizes {
  clientHello: number;
  serverFlight: number;
  clientFinish: number;
  /** What the server says once it is complete, as session tickets do; 0 for nothing. */
  tickets: number;
}

/** X25519MLKEM768 and one certificate. */
export const FLIGHT_SIZES: FlightSizes = {
  clientHello: 1_420,
  serverFlight: 1_720,
  clientFinish: 64,
  tickets: 500,
};

export interface FakeTlsOptions {
  role: 'client' | 'server';
  crypto: Pick<CryptoEngine, 'hmacSha256' | 'sha256' | 'equal'>;
  random: Random;
  /** Runs the task after the call that is under way: at once then, or when virtual time says so. */
  later: (task: () => void) => void;
  /** Answers within `receive`, as an engine without threads may; else everything goes through `later`. */
  atOnce?: boolean;
  sizes?: Partial<FlightSizes>;
  /** What this side says is wrong with the other one, in place of its answer. */
  refuses?: string;
}

const HELLO = 1;
const FLIGHT = 2;
const TICKETS = 4;
const FINISH = 20;
const HEAD_BYTES = 4;
const RANDOM_BYTES = 32;
const MAC_BYTES = 32;
const MESSAGE_MAX_BYTES = 32_768;

export const fakeTls =
  (options: FakeTlsOptions): StartTls =>
  (events) =>
    new FakeTls(options, events);

class FakeTls implements TlsEngine {
  readonly #options: FakeTlsOptions;
  readonly #sizes: FlightSizes;
  readonly #events: TlsEvents;
  /** Every message so far, of both sides. */
  #transcript: Uint8Array = EMPTY;
  #unread: Uint8Array = EMPTY;
  #own: Uint8Array = EMPTY;
  #secret: Uint8Array | undefined;
  #ended = false;

  constructor(options: FakeTlsOptions, events: TlsEvents) {
    this.#options = options;
    this.#sizes = { ...FLIGHT_SIZES, ...options.sizes };
    this.#events = events;
    if (options.role === 'client') this.#run(() => this.#hello());
  }

  receive(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.#run(() => this.#read(copy));
  }

  close(): void {
    this.#ended = true;
  }

  #run(task: () => void): void {
    if (this.#options.atOnce === true) {
      if (!this.#ended) task();
    } else this.#afterwards(task);
  }

  #afterwards(task: () => void): void {
    this.#options.later(() => {
      if (!this.#ended) task();
    });
  }

  #read(bytes: Uint8Array): void {
    this.#unread = joined(this.#unread, bytes);
    while (!this.#ended && this.#unread.length >= HEAD_BYTES) {
      const [type = 0, high = 0, middle = 0, low = 0] = this.#unread;
      const length = HEAD_BYTES + (high << 16) + (middle << 8) + low;
      if (length <= MESSAGE_MAX_BYTES && this.#unread.length < length) return;
      const message = this.#unread.slice(0, length);
      this.#unread = this.#unread.slice(length);
      const problem = length > MESSAGE_MAX_BYTES ? `${length} bytes` : this.#message(type, message);
      if (problem === undefined) continue;
      this.#ended = true;
      this.#events.failed(problem);
    }
  }

  /** Returns what is wrong with it. */
  #message(type: number, message: Uint8Array): string | undefined {
    const { role, refuses } = this.#options;
    if (refuses !== undefined) return refuses;
    const isAgreed = this.#secret !== undefined;
    if (role === 'server' && type === HELLO && !isAgreed) return this.#answer(message);
    if (role === 'server' && type === FINISH && isAgreed) return this.#finished(message);
    if (role === 'client' && type === FLIGHT && !isAgreed) return this.#finish(message);
    return role === 'client' && type === TICKETS && isAgreed ? undefined : `unexpected message ${type}`;
  }

  #hello(): void {
    this.#own = this.#options.random.bytes(RANDOM_BYTES);
    this.#output(message(HELLO, this.#own, this.#sizes.clientHello));
  }

  /** The server's answer to the hello. */
  #answer(hello: Uint8Array): string | undefined {
    if (hello.length < HEAD_BYTES + RANDOM_BYTES) return 'a short hello';
    this.#transcript = hello;
    this.#own = this.#options.random.bytes(RANDOM_BYTES);
    this.#agree(randomOf(hello), this.#own);
    this.#output(this.#signed(message(FLIGHT, this.#own, this.#sizes.serverFlight)));
    return undefined;
  }

  /** The client's answer to the server's flight; the client is complete then. */
  #finish(flight: Uint8Array): string | undefined {
    if (flight.length < HEAD_BYTES + RANDOM_BYTES + MAC_BYTES) return 'a short flight';
    this.#agree(this.#own, randomOf(flight));
    if (!this.#authentic(flight)) return 'the flight was changed';
    const exporter = this.#exporter();
    this.#output(this.#signed(message(FINISH, EMPTY, this.#sizes.clientFinish)));
    this.#afterwards(() => this.#events.complete(exporter));
    return undefined;
  }

  #finished(finish: Uint8Array): string | undefined {
    const exporter = this.#exporter();
    if (finish.length < HEAD_BYTES + MAC_BYTES || !this.#authentic(finish)) return 'the finish was changed';
    this.#afterwards(() => {
      this.#events.complete(exporter);
      const { tickets } = this.#sizes;
      if (tickets > 0 && !this.#ended) this.#events.output(message(TICKETS, EMPTY, tickets));
    });
    return undefined;
  }

  #agree(client: Uint8Array, server: Uint8Array): void {
    this.#secret = this.#options.crypto.hmacSha256(joined(client, server), KEY);
  }

  #mac(data: Uint8Array): Uint8Array {
    const { crypto } = this.#options;
    return crypto.hmacSha256(this.#secret ?? EMPTY, crypto.sha256(data));
  }

  /** Puts the code over everything so far into the last bytes of `bytes`. */
  #signed(bytes: Uint8Array): Uint8Array {
    const end = bytes.length - MAC_BYTES;
    bytes.set(this.#mac(joined(this.#transcript, bytes.subarray(0, end))), end);
    return bytes;
  }

  #authentic(bytes: Uint8Array): boolean {
    const end = bytes.length - MAC_BYTES;
    const expected = this.#mac(joined(this.#transcript, bytes.subarray(0, end)));
    this.#transcript = joined(this.#transcript, bytes);
    return this.#options.crypto.equal(expected, bytes.subarray(end));
  }

  #output(bytes: Uint8Array): void {
    this.#transcript = joined(this.#transcript, bytes);
    this.#events.output(bytes);
  }

  #exporter(): Exporter {
    const { hmacSha256 } = this.#options.crypto;
    const master = this.#mac(this.#transcript);
    return (bytes, label, context = EMPTY) => {
      const about = joined(new TextEncoder().encode(`${label}\0`), context);
      const exported = new Uint8Array(bytes);
      for (let at = 0; at < bytes; at += MAC_BYTES) {
        const block = hmacSha256(master, joined(about, Uint8Array.of(at / MAC_BYTES)));
        exported.set(block.subarray(0, Math.min(MAC_BYTES, bytes - at)), at);
      }
      return exported;
    };
  }
}

function message(type: number, random: Uint8Array, bytes: number): Uint8Array {
  const whole = new Uint8Array(Math.max(bytes, HEAD_BYTES + random.length + MAC_BYTES));
  const length = whole.length - HEAD_BYTES;
  whole.set([type, length >>> 16, (length >>> 8) & 0xff, length & 0xff]);
  whole.set(random, HEAD_BYTES);
  return whole;
}

const randomOf = (bytes: Uint8Array): Uint8Array => bytes.slice(HEAD_BYTES, HEAD_BYTES + RANDOM_BYTES);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

const EMPTY = new Uint8Array(0);
/** "fake". */
const KEY = Uint8Array.of(0x66, 0x61, 0x6b, 0x65);
