/**
 * One client at the server: carries out what its pure session says, over a transport's connection. Knows frames and
 * sockets; what requests mean is in `handlers/`.
 */
import type { SessionId, StreamId, UserNumber } from '@sotto/model';
import {
  BODY_MAX_BYTES,
  CHAT_LANE,
  type FrameFields,
  type HandledName,
  type Lane,
  type PushName,
  type ReplyName,
  type Request,
  type RequestName,
  readHeader,
  ServerSession,
  type ServerSessionOptions,
  type ServerStep,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode, FrameType } from '@sotto/schema';
import type { CloseReason, Connection, ConnectionEvents } from '@sotto/transport';
import type { UserRecord } from '../accounts/store.ts';
import type { Follower, FollowerSink } from '../events/follower.ts';
import type { TransferDesk, TransferPeer } from '../files/desk.ts';
import type { Transfers } from '../files/transfers.ts';
import type { Actor } from '../rooms/changes.ts';
import { LoginGate } from './login-gate.ts';

/** Who a connection speaks for, once it has logged in. */
export interface Principal extends Actor {
  session: SessionId;
  generation: number;
  /** What its API token allows; undefined where a password stands behind the session. */
  scopes: readonly string[] | undefined;
}

/** What a connection needs of the gateway. */
export interface ConnectionHost {
  now(): number;
  carryOut(connection: ClientConnection, request: Request): void;
  closed(connection: ClientConnection, reason: CloseReason, detail: string): void;
}

export class ClientConnection implements ConnectionEvents, FollowerSink, TransferPeer {
  readonly transport: Connection;
  readonly session: ServerSession;
  readonly connectedMs: number;
  /** Attempts to log in; dropped once one succeeded. */
  loginGate: LoginGate | undefined;
  readonly #host: ConnectionHost;
  #principal: Principal | undefined;
  #followers: Map<StreamId, Follower> | undefined;
  #transfers: { desk: TransferDesk; all: Transfers } | undefined;
  #writable = true;
  #onDrain: (() => void) | undefined;

  constructor(host: ConnectionHost, transport: Connection, options: ServerSessionOptions) {
    this.#host = host;
    this.transport = transport;
    this.connectedMs = options.now;
    this.session = new ServerSession(options);
    this.loginGate = new LoginGate(options.now);
  }

