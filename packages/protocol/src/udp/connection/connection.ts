/**
 * One end of a connection: the state machine, what its owner calls, and what its driver calls. It has more than 400
 * lines because each of those methods is a switch over the same private state; what can be done without looking at the
 * state is in the files beside this one.
 *
 * Calls of the owner (`send`, `close`, ...) only note what is wanted. The driver calls `receive` and `expire` as things
 * happen, then `poll` until it gives nothing, then `tell`, then looks at `deadline`.
 */
import { SottoError } from '../../errors.ts';
import type { Lane } from '../../frame.ts';
import { TOKEN_LIFETIME_MS, UDP_IDLE_TIMEOUT_MS } from '../constants.ts';
import type { Exporter } from '../engines.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import type { ConnectionId, Packet, RetryPacket, Role, VersionsPacket } from '../wire/packet.ts';
import { Asking, otherVersion, tokenOf } from './asking.ts';
import {
  closePackets,
  connectionPacket,
  handshakePacket,
  helloPacket,
  type Outgoing,
  pathPacket,
  sendingDeadline,
} from './assembly.ts';
import { GRACE_PROBE_TIMEOUTS, settle } from './dispatch.ts';
import { Farewell, type State, type UdpEnd } from './ending.ts';
import { adopt, beginHandshake, forgetHandshake, stopTls } from './establish.ts';
import type { Established } from './handshake.ts';
import { Intake } from './intake.ts';
import { type Host, newParts, type Parts } from './parts.ts';
import type { PathKey } from './paths.ts';
import { giveUpPath, Mover } from './roaming.ts';
import { statsOf, type Traffic, type UdpStats } from './stats.ts';

export interface ConnectionSink {
  /** A view, valid during the call. */
  frame(frame: Uint8Array): void;
  datagram(frame: Uint8Array): void;
  /** The peer sent what is no frame; nothing it sends is delivered any more, and the owner should close. */
  malformed(error: SottoError): void;
  /** Something was acknowledged: look at `bufferedBytes`. */
  drain(): void;
  pathChanged(path: PathKey): void;
  /** The last event. */
  closed(end: UdpEnd): void;
}

export interface UdpConnectionOptions {
  role: Role;
  host: Host;
  now: number;
  path: PathKey;
  /** To begin with. */
  version: number;
  /** That this side speaks, best first. */
  versions: readonly number[];
  /** The `to id` of the client's first packet. */
  firstId: ConnectionId;
  /** This side's own. */
  localId: ConnectionId;
  /** Called once, when there are keys: introduces the connection to its owner. */
  established: (connection: UdpConnection) => ConnectionSink;
  /** It ended before that. */
  failed: (end: UdpEnd) => void;
  /** Client: takes another socket and gives its path; undefined when there is none [ROAM-5]. */
  move?: () => PathKey | undefined;
  /** Server: how long the retry's round trip took. */
  roundTripMs?: number;
}

/** [SHAKE-7] [ADMIT-6] */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** [END-1] */
const LINGER_MS = 2_000;
const NEVER = Number.POSITIVE_INFINITY;

export class UdpConnection {
  readonly #options: UdpConnectionOptions;
  readonly #parts: Parts;
  readonly #intake: Intake;
  readonly #mover: Mover;
  #state: State;
  #sink: ConnectionSink | undefined;
  #exporter: Exporter | undefined;
  /** What the owner is to be told, and whether it was. */
  #end: UdpEnd | undefined;
  #told = false;
  #idleTimeoutMs = UDP_IDLE_TIMEOUT_MS;
  readonly #traffic: Traffic = { packetsSent: 0, packetsReceived: 0, bytesSent: 0, bytesReceived: 0 };

