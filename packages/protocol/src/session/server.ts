/**
 * The server's side of one connection, pure: versions, states, decoding, request bookkeeping, keep-alive [STATE-*],
 * [REQUEST-*], [KEEP-*]. It opens no socket and reads no clock.
 *
 * Order of calls: `receive` for every frame and `advance` whenever `deadline` has passed; each returns one step to
 * carry out. A step of kind `request` is answered once, by `answer` or `refuse`. `granted` after a login. After a step
 * of kind `close`, or after `close()`, nothing more is received.
 */
import { ErrorCode } from '@sotto/schema';
import { decode, encode, type FrameFields, laneOfFrame } from '../codec.ts';
import {
  BODY_MAX_BYTES_BEFORE_LOGIN,
  IDLE_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  NEGOTIATION_TIMEOUT_MS,
  OUTSTANDING_REQUESTS_MAX,
  UNNEGOTIATED_VERSION,
} from '../constants.ts';
import { SottoError } from '../errors.ts';
import { type FrameHeader, HEADER_BYTES, type Lane, readHeader } from '../frame.ts';
import { KeepAlive } from '../keepalive.ts';
import { transcript } from '../proof.ts';
import {
  type FrameMessage,
  type FrameName,
  frameName,
  frames,
  type NoticeName,
  type PushName,
  type ReplyName,
  type RequestName,
} from '../registry.ts';
import { type ConnectionState, StateMachine } from '../state.ts';
import { chooseVersion } from '../versions.ts';

/** What only the server handles: hello and ping are answered here. */
export type HandledName = Exclude<RequestName, 'hello' | 'ping'> | NoticeName;

export type Request = {
  [Name in HandledName]: { name: Name; requestId: number; message: FrameMessage<Name> };
}[HandledName];

export type ServerStep =
  | { kind: 'nothing' }
  | { kind: 'transmit'; lane: Lane; bytes: Uint8Array }
  | { kind: 'request'; request: Request }
  /** Send the bytes, if any, then close the connection. */
  | { kind: 'close'; bytes: Uint8Array | undefined; code: ErrorCode };

export interface ServerSessionOptions {
  versions: readonly number[];
  /** The Welcome's fields but those negotiated here. */
  welcome: Omit<
    FrameFields<'welcome'>,
    '$typeName' | 'version' | 'versions' | 'keepAliveMs' | 'idleTimeoutMs'
  >;
  now: number;
}

const NOTHING: ServerStep = { kind: 'nothing' };
/** Requests that put the connection into SENDING_MESSAGE until they are answered. */
const SENDS: ReadonlySet<FrameName> = new Set(['sendMessage', 'sendDirect']);

export class ServerSession {
  readonly #machine = new StateMachine();
  readonly #keepAlive: KeepAlive;
  readonly #negotiateBy: number;
  #options: ServerSessionOptions | undefined;
  #version = UNNEGOTIATED_VERSION;
  #hello: FrameMessage<'hello'> | undefined;
  #transcript: Uint8Array = EMPTY;
  #outstanding = 0;
  #sending = 0;

  constructor(options: ServerSessionOptions) {
    this.#options = options;
    this.#keepAlive = new KeepAlive(options.now, KEEP_ALIVE_MS, IDLE_TIMEOUT_MS);
    this.#negotiateBy = options.now + NEGOTIATION_TIMEOUT_MS;
    this.#machine.apply('open');
  }

  get state(): ConnectionState {
    return this.#machine.state;
  }

  get version(): number {
    return this.#version;
  }

  /** The client's Hello, from `negotiated` until `granted`. */
  get hello(): FrameMessage<'hello'> | undefined {
    return this.#hello;
  }