  /** Throws before login: the session lets nothing through that needs it. */
  get principal(): Principal {
    if (this.#principal === undefined) throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, 'not logged in');
    return this.#principal;
  }

  /** For what follows streams: nobody follows before login. */
  get user(): UserNumber {
    return this.principal.user.number;
  }

  /** Whom the connection speaks for, if anyone. */
  get claimed(): Principal | undefined {
    return this.#principal;
  }

  /** Neither side has ended the conversation. */
  get open(): boolean {
    const { state } = this.session;
    return state !== 'DISCONNECTING' && state !== 'DISCONNECTED';
  }

  /** Its login was answered, and it is open. */
  get loggedIn(): boolean {
    const { state } = this.session;
    return state === 'AUTHENTICATED' || state === 'SENDING_MESSAGE';
  }

  get followers(): ReadonlyMap<StreamId, Follower> {
    return this.#followers ?? NO_FOLLOWERS;
  }

  get writable(): boolean {
    return this.#writable;
  }

  /** Its transfers; undefined before there were any. */
  get transfers(): TransferDesk | undefined {
    return this.#transfers?.desk;
  }

  /** Made when it is first asked for. */
  transferDesk(of: () => Transfers): TransferDesk {
    if (this.#transfers === undefined) {
      const all = of();
      this.#transfers = { desk: all.open(this), all };
      if (!this.open) this.#closeTransfers();
    }
    return this.#transfers.desk;
  }

  /** For its transfers. */
  asker(): UserRecord {
    return this.principal.user;
  }

  /** Speaks for the session from here on; the login may go on to be prepared until `granted`. */
  claim(principal: Principal): void {
    this.#principal = principal;
  }

  /** The account is as given from here on; the principal stays the same object, which orders what it sends. */
  refresh(user: UserRecord): void {
    if (this.#principal !== undefined) this.#principal.user = user;
  }

  /** The login is answered next. */
  granted(): void {
    this.session.granted();
    this.loginGate = undefined;
    this.transport.limitBody(BODY_MAX_BYTES);
  }

  /** Returns the follower that this one replaces. */
  addFollower(follower: Follower): Follower | undefined {
    this.#followers ??= new Map();
    const earlier = this.#followers.get(follower.stream);
    this.#followers.set(follower.stream, follower);
    return earlier;
  }

  removeFollower(stream: StreamId): Follower | undefined {
    const follower = this.#followers?.get(stream);
    this.#followers?.delete(stream);
    return follower;
  }

  answer<Name extends RequestName>(
    request: { name: Name; requestId: number },
    fields: FrameFields<ReplyName<Name>>,
  ): void {
    this.#send(this.session.answer(request, fields, this.#host.now()));
  }

  refuse(request: { name: HandledName; requestId: number }, error: SottoError): void {
    this.#send(this.session.refuse(request, error));
  }

  push<Name extends PushName>(name: Name, fields: FrameFields<Name>): void {
    this.#send(this.session.push(name, fields));
  }

  /** Event frames, encoded elsewhere for all followers. */
  write(frames: Uint8Array): void {
    this.session.sent(this.#host.now());
    this.#send({ lane: CHAT_LANE, bytes: frames });
  }

  writeUnreliable(frame: Uint8Array): void {
    if (this.open) this.transport.sendUnreliable(frame);
  }

  failed(): void {
    this.end(new SottoError(ErrorCode.INTERNAL, 'the log cannot be read'));
  }

  ended(follower: Follower): void {
    if (this.#followers?.get(follower.stream) === follower) this.#followers.delete(follower.stream);
  }

  /** Says why and closes. */
  end(error: SottoError): void {
    this.#perform(this.session.close(error));
  }

  /** Keep-alive and deadlines; called about once a second. */
  sweep(now: number): void {
    if (now >= this.session.deadline) this.#perform(this.session.advance(now));
    const late = this.loginGate?.late(now);
    if (late !== undefined && this.session.state === 'CONNECTED') this.end(late);
  }

  /**
   * The frame is copied: messages keep views into it, and the transport uses its buffer again. But for data of files: those
   * are taken out at once, and there are many of them.
   */
  frame(frame: Uint8Array): void {
    const own = readHeader(frame).type === FrameType.FILE_DATA ? frame : frame.slice();
    this.#perform(this.session.receive(own, this.#host.now()));
  }

  malformed(error: SottoError): void {
    this.end(error);
  }

  datagram(frame: Uint8Array): void {
    this.frame(frame);
  }

  /** Resolves at the next drain, or at the end; for one waiter at a time. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrain = resolve;
    });
  }

  drain(): void {
    this.#writable = true;
    this.#wake();
    for (const follower of this.followers.values()) follower.pump();
    this.transfers?.drive();
  }

  /** Addresses are read from the transport when asked for. */
  pathChanged(): void {}

  closed(reason: CloseReason, detail: string): void {
    this.session.closed();
    this.#writable = false;
    this.#wake();
    this.#closeTransfers();
    this.#host.closed(this, reason, detail);
  }

  #closeTransfers(): void {
    if (this.#transfers !== undefined) this.#transfers.all.close(this.#transfers.desk);
  }

  #wake(): void {
    this.#onDrain?.();
    this.#onDrain = undefined;
  }

  #perform(step: ServerStep): void {
    switch (step.kind) {
      case 'nothing':
        return;
      case 'transmit':
        this.#send(step);
        return;
      case 'request':
        this.#host.carryOut(this, step.request);
        return;
      case 'close':
        if (step.bytes !== undefined) this.#send({ lane: 0, bytes: step.bytes });
        this.transport.close();
        return;
    }
  }

  #send({ lane, bytes }: { lane: Lane; bytes: Uint8Array }): void {
    if (!this.transport.send(lane, bytes)) this.#writable = false;
  }
}

const NO_FOLLOWERS: ReadonlyMap<StreamId, Follower> = new Map();