  constructor(options: UdpConnectionOptions) {
    const { role, now, roundTripMs, firstId } = options;
    const until = now + HANDSHAKE_TIMEOUT_MS;
    const sink = {
      frame: (frame: Uint8Array) => this.#sink?.frame(frame),
      datagram: (frame: Uint8Array) => this.#sink?.datagram(frame),
    };
    this.#options = options;
    this.#parts = newParts({ ...options, sink });
    this.#intake = new Intake(this.#parts, {
      acknowledged: () => this.#sink?.drain(),
      closed: (at, code, reason) => this.#closedByPeer(at, code, reason),
      pathChanged: (path) => this.#sink?.pathChanged(path),
      confirmed: () => forgetHandshake(this.#parts),
      reset: () => this.#vanish('reset', CloseCode.done, 'the peer knows nothing of it'),
    });
    this.#mover = new Mover(options.move ?? (() => undefined));
    this.#state =
      role === 'client' ? { kind: 'asking', until, asking: new Asking(now) } : { kind: 'handshaking', until };
    if (roundTripMs !== undefined) this.#parts.recovery.rtt.sample(now, roundTripMs, 0);
    this.#beginHandshake();
    if (role === 'client') return;
    // For as long as the token that began it may begin another one [ADMIT-2].
    this.#parts.local.keep(firstId, now + TOKEN_LIFETIME_MS);
    this.#parts.handshake?.start();
  }

  get established(): boolean {
    return this.#exporter !== undefined;
  }

  /** Nothing of it is left but what the owner holds. */
  get ended(): boolean {
    return this.#state.kind === 'closed';
  }

  get path(): PathKey {
    return this.#parts.paths.active.key;
  }

  /** Bytes taken and not yet acknowledged. */
  get bufferedBytes(): number {
    return this.#parts.lanes.bufferedBytes;
  }

  /** Calls of `send` whose bytes are not yet acknowledged. */
  get runs(): number {
    return this.#parts.lanes.runs;
  }

  /** Bytes that the peer makes this side hold: out of order, or of frames that have not ended. */
  get heldBytes(): number {
    return this.#parts.lanes.heldBytes;
  }

  /** Keying material of the TLS channel; once established. */
  get exporter(): Exporter {
    if (this.#exporter === undefined) throw new Error('there are no keys yet');
    return this.#exporter;
  }

  /** Whole frames of one lane; the bytes may be shared, and are kept until acknowledged. Nothing once it closes. */
  send(lane: Lane, frames: Uint8Array): void {
    if (this.#state.kind !== 'established') return;
    this.#parts.lanes.enqueue(lane, frames);
    this.#parts.host.wake();
  }

  sendUnreliable(frame: Uint8Array): void {
    if (this.#state.kind !== 'established') return;
    this.#parts.lanes.enqueueDatagram(frame);
    this.#parts.host.wake();
  }

  limitBody(maxBytes: number): void {
    this.#parts.lanes.limitBody(maxBytes);
  }

  /** Says what is queued, then that it ends [END-1]; nothing is delivered any more. */
  close(code: CloseCode = CloseCode.done, reason = ''): void {
    if (this.#state.kind === 'established')
      this.#leave({ by: 'local', code, reason, established: true }, undefined);
    else this.abort(code, reason);
  }

  /** Ends at once; what is queued is lost. */
  abort(code: CloseCode = CloseCode.aborted, reason = ''): void {
    this.#endAtOnce({ by: 'local', code, reason, established: this.established });
  }

  /** Client: sends from another socket from now on [ROAM-5]. */
  migrate(path: PathKey): void {
    this.#mover.want(path);
    this.#parts.host.wake();
  }

  stats(): UdpStats {
    return statsOf(this.#parts, this.#traffic);
  }

  /** `datagram` parsed as `packet`; its memory may be reused after the call. */
  receive(now: number, datagram: Uint8Array, packet: Packet, path: PathKey): void {
    this.#traffic.packetsReceived += 1;
    this.#traffic.bytesReceived += datagram.length;
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
      case 'draining':
        return;
      case 'closing':
        state.farewell.heard(datagram.length, path);
        return;
      case 'asking':
      case 'handshaking':
      case 'established':
      case 'flushing':
        this.#guarded(() => this.#take(now, datagram, packet, path));
    }
  }

  /** Client: a datagram that is no packet of this connection may be its end [RESET-3]. */
  receiveStray(datagram: Uint8Array, path: PathKey): void {
    if (this.#parts.paths.knows(path)) this.#intake.stray(datagram);
    else this.#intake.drop();
  }

  /** The next datagram that may leave now. */
  poll(now: number): Outgoing | undefined {
    const outgoing = this.#next(now);
    if (outgoing === undefined) return undefined;
    this.#traffic.packetsSent += 1;
    this.#traffic.bytesSent += outgoing.datagram.length;
    return outgoing;
  }

  /** Tells the owner that it ended; never from within a call of the owner. */
  tell(): void {
    if (this.#end === undefined || this.#told) return;
    this.#told = true;
    const sink = this.#sink;
    this.#sink = undefined;
    if (sink === undefined) this.#options.failed(this.#end);
    else sink.closed(this.#end);
  }

  /** When `expire` has something to do, or `poll` something to send; Infinity for never. */
  deadline(now: number): number {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
        return NEVER;
      case 'draining':
      case 'closing':
        return state.until;
      case 'asking':
        return Math.min(state.until, state.asking.deadline);
      case 'handshaking':
        return Math.min(state.until, this.#liveDeadline(now));
      case 'established':
        return Math.min(this.#unconfirmed ? state.confirmBy : NEVER, this.#liveDeadline(now));
      case 'flushing':
        return Math.min(state.until ?? now, this.#liveDeadline(now));
    }
  }

  expire(now: number): void {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
        return;
      case 'draining':
      case 'closing':
        if (state.until <= now) this.#forget();
        return;
      case 'asking':
      case 'handshaking':
        if (state.until <= now) this.#vanish('timeout', CloseCode.handshake, 'the handshake took too long');
        else if (state.kind === 'handshaking') this.#expireLive(now);
        return;
      case 'established':
        if (this.#unconfirmed && state.confirmBy <= now)
          this.#vanish('timeout', CloseCode.handshake, 'the keys were not confirmed');
        else this.#expireLive(now);
        return;
      case 'flushing':
        this.#expireLive(now);
    }
  }

  /** A client whose keys nobody has used yet [SHAKE-7]. */
  get #unconfirmed(): boolean {
    return this.#parts.handshake !== undefined;
  }

  #liveDeadline(now: number): number {
    const { recovery, paths, local, heardAt } = this.#parts;
    const idleAt = heardAt + this.#idleTimeoutMs;
    const sendingAt = sendingDeadline(this.#parts, now);
    return Math.min(recovery.deadline(), paths.deadline, local.deadline, idleAt, sendingAt);
  }

  #expireLive(now: number): void {
    const { recovery, local, lanes, handshake, probes, heardAt } = this.#parts;
    if (heardAt + this.#idleTimeoutMs <= now) {
      this.#vanish('timeout', CloseCode.done, 'nothing was heard');
      return;
    }
    if (local.deadline <= now) local.expire(now);
    if (giveUpPath(this.#parts, now)) this.#sink?.pathChanged(this.path);
    if (recovery.deadline() > now) return;
    const { lost, probes: count, space } = recovery.expire(now);
    settle(this.#parts, space, { acked: [], late: [], lost });
    if (count === 0) return;
    probes[space] = count;
    if (space === 'connection') lanes.prepareProbe();
    else handshake?.lane.again();
  }

  /** The peer's mistakes end the connection; defects of ours go on to the caller. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof SottoError) {
        this.#parts.lanes.stop();
        this.#sink?.malformed(error);
      } else if (error instanceof UdpFault) this.#fail(error);
      else throw error;
    }
  }

  #take(now: number, datagram: Uint8Array, packet: Packet, path: PathKey): void {
    const { role, paths } = this.#parts;
    if (role === 'client' && !paths.knows(path)) {
      this.#intake.drop();
      return;
    }
    switch (packet.kind) {
      case 'retry':
        this.#takeRetry(now, datagram, packet);
        return;
      case 'versions':
        this.#takeVersions(now, packet);
        return;
      case 'foreign':
        this.#intake.drop();
        return;
      case 'handshake':
        this.#intake.handshake(now, datagram, packet, path);
        return;
      case 'short':
        this.#intake.sealed(now, datagram, path);
    }
  }

  #takeRetry(now: number, datagram: Uint8Array, packet: RetryPacket): void {
    const { handshake, host, recovery } = this.#parts;
    const state = this.#state;
    const token =
      state.kind === 'asking'
        ? tokenOf(host.environment.crypto, datagram, packet, this.#options.firstId)
        : undefined;
    if (state.kind !== 'asking' || handshake === undefined || token === undefined) {
      this.#intake.drop();
      return;
    }
    const roundTripMs = state.asking.roundTripMs(now);
    if (roundTripMs !== undefined) recovery.rtt.sample(now, roundTripMs, 0);
    handshake.token = token;
    this.#state = { kind: 'handshaking', until: state.until };
    handshake.start();
  }

  #takeVersions(now: number, packet: VersionsPacket): void {
    const { firstId, versions } = this.#options;
    const state = this.#state;
    const asks = state.kind === 'asking' && packet.from === firstId;
    const version = asks ? otherVersion(packet, this.#parts.version, versions) : undefined;
    if (state.kind !== 'asking' || version === undefined) {
      this.#intake.drop();
      return;
    }
    this.#parts.version = version;
    this.#beginHandshake();
    state.asking.restart(now);
  }

  #next(now: number): Outgoing | undefined {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
      case 'draining':
        return undefined;
      case 'closing':
        return state.farewell.take();
      case 'asking':
        return state.asking.takeHello(now) ? helloPacket(this.#parts, now) : undefined;
      case 'handshaking':
        return this.#nextLive(now);
      case 'established':
        this.#takeEarly(now);
        // What came early may have ended it.
        if (this.#state !== state) return this.#next(now);
        if (this.#parts.role === 'client') this.#mover.move(this.#parts, now);
        return this.#nextLive(now);
      case 'flushing':
        state.until ??= now + LINGER_MS;
        if (!this.#parts.lanes.idle && state.until > now) return this.#nextLive(now);
        return this.#sayClose(now, state.end);
    }
  }

  #nextLive(now: number): Outgoing | undefined {
    const parts = this.#parts;
    try {
      const outgoing = handshakePacket(parts, now) ?? pathPacket(parts, now) ?? connectionPacket(parts, now);
      if (outgoing === undefined && !parts.lanes.wantsToSend) parts.recovery.applicationLimited(now);
      return outgoing;
    } catch (error) {
      if (!(error instanceof UdpFault)) throw error;
      this.#fail(error);
      return undefined;
    }
  }

  #takeEarly(now: number): void {
    for (let next = this.#intake.takeEarly(); next !== undefined; next = this.#intake.takeEarly()) {
      const { datagram, path } = next;
      this.#guarded(() => this.#intake.sealed(now, datagram, path));
    }
  }

  #beginHandshake(): void {
    beginHandshake(this.#parts, this.#options, {
      complete: (established) => this.#guarded(() => this.#establish(established)),
      failed: (fault) => this.#fail(fault),
    });
  }

  #establish(established: Established): void {
    const state = this.#state;
    if (state.kind !== 'handshaking') return;
    adopt(this.#parts, established);
    this.#exporter = established.exporter;
    this.#idleTimeoutMs = Math.min(UDP_IDLE_TIMEOUT_MS, established.peer.idleTimeoutMs);
    this.#state = { kind: 'established', confirmBy: state.until };
    this.#sink = this.#options.established(this);
    this.#parts.host.wake();
  }

  #fail({ code, message }: UdpFault): void {
    this.#endAtOnce({ by: 'fault', code, reason: message, established: this.established });
  }

  #endAtOnce(end: UdpEnd): void {
    const { kind } = this.#state;
    if (kind === 'closing' || kind === 'draining' || kind === 'closed') return;
    // Nobody there knows of it yet.
    if (kind === 'asking') this.#vanish(end.by, end.code, end.reason);
    else this.#leave(end, Number.NEGATIVE_INFINITY);
  }

  /** Closes when what is queued has left, at `until` at the latest. */
  #leave(end: UdpEnd, until: number | undefined): void {
    this.#parts.lanes.stop();
    if (until !== undefined) this.#tellLater(end);
    this.#state = { kind: 'flushing', until, end };
    this.#parts.host.wake();
  }

  #sayClose(now: number, end: UdpEnd): Outgoing | undefined {
    const { paths, protection } = this.#parts;
    const room = paths.room(paths.active);
    protection?.endSealing();
    const farewell = new Farewell(closePackets(this.#parts, now, end.code, end.reason));
    farewell.say(this.path, room);
    this.#tellLater(end);
    stopTls(this.#parts);
    this.#state = { kind: 'closing', until: now + this.#graceMs, farewell };
    return farewell.take();
  }

  #closedByPeer(now: number, given: number, reason: string): void {
    const code = Object.values(CloseCode).find((known) => known === given) ?? CloseCode.internal;
    this.#tellLater({ by: 'peer', code, reason, established: this.established });
    stopTls(this.#parts);
    this.#state = { kind: 'draining', until: now + this.#graceMs };
  }

  /** Ends without a word to the peer. */
  #vanish(by: UdpEnd['by'], code: CloseCode, reason: string): void {
    this.#tellLater({ by, code, reason, established: this.established });
    this.#forget();
  }

  #tellLater(end: UdpEnd): void {
    this.#end ??= end;
    this.#parts.lanes.stop();
    this.#intake.forgetEarly();
  }

  #forget(): void {
    this.#state = { kind: 'closed' };
    stopTls(this.#parts);
    this.#parts.handshake = undefined;
    this.#parts.local.forgetAll();
    this.#parts.host.wake();
  }

  get #graceMs(): number {
    return GRACE_PROBE_TIMEOUTS * this.#parts.recovery.probeTimeoutMs();
  }
}
