/**
 * The client's side of one connection, pure; the mirror of `server.ts`.
 *
 * Order of calls: `hello` once and send it; `receive` for every frame and `advance` whenever `deadline` has passed;
 * `request` and `notify` at any time after the Welcome.
 */
import { ErrorCode } from '@sotto/schema';
import { decode, encode, type FrameFields, laneOfFrame } from '../codec.ts';
import {
  IDLE_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  NEGOTIATION_TIMEOUT_MS,
  OUTSTANDING_REQUESTS_MAX,
  UNNEGOTIATED_VERSION,
} from '../constants.ts';
import { SottoError } from '../errors.ts';
import { type FrameHeader, type Lane, readHeader } from '../frame.ts';
import { KeepAlive } from '../keepalive.ts';
import { transcript } from '../proof.ts';
import {
  type FrameMessage,
  type FrameName,
  frameName,
  frames,
  type NoticeName,
  type PushName,
  type RequestName,
} from '../registry.ts';
import { type ConnectionState, StateMachine } from '../state.ts';
import { checkChoice } from '../versions.ts';

export type Push = { [Name in PushName]: { name: Name; message: FrameMessage<Name> } }[PushName];

export type ClientStep =
  | { kind: 'nothing' }
  | { kind: 'transmit'; lane: Lane; bytes: Uint8Array }
  | { kind: 'welcome'; welcome: FrameMessage<'welcome'> }
  | { kind: 'reply'; requestId: number; name: FrameName; message: FrameMessage<FrameName> }
  | { kind: 'refused'; requestId: number; error: SottoError }
  | { kind: 'push'; push: Push }
  /** The answer to a Ping of ours: one round trip. */
  | { kind: 'roundTrip'; milliseconds: number }
  /** The connection is over; `bytes`, if any, say so to the server first. */
  | { kind: 'close'; bytes: Uint8Array | undefined; error: SottoError };

export interface Outgoing {
  requestId: number;
  lane: Lane;
  bytes: Uint8Array;
}

const NOTHING: ClientStep = { kind: 'nothing' };
const SENDS: ReadonlySet<FrameName> = new Set(['sendMessage', 'sendDirect']);

export class ClientSession {
  readonly #machine = new StateMachine();
  readonly #versions: readonly number[];
  readonly #negotiateBy: number;
  readonly #waiting = new Map<number, RequestName>();
  #keepAlive: KeepAlive;
  #version = UNNEGOTIATED_VERSION;
  #helloFrame: Uint8Array = EMPTY;
  #transcript: Uint8Array = EMPTY;
  #lastRequestId = 0;
  #sending = 0;

  constructor(options: { versions: readonly number[]; now: number }) {
    this.#versions = options.versions;
    this.#negotiateBy = options.now + NEGOTIATION_TIMEOUT_MS;
    this.#keepAlive = new KeepAlive(options.now, KEEP_ALIVE_MS, IDLE_TIMEOUT_MS);
    this.#machine.apply('open');
  }

  get state(): ConnectionState {
    return this.#machine.state;
  }

  /** Hello and Welcome as they went over the wire, after the Welcome [BIND-2]. */
  get transcript(): Uint8Array {
    return this.#transcript;
  }

  get outstanding(): number {
    return this.#waiting.size;
  }

  get deadline(): number {
    return this.state === 'CONNECTING' ? this.#negotiateBy : this.#keepAlive.deadline;
  }

  hello(fields: Pick<FrameFields<'hello'>, 'agent' | 'binding'>): Outgoing {
    const outgoing = this.#outgoing('hello', { ...fields, versions: [...this.#versions] });
    this.#helloFrame = outgoing.bytes;
    return outgoing;
  }

  /** Throws SottoError where the connection's state does not allow the request, or too many wait. */
  request<Name extends RequestName>(name: Name, fields: FrameFields<Name>, now: number): Outgoing {
    const { states } = frames[name] as { states: readonly ConnectionState[] };
    if (!states.includes(this.state)) {
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, `${name} while ${this.state}`);
    }
    const isFull = this.#waiting.size >= OUTSTANDING_REQUESTS_MAX;
    // Whether the peer lives is asked all the same, by timers that nobody waits for.
    if (isFull && name !== 'ping') throw new SottoError(ErrorCode.TOO_MANY_OUTSTANDING);
    if (SENDS.has(name) && this.#sending++ === 0) this.#machine.apply('sendBegun');
    this.#keepAlive.sent(now);
    return this.#outgoing(name, fields);
  }