  /** Hello and Welcome as they went over the wire, until `granted` [BIND-2]. */
  get transcript(): Uint8Array {
    return this.#transcript;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /** When `advance` has something to do, ms. */
  get deadline(): number {
    return this.state === 'CONNECTING' ? this.#negotiateBy : this.#keepAlive.deadline;
  }

  receive(frame: Uint8Array, now: number): ServerStep {
    if (this.state === 'DISCONNECTING') return NOTHING;
    this.#keepAlive.heard(now);
    const header = readHeader(frame);
    try {
      return this.#receive(header, frame, now);
    } catch (error) {
      if (error instanceof SottoError) return this.#fault(header.requestId, error);
      throw error;
    }
  }

  advance(now: number): ServerStep {
    if (this.state === 'DISCONNECTING' || this.state === 'DISCONNECTED') return NOTHING;
    if (this.state === 'CONNECTING') {
      if (now < this.#negotiateBy) return NOTHING;
      return this.close(new SottoError(ErrorCode.IDLE_TIMEOUT, 'no Hello came'));
    }
    switch (this.#keepAlive.check(now)) {
      case 'dead':
        return this.close(new SottoError(ErrorCode.IDLE_TIMEOUT));
      case 'ping':
        this.#keepAlive.sent(now);
        return this.#transmit('ping', 0, { sentAtMs: now });
      case 'nothing':
        return NOTHING;
    }
  }

  /** The connection has logged in. Releases what only logging in needed. */
  granted(): void {
    this.#machine.apply('granted');
    this.#hello = undefined;
    this.#transcript = EMPTY;
    this.#options = undefined;
  }

  answer<Name extends RequestName>(
    request: { name: Name; requestId: number },
    fields: FrameFields<ReplyName<Name>>,
    now: number,
  ): { lane: Lane; bytes: Uint8Array } {
    const name = frames[request.name].reply as ReplyName<Name>;
    // First of all: fields that cannot be encoded must leave the request to be refused.
    const bytes = encode(this.#version, name, request.requestId, fields);
    this.#settle(request.name);
    this.#keepAlive.sent(now);
    return { lane: frames[name].lane, bytes };
  }

  refuse(
    request: { name: HandledName; requestId: number },
    error: SottoError,
  ): { lane: Lane; bytes: Uint8Array } {
    this.#settle(request.name);
    if (this.#machine.allows('fault')) {
      this.#machine.apply('fault');
      this.#machine.apply('recovered');
    }
    return { lane: frames.error.lane, bytes: this.#error(request.requestId, error) };
  }

  push<Name extends PushName>(name: Name, fields: FrameFields<Name>): { lane: Lane; bytes: Uint8Array } {
    return { lane: laneOfFrame(name, fields), bytes: encode(this.#version, name, 0, fields) };
  }

  /** Something left for the peer outside `answer` and `advance`. */
  sent(now: number): void {
    this.#keepAlive.sent(now);
  }

  /** Ends the session from this side, saying why. */
  close(error: SottoError): ServerStep & { kind: 'close' } {
    const { code, detail, retryAfterMs } = error;
    if (!this.#machine.allows('close')) return { kind: 'close', bytes: undefined, code };
    this.#machine.apply('close');
    return { kind: 'close', bytes: encode(this.#version, 'close', 0, { code, detail, retryAfterMs }), code };
  }

  /** The connection is gone. */
  closed(): void {
    if (this.#machine.allows('closed')) this.#machine.apply('closed');
  }

  #receive(header: FrameHeader, frame: Uint8Array, now: number): ServerStep {
    if (header.version !== this.#version) throw wrongVersion(header.version, this.#version);
    const name = frameName(header.type);
    if (name === undefined) throw new SottoError(ErrorCode.UNKNOWN_TYPE, `type ${header.type}`);
    const { from, states } = frames[name] as { from: string; states: readonly ConnectionState[] };
    if (from === 'server' || !states.includes(this.state)) {
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, `${name} while ${this.state}`);
    }
    if (!('laneOf' in frames[name])) checkLane(name, header.lane, frames[name].lane);
    switch (name) {
      case 'hello':
        return this.#welcome(header.requestId, frame);
      case 'ping':
        return this.#transmit('pong', header.requestId, { sentAtMs: decode('ping', frame).sentAtMs }, now);
      case 'pong':
        return NOTHING;
      case 'close': {
        const { code } = decode('close', frame);
        this.#machine.apply('close');
        return { kind: 'close', bytes: undefined, code };
      }
      default:
        return this.#request(name as HandledName, header, frame);
    }
  }

  #request(name: HandledName, { requestId, lane }: FrameHeader, frame: Uint8Array): ServerStep {
    const message = decode(name, frame);
    checkLane(name, lane, laneOfFrame(name, message));
    if ('reply' in frames[name]) {
      if (requestId === 0) throw new SottoError(ErrorCode.MALFORMED_FRAME, `${name} without a request id`);
      if (this.#outstanding >= OUTSTANDING_REQUESTS_MAX) throw new SottoError(ErrorCode.TOO_MANY_OUTSTANDING);
      this.#outstanding++;
      if (SENDS.has(name) && this.#sending++ === 0) this.#machine.apply('sendBegun');
    }
    return { kind: 'request', request: { name, requestId, message } as Request };
  }

  #settle(name: FrameName): void {
    if (!('reply' in frames[name])) return;
    this.#outstanding--;
    if (SENDS.has(name) && --this.#sending === 0 && this.#machine.allows('sendsSettled')) {
      this.#machine.apply('sendsSettled');
    }
  }

  #welcome(requestId: number, helloFrame: Uint8Array): ServerStep {
    const options = this.#options;
    if (options === undefined) throw new Error('hello after login');
    if (helloFrame.length > HEADER_BYTES + BODY_MAX_BYTES_BEFORE_LOGIN)
      throw new SottoError(ErrorCode.FRAME_TOO_LARGE);
    const hello = decode('hello', helloFrame);
    const version = chooseVersion(options.versions, hello.versions);
    const bytes = encode(UNNEGOTIATED_VERSION, 'welcome', requestId, {
      ...options.welcome,
      version,
      versions: [...options.versions],
      keepAliveMs: KEEP_ALIVE_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
    });
    this.#hello = hello;
    this.#version = version;
    this.#transcript = transcript(helloFrame, bytes);
    this.#machine.apply('negotiated');
    return { kind: 'transmit', lane: frames.welcome.lane, bytes };
  }

  /** The frame is answered with an error; a peer that shares no version, or cannot be read, is let go [STATE-3]. */
  #fault(requestId: number, error: SottoError): ServerStep {
    this.#machine.apply('fault');
    if (this.#version === UNNEGOTIATED_VERSION || error.code === ErrorCode.WRONG_VERSION)
      return this.close(error);
    this.#machine.apply('recovered');
    return { kind: 'transmit', lane: frames.error.lane, bytes: this.#error(requestId, error) };
  }

  #error(requestId: number, { code, detail, retryAfterMs }: SottoError): Uint8Array {
    return encode(this.#version, 'error', requestId, { code, detail, retryAfterMs });
  }

  #transmit<Name extends 'ping' | 'pong'>(
    name: Name,
    requestId: number,
    fields: FrameFields<Name>,
    now?: number,
  ): ServerStep {
    if (now !== undefined) this.#keepAlive.sent(now);
    return {
      kind: 'transmit',
      lane: frames[name].lane,
      bytes: encode(this.#version, name, requestId, fields),
    };
  }
}

const EMPTY = new Uint8Array(0);

/** Throws SottoError [FRAME-3]. */
function checkLane(name: FrameName, lane: Lane, expected: Lane): void {
  if (lane !== expected) throw new SottoError(ErrorCode.MALFORMED_FRAME, `${name} on lane ${lane}`);
}

function wrongVersion(got: number, expected: number): SottoError {
  return new SottoError(ErrorCode.WRONG_VERSION, `version ${got} instead of ${expected}`);
}
