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

/** A timer this late means that the machine slept: the peer is asked at once whether it is still there [RECONNECT-6]. */
const LATE_TIMER_MS = 2_000;
/** How long the peer may take to answer then. */
const PROBE_TIMEOUT_MS = 5_000;

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
  readonly #clock: Clock;
  readonly #session: ClientSession;
  readonly #waiting = new Map<number, Waiter>();
  readonly #welcome = Promise.withResolvers<FrameMessage<'welcome'>>();
  readonly #end: (error: Error) => void;
  #pings: ((milliseconds: number) => void)[] = [];
  #ended: Error | undefined;
  #heardAt: number;
  #cancelDeadline = () => {};
  #cancelProbe = () => {};

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection;
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#session = new ClientSession({ versions: PROTOCOL_VERSIONS, now: this.#heardAt });
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

  /** Hello and Welcome as they went over the wire. */
  get transcript(): Uint8Array {
    return this.#session.transcript;
  }

  hello(agent: string): Promise<FrameMessage<'welcome'>> {
    if (this.#ended === undefined) {
      const hello = this.#session.hello({ agent, binding: this.binding.kind });
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
      const { requestId, lane, bytes } = this.#session.request(name, fields, this.#clock.now());
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const settled = () => signal?.removeEventListener('abort', abort);
      this.#waiting.set(requestId, {
        resolve: (message) => {
          settled();
          resolve(message as FrameMessage<ReplyName<Name>>);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      this.connection.send(lane, bytes);
    });
  }

  /** Sends a frame that nothing answers; does nothing after the end. */
  notify<Name extends NoticeName>(name: Name, fields: FrameFields<Name>): void {
    if (this.#ended !== undefined) return;
    const { lane, bytes } = this.#session.notify(name, fields, this.#clock.now());
    this.connection.send(lane, bytes);
  }

  /** One round trip, in ms of the clock. */
  async ping(): Promise<number> {
    this.#checkOpen();
    const now = this.#clock.now();
    const { lane, bytes } = this.#session.request('ping', { sentAtMs: now }, now);
    const answered = new Promise<number>((resolve) => this.#pings.push(resolve));
    this.connection.send(lane, bytes);
    const first = await Promise.race([answered, this.closed]);
    if (first instanceof Error) throw new NotConnected('the connection ended', { cause: first });
    return first;
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
    this.#heardAt = this.#clock.now();
    this.#carryOut(this.#session.receive(frame.slice(), this.#heardAt));
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
    return waiter;
  }

  #measured(milliseconds: number): void {
    const pings = this.#pings;
    this.#pings = [];
    for (const resolve of pings) resolve(Math.max(0, milliseconds));
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
    this.#cancelDeadline();
    this.#cancelProbe();
    this.#welcome.reject(error);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new NotConnected('the connection ended', { cause: error }));
    this.#end(error);
  }

  /** The deadline only ever moves on, so a timer that comes early is set again instead of at each frame. */
  #arm(): void {
    const now = this.#clock.now();
    const due = Math.max(now, this.#session.deadline);
    this.#cancelDeadline = this.#clock.after(due - now, () => this.#wake(due));
  }

  #wake(due: number): void {
    const now = this.#clock.now();
    this.#carryOut(this.#session.advance(now));
    if (this.#ended !== undefined) return;
    if (now - due > LATE_TIMER_MS) this.#probe(now);
    this.#arm();
  }

  #probe(now: number): void {
    this.#cancelProbe();
    this.ping().catch(() => {});
    this.#cancelProbe = this.#clock.after(PROBE_TIMEOUT_MS, () => {
      if (this.#heardAt < now) this.close(new SottoError(ErrorCode.IDLE_TIMEOUT));
    });
  }
}

function transportError(reason: CloseReason, detail: string): Error {
  return new NotConnected(`the connection ended: ${reason}${detail === '' ? '' : ` (${detail})`}`);
}