  /** A frame that nothing answers. */
  notify<Name extends NoticeName>(
    name: Name,
    fields: FrameFields<Name>,
    now: number,
  ): Omit<Outgoing, 'requestId'> {
    this.#keepAlive.sent(now);
    return { lane: laneOfFrame(name, fields), bytes: encode(this.#version, name, 0, fields) };
  }

  receive(frame: Uint8Array, now: number): ClientStep {
    if (this.state === 'DISCONNECTING') return NOTHING;
    this.#keepAlive.heard(now);
    try {
      return this.#receive(readHeader(frame), frame, now);
    } catch (error) {
      if (error instanceof SottoError) return this.close(error);
      throw error;
    }
  }

  advance(now: number): ClientStep {
    switch (this.state) {
      case 'DISCONNECTED':
      case 'DISCONNECTING':
        return NOTHING;
      case 'CONNECTING':
        if (now < this.#negotiateBy) return NOTHING;
        return this.close(new SottoError(ErrorCode.IDLE_TIMEOUT, 'the server did not answer'));
      default:
        return this.#checkPeer(now);
    }
  }

  /** Ends the connection from this side. */
  close(error: SottoError): ClientStep & { kind: 'close' } {
    if (!this.#machine.allows('close')) return { kind: 'close', bytes: undefined, error };
    this.#machine.apply('close');
    const bytes = encode(this.#version, 'close', 0, { code: error.code });
    return { kind: 'close', bytes, error };
  }

  closed(): void {
    if (this.#machine.allows('closed')) this.#machine.apply('closed');
  }

  #checkPeer(now: number): ClientStep {
    switch (this.#keepAlive.check(now)) {
      case 'dead':
        return this.close(new SottoError(ErrorCode.IDLE_TIMEOUT));
      case 'ping': {
        const { lane, bytes } = this.request('ping', { sentAtMs: now }, now);
        return { kind: 'transmit', lane, bytes };
      }
      case 'nothing':
        return NOTHING;
    }
  }

  #receive(header: FrameHeader, frame: Uint8Array, now: number): ClientStep {
    const name = frameName(header.type);
    if (name === undefined) throw new SottoError(ErrorCode.UNKNOWN_TYPE, `type ${header.type}`);
    const { from, states } = frames[name] as { from: string; states: readonly ConnectionState[] };
    if (name === 'close') return this.#closedByServer(decode('close', frame));
    if (name === 'welcome') return this.#welcome(header, frame);
    if (header.version !== this.#version)
      throw new SottoError(ErrorCode.WRONG_VERSION, `version ${header.version}`);
    if (from === 'client' || !states.includes(this.state)) {
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, `${name} while ${this.state}`);
    }
    switch (name) {
      case 'ping':
        this.#keepAlive.sent(now);
        return this.#pong(header.requestId, frame);
      case 'error':
        return this.#refused(header.requestId, decode('error', frame));
      default:
        break;
    }
    if (header.requestId === 0) return { kind: 'push', push: { name, message: decode(name, frame) } as Push };
    return this.#reply(header.requestId, name, frame, now);
  }

  #welcome(header: FrameHeader, frame: Uint8Array): ClientStep {
    if (this.state !== 'CONNECTING' || header.version !== UNNEGOTIATED_VERSION) {
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, `welcome while ${this.state}`);
    }
    this.#settle(header.requestId, 'welcome');
    const welcome = decode('welcome', frame);
    checkChoice(this.#versions, welcome.versions, welcome.version);
    this.#version = welcome.version;
    this.#transcript = transcript(this.#helloFrame, frame);
    this.#machine.apply('negotiated');
    return { kind: 'welcome', welcome };
  }

  #reply(requestId: number, name: FrameName, frame: Uint8Array, now: number): ClientStep {
    const message = decode(name, frame);
    this.#settle(requestId, name);
    if (name === 'sessionGranted') this.#machine.apply('granted');
    if (name === 'pong')
      return { kind: 'roundTrip', milliseconds: now - (message as FrameMessage<'pong'>).sentAtMs };
    return { kind: 'reply', requestId, name, message };
  }

  #refused(requestId: number, { code, detail, retryAfterMs }: FrameMessage<'error'>): ClientStep {
    const error = new SottoError(code, detail, retryAfterMs);
    if (requestId === 0) return this.close(error);
    this.#settle(requestId, 'error');
    return { kind: 'refused', requestId, error };
  }

  /** Every reply answers one request of ours, with the frame the registry names, once [REQUEST-1]. */
  #settle(requestId: number, reply: FrameName): void {
    const name = this.#waiting.get(requestId);
    if (name === undefined || (reply !== 'error' && reply !== frames[name].reply)) {
      throw new SottoError(ErrorCode.MALFORMED_FRAME, `${reply} answers no request`);
    }
    this.#waiting.delete(requestId);
    if (SENDS.has(name) && --this.#sending === 0 && this.#machine.allows('sendsSettled')) {
      this.#machine.apply('sendsSettled');
    }
  }

  #pong(requestId: number, frame: Uint8Array): ClientStep {
    const bytes = encode(this.#version, 'pong', requestId, { sentAtMs: decode('ping', frame).sentAtMs });
    return { kind: 'transmit', lane: frames.pong.lane, bytes };
  }

  #closedByServer({ code, detail, retryAfterMs }: FrameMessage<'close'>): ClientStep {
    if (this.#machine.allows('close')) this.#machine.apply('close');
    return { kind: 'close', bytes: undefined, error: new SottoError(code, detail, retryAfterMs) };
  }

  #outgoing<Name extends RequestName>(name: Name, fields: FrameFields<Name>): Outgoing {
    const requestId = this.#nextRequestId();
    this.#waiting.set(requestId, name);
    return { requestId, lane: frames[name].lane, bytes: encode(this.#version, name, requestId, fields) };
  }

  /** 1 to 2^32 - 1, skipping those in use [REQUEST-2]. */
  #nextRequestId(): number {
    do {
      this.#lastRequestId = (this.#lastRequestId % 0xffffffff) + 1;
    } while (this.#waiting.has(this.#lastRequestId));
    return this.#lastRequestId;
  }
}

const EMPTY = new Uint8Array(0);
