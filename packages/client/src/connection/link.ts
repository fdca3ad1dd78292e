/**
 * One negotiated connection: drives the pure ClientSession over a transport's Connection. Requests become promises,
 * the session's deadline becomes one timer, and whatever ends the connection is told once, by `closed`.
 */
import {
  type Binding,
  BODY_MAX_BYTES,
  ClientSession,
  type ClientStep,
  type Clock,
  type FrameFields,
  type FrameMessage,
  type NoticeName,
  PROTOCOL_VERSIONS,
  type Push,
  type ReplyName,
  type RequestName,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { CloseReason, Connection, ConnectionEvents } from '@sotto/transport';
import { NotConnected } from '../errors.ts';
import { LATE_TIMER_MS } from '../paths/policy.ts';
import { Watch } from '../paths/watch.ts';

const TRANSFERS: ReadonlySet<NoticeName> = new Set(['fileData', 'fileProgress']);

interface Waiter {
  resolve(message: unknown): void;
  reject(error: unknown): void;
}

export class Link {
  readonly connection: Connection;
  /** Resolves with the reason when the connection is over. */
  readonly closed: Promise<Error>;
  /** Gets what the server sends of its own accord. */
  onPush: (push: Push) => void = () => {};
  /** Told when nothing is heard any more although something should be, and when it is again [PATH-4]. */
  onSilence: (isSilent: boolean) => void = () => {};
  readonly #clock: Clock;
  readonly #session: ClientSession;
  readonly #watch: Watch;
  readonly #waiting = new Map<number, Waiter>();
  readonly #welcome = Promise.withResolvers<FrameMessage<'welcome'>>();
  readonly #end: (error: Error) => void;
  #pings: PromiseWithResolvers<number>[] = [];
  #ended: Error | undefined;
  /** When the timer comes. */
  #armedFor = Number.POSITIVE_INFINITY;
  #cancelTimer = () => {};
  #settled: (() => void)[] = [];
  #helloAt = 0;

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection;
    this.#clock = clock;
    const now = clock.now();
    this.#session = new ClientSession({ versions: PROTOCOL_VERSIONS, now });
    this.#watch = new Watch(now);
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.closed = promise;
    this.#end = resolve;
    this.#welcome.promise.catch(() => {});
  }

  get events(): ConnectionEvents {
    return {
      frame: (frame) => this.#receive(frame),
      datagram: (frame) => this.#receive(frame),
      malformed: (error) => this.close(error),
      drain: () => {},
      pathChanged: () => {},
      closed: (reason, detail) => this.#finish(transportError(reason, detail)),
    };
  }

  get binding(): Binding {
    return this.connection.binding;
  }

  /** Why the connection is over; undefined while it lives. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Nothing is heard although something should be [PATH-4]. */
  get isSilent(): boolean {
    return this.#watch.isSilent;
  }

  /** Of the last question that was answered. */
  get roundTripMs(): number | undefined {
    return this.#watch.roundTripMs;
  }

  /** Hello and Welcome as they went over the wire. */
  get transcript(): Uint8Array {
    return this.#session.transcript;
  }

  hello(agent: string): Promise<FrameMessage<'welcome'>> {
    if (this.#ended === undefined) {
      const hello = this.#session.hello({ agent, binding: this.binding.kind });
      this.#helloAt = this.#clock.now();
      this.#watch.sent(this.#helloAt);
      this.connection.send(hello.lane, hello.bytes);
      this.#arm();
    }
    return this.#welcome.promise;
  }

  /** Rejects with SottoError when refused, NotConnected when the connection ends first, or the signal's reason. */
  request<Name extends RequestName>(
    name: Name,
    fields: FrameFields<Name>,
    signal?: AbortSignal,
  ): Promise<FrameMessage<ReplyName<Name>>> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      this.#checkOpen();
      const now = this.#clock.now();
      const { requestId, lane, bytes } = this.#session.request(name, fields, now);
      this.#watch.active(now);
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const settled = () => signal?.removeEventListener('abort', abort);
      this.#waiting.set(requestId, {
        resolve: (message) => {
          settled();
          this.#watch.roundTrip(this.#clock.now() - now);
          resolve(message as FrameMessage<ReplyName<Name>>);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      this.connection.send(lane, bytes);
      this.#expect(now);
    });
  }

  /** Sends a frame that nothing answers; does nothing after the end. */
  notify<Name extends NoticeName>(name: Name, fields: FrameFields<Name>): void {
    if (this.#ended !== undefined) return;
    const now = this.#clock.now();
    // A transfer is a conversation as well: a path that dies under it is to be noticed soon [PATH-4].
    if (TRANSFERS.has(name)) this.#watch.active(now);
    const { lane, bytes } = this.#session.notify(name, fields, now);
    this.connection.send(lane, bytes);
  }

  /** One round trip, in ms of the clock. */
  async ping(): Promise<number> {
    this.#checkOpen();
    const now = this.#clock.now();
    const { lane, bytes } = this.#session.request('ping', { sentAtMs: now }, now);
    // Not raced against `closed`, which would keep something of every ping until the end.
    const answer = Promise.withResolvers<number>();
    this.#pings.push(answer);
    this.connection.send(lane, bytes);
    this.#expect(now);
    return answer.promise;
  }

  /** Asks for a sign of life; `onSilence` tells when none comes. */
  ask(): void {
    const isNegotiated = this.#session.state !== 'CONNECTING';
    if (this.#ended === undefined && isNegotiated) this.ping().catch(() => {});
  }

  /** Resolves once nothing waits for an answer, or the connection has ended, or after `limitMs`. */
  settled(limitMs: number): Promise<void> {
    if (this.#waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(limitMs, resolve);
      this.#settled.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Says goodbye and closes; what was sent before still leaves. */
  close(error: Error = new SottoError(ErrorCode.UNSPECIFIED)): void {
    if (this.#ended !== undefined) return;
    const reason = error instanceof SottoError ? error : new SottoError(ErrorCode.UNSPECIFIED);
    this.#shut(this.#session.close(reason).bytes, error);
  }

  #checkOpen(): void {
    if (this.#ended !== undefined) throw new NotConnected('the connection ended', { cause: this.#ended });
  }

  /** The frame is copied, since messages keep views into it and the transport uses its buffer again. */
  #receive(frame: Uint8Array): void {
    if (this.#ended !== undefined) return;
    const now = this.#clock.now();
    this.#carryOut(this.#session.receive(frame.slice(), now));
    if (this.#watch.heard(now, this.#waiting.size > 0 || this.#pings.length > 0)) {
      this.#rearm();
      this.onSilence(false);
    }
  }

  /** Something was sent that is to be answered. */
  #expect(now: number): void {
    this.#watch.sent(now);
    this.#rearm();
  }

  #carryOut(step: ClientStep): void {
    switch (step.kind) {
      case 'nothing':
        break;
      case 'transmit':
        this.connection.send(step.lane, step.bytes);
        break;
      case 'welcome':
        this.connection.limitBody(BODY_MAX_BYTES);
        this.#watch.roundTrip(this.#clock.now() - this.#helloAt);
        this.#welcome.resolve(step.welcome);
        break;
      case 'reply':
        this.#settle(step.requestId)?.resolve(step.message);
        break;
      case 'refused':
        if (this.#session.state === 'CONNECTING') this.close(step.error);
        else this.#settle(step.requestId)?.reject(step.error);
        break;
      case 'push':
        if (step.push.name === 'event') this.#watch.active(this.#clock.now());
        this.onPush(step.push);
        break;
      case 'roundTrip':
        this.#measured(step.milliseconds);
        break;
      case 'close':
        this.#shut(step.bytes, step.error);
    }
  }

  #settle(requestId: number): Waiter | undefined {
    const waiter = this.#waiting.get(requestId);
    this.#waiting.delete(requestId);
    if (this.#waiting.size === 0) this.#tellSettled();
    return waiter;
  }

  #tellSettled(): void {
    const settled = this.#settled;
    this.#settled = [];
    for (const tell of settled) tell();
  }

  #measured(milliseconds: number): void {
    this.#watch.roundTrip(Math.max(0, milliseconds));
    const pings = this.#pings;
    this.#pings = [];
    for (const { resolve } of pings) resolve(Math.max(0, milliseconds));
  }

  #shut(bytes: Uint8Array | undefined, error: Error): void {
    if (bytes !== undefined) this.connection.send(0, bytes);
    this.connection.close();
    this.#finish(error);
  }

  #finish(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#session.closed();
    this.#cancelTimer();
    this.#tellSettled();
    this.#welcome.reject(error);
    const waiting = [...this.#waiting.values(), ...this.#pings];
    this.#waiting.clear();
    this.#pings = [];
    for (const { reject } of waiting) reject(new NotConnected('the connection ended', { cause: error }));
    this.#end(error);
  }

  /** Deadlines mostly move on, so a timer that comes early is set again instead of at each frame. */
  #arm(): void {
    const now = this.#clock.now();
    const due = Math.max(now, this.#nextDeadline);
    this.#armedFor = due;
    this.#cancelTimer = this.#clock.after(due - now, () => this.#wake(due));
  }

  /** After something that may have brought the deadline nearer. */
  #rearm(): void {
    if (this.#ended !== undefined || this.#nextDeadline >= this.#armedFor) return;
    this.#cancelTimer();
    this.#arm();
  }

  get #nextDeadline(): number {
    return Math.min(this.#session.deadline, this.#watch.deadline);
  }

  #wake(due: number): void {
    const now = this.#clock.now();
    this.#carryOut(this.#session.advance(now));
    if (this.#ended !== undefined) return;
    const verdict = now - due > LATE_TIMER_MS ? this.#watch.woke(now) : this.#watch.advance(now);
    this.#arm();
    if (verdict === 'ask') this.ask();
    if (verdict === 'silent') this.onSilence(true);
  }
}

function transportError(reason: CloseReason, detail: string): Error {
  return new NotConnected(`the connection ended: ${reason}${detail === '' ? '' : ` (${detail})`}`);
}
