/**
 * One end of a connection. It is one file because it is one state machine: every method below looks at the state first,
 * and everything that can be done without looking at it is in the files beside this one.
 *
 * Calls of the owner (`send`, `close`, ...) only note what is wanted. Whoever drives it calls `receive` and `expire` as
 * things happen, then `poll` until it gives nothing, then `tell`, then looks at `deadline`.
 */
import { SottoError } from '../../errors.ts';
import type { Lane } from '../../frame.ts';
import { CONNECTION_IDS_MAX, UDP_IDLE_TIMEOUT_MS } from '../constants.ts';
import type { Opened } from '../crypto/protection.ts';
import { endsInReset } from '../crypto/reset.ts';
import type { Exporter } from '../engines.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { Lanes } from '../lanes/lanes.ts';
import { ReceivedPackets } from '../recovery/received.ts';
import { Recovery } from '../recovery/recovery.ts';
import { elicits, readChunks } from '../wire/chunk.ts';
import type { ConnectionId, Packet, Role, Space } from '../wire/packet.ts';
import { defaultParameters } from '../wire/parameters.ts';
import { Asking, otherVersion, tokenOf } from './asking.ts';
import {
  closePacket,
  connectionPacket,
  handshakePacket,
  helloPacket,
  type Outgoing,
  pathPacket,
  sendingDeadline,
} from './assembly.ts';
import { CryptoLane } from './crypto-lane.ts';
import { type ChunkEvents, GRACE_PROBE_TIMEOUTS, settle, takeChunk } from './dispatch.ts';
import { Farewell, type State, type UdpEnd } from './ending.ts';
import { type Established, Handshake } from './handshake.ts';
import { LocalIds, RemoteIds } from './ids.ts';
import type { Host, Parts } from './parts.ts';
import { type Path, type PathKey, Paths } from './paths.ts';
import { follow, giveUpPath, Mover } from './roaming.ts';
import type { UdpStats } from './stats.ts';

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
/** [SHAKE-7] */
const EARLY_PACKETS_MAX = 10;
/** [END-1] */
const LINGER_MS = 2_000;
const NO_TOKEN = new Uint8Array(0);

export class UdpConnection {
  readonly role: Role;
  readonly #options: UdpConnectionOptions;
  readonly #parts: Parts;
  readonly #mover: Mover;
  #state: State;
  #version: number;
  #sink: ConnectionSink | undefined;
  #exporter: Exporter | undefined;
  /** Came before the keys they need. */
  #early: { datagram: Uint8Array; path: PathKey }[] = [];
  /** What the owner is to be told, and whether it was. */
  #end: UdpEnd | undefined;
  #told = false;
  #heardAt: number;
  #idleTimeoutMs = UDP_IDLE_TIMEOUT_MS;
  #newest = -1;
  /** When a client gives up waiting for its keys to be confirmed [SHAKE-7]. */
  readonly #confirmBy: number;
  readonly #counts = {
    packetsSent: 0,
    packetsReceived: 0,
    packetsDropped: 0,
    bytesSent: 0,
    bytesReceived: 0,
  };

  constructor(options: UdpConnectionOptions) {
    const { role, host, now, path, firstId, localId, version, roundTripMs } = options;
    this.role = role;
    this.#options = options;
    this.#version = version;
    this.#heardAt = now;
    this.#confirmBy = now + HANDSHAKE_TIMEOUT_MS;
    this.#mover = new Mover(options.move ?? (() => undefined));
    this.#state =
      role === 'client'
        ? { kind: 'asking', until: this.#confirmBy, asking: new Asking(now) }
        : { kind: 'handshaking', until: this.#confirmBy };
    this.#parts = {
      host,
      recovery: new Recovery(now),
      received: { handshake: new ReceivedPackets(), connection: new ReceivedPackets() },
      lanes: new Lanes({
        now,
        sink: {
          frame: (frame) => this.#sink?.frame(frame),
          datagram: (frame) => this.#sink?.datagram(frame),
        },
      }),
      paths: new Paths(path, true),
      local: new LocalIds(host, localId),
      remote: new RemoteIds(firstId),
      handshake: this.#newHandshake(),
      tickets: new CryptoLane(),
      ticketReader: undefined,
      protection: undefined,
      probes: { handshake: 0, connection: 0 },
      owesConfirmed: false,
    };
    if (roundTripMs !== undefined) this.#parts.recovery.rtt.sample(now, roundTripMs, 0);
    if (role === 'server') this.#parts.handshake?.start();
  }

  get established(): boolean {
    return this.#exporter !== undefined;
  }

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
    if (this.#state.kind !== 'established') return this.abort(code, reason);
    this.#leave({ by: 'local', code, reason, established: true }, undefined);
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
    const { recovery, lanes, paths, protection } = this.#parts;
    const { rtt } = recovery;
    return {
      ...this.#counts,
      packetsLost: recovery.counters.packetsLost,
      bytesRepeated: lanes.counters.sending.repeatedBytes,
      latestRoundTripMs: rtt.latestMs,
      leastRoundTripMs: rtt.minMs,
      roundTripMs: rtt.smoothedMs,
      roundTripVarianceMs: rtt.varianceMs,
      lossRate: recovery.lossRate,
      windowBytes: recovery.window,
      inFlightBytes: recovery.bytesInFlight,
      pathChanges: paths.changes,
      keyUpdates: protection?.updates ?? 0,
    };
  }

  /** `datagram` parsed as `packet`; its memory may be reused after the call. */
  receive(now: number, datagram: Uint8Array, packet: Packet, path: PathKey): void {
    this.#counts.packetsReceived += 1;
    this.#counts.bytesReceived += datagram.length;
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
      case 'draining':
        return;
      case 'closing':
        state.farewell.heard();
        return;
      case 'asking':
      case 'handshaking':
      case 'established':
      case 'flushing':
        this.#guarded(() => this.#take(now, datagram, packet, path));
    }
  }

  /** A datagram that is no packet of this connection may be its end [RESET-3]. */
  receiveStray(datagram: Uint8Array): void {
    const { host, remote } = this.#parts;
    if (!this.established || !endsInReset(host.environment.crypto, datagram, remote.resetTokens())) {
      this.#counts.packetsDropped += 1;
      return;
    }
    this.#vanish({
      by: 'reset',
      code: CloseCode.done,
      reason: 'the peer knows nothing of it',
      established: true,
    });
  }

  /** The next datagram that may leave now. */
  poll(now: number): Outgoing | undefined {
    const outgoing = this.#next(now);
    if (outgoing === undefined) return undefined;
    this.#counts.packetsSent += 1;
    this.#counts.bytesSent += outgoing.datagram.length;
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
        return Number.POSITIVE_INFINITY;
      case 'draining':
      case 'closing':
        return state.until;
      case 'asking':
        return Math.min(state.until, state.asking.deadline);
      case 'handshaking':
        return Math.min(state.until, this.#liveDeadline(now));
      case 'established':
        return Math.min(this.#confirmDeadline, this.#liveDeadline(now));
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
        if (state.until <= now) return this.#timeOut(CloseCode.handshake, 'the handshake took too long');
        if (state.kind === 'handshaking') this.#expireLive(now);
        return;
      case 'established':
        if (this.#confirmDeadline <= now)
          return this.#timeOut(CloseCode.handshake, 'the keys were not confirmed');
        this.#expireLive(now);
        return;
      case 'flushing':
        this.#expireLive(now);
    }
  }

  get #confirmDeadline(): number {
    return this.#parts.handshake === undefined ? Number.POSITIVE_INFINITY : this.#confirmBy;
  }

  #liveDeadline(now: number): number {
    const { recovery, paths, local } = this.#parts;
    return Math.min(
      recovery.deadline(),
      paths.deadline,
      local.deadline,
      this.#heardAt + this.#idleTimeoutMs,
      sendingDeadline(this.#parts, now),
    );
  }

  #expireLive(now: number): void {
    const { recovery, local, lanes, handshake, probes } = this.#parts;
    if (this.#heardAt + this.#idleTimeoutMs <= now) return this.#timeOut(CloseCode.done, 'nothing was heard');
    if (local.deadline <= now) {
      local.expire(now);
      local.issue(CONNECTION_IDS_MAX);
    }
    if (giveUpPath(this.#parts, now)) this.#sink?.pathChanged(this.path);
    if (recovery.deadline() > now) return;
    const { lost, probes: count, space } = recovery.expire(now);
    settle(this.#parts, space, now, { acked: [], late: [], lost });
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
    if (this.role === 'client' && !this.#parts.paths.knows(path)) return this.#drop();
    switch (packet.kind) {
      case 'retry':
        this.#takeRetry(now, datagram, packet);
        return;
      case 'versions':
        this.#takeVersions(now, packet);
        return;
      case 'foreign':
        this.#drop();
        return;
      case 'handshake':
        this.#takeHandshake(now, datagram, packet, path);
        return;
      case 'short':
        this.#takeSealed(now, datagram, path);
    }
  }

  #takeRetry(now: number, datagram: Uint8Array, packet: Extract<Packet, { kind: 'retry' }>): void {
    const { handshake, host, recovery } = this.#parts;
    const state = this.#state;
    if (state.kind !== 'asking' || handshake === undefined) return this.#drop();
    const token = tokenOf(host.environment.crypto, datagram, packet, this.#options.firstId);
    if (token === undefined) return this.#drop();
    const roundTripMs = state.asking.roundTripMs(now);
    if (roundTripMs !== undefined) recovery.rtt.sample(now, roundTripMs, 0);
    handshake.token = token;
    this.#state = { kind: 'handshaking', until: state.until };
    handshake.start();
  }

  #takeVersions(now: number, packet: Extract<Packet, { kind: 'versions' }>): void {
    if (this.#state.kind !== 'asking' || packet.from !== this.#options.firstId) return this.#drop();
    const version = otherVersion(packet, this.#version, this.#options.versions);
    if (version === undefined) return this.#drop();
    this.#version = version;
    this.#parts.handshake = this.#newHandshake();
    this.#state.asking.restart(now);
  }

  #takeHandshake(
    now: number,
    datagram: Uint8Array,
    packet: Extract<Packet, { kind: 'handshake' }>,
    key: PathKey,
  ): void {
    const { handshake, remote, paths } = this.#parts;
    if (handshake === undefined || packet.version !== this.#version || key !== this.path) return this.#drop();
    if (this.#state.kind === 'asking') return this.#drop();
    const opened = handshake.protection.open(datagram, packet);
    if (opened === undefined || !handshake.acceptsFrom(packet.from)) return this.#drop();
    if (!this.established) remote.confirmFirst(packet.from, undefined);
    if (this.role === 'client') handshake.token = NO_TOKEN;
    this.#heardAt = now;
    this.#takeChunks(now, 'handshake', opened, paths.arrived(key, datagram.length));
  }

  #takeSealed(now: number, datagram: Uint8Array, key: PathKey): void {
    const { protection, recovery, paths } = this.#parts;
    if (protection === undefined) {
      if (this.#early.length < EARLY_PACKETS_MAX) this.#early.push({ datagram: datagram.slice(), path: key });
      return;
    }
    const opened = protection.open(now, datagram, GRACE_PROBE_TIMEOUTS * recovery.probeTimeoutMs());
    if (opened === undefined) return this.receiveStray(datagram);
    this.#heardAt = now;
    if (this.role === 'client') this.#forgetHandshake();
    const path = paths.arrived(key, datagram.length);
    if (opened.number > this.#newest) {
      this.#newest = opened.number;
      if (this.role === 'server' && follow(this.#parts, now, path)) this.#sink?.pathChanged(path.key);
    }
    this.#takeChunks(now, 'connection', opened, path);
  }

  #takeChunks(now: number, space: Space, { number, chunks: bytes }: Opened, path: Path): void {
    const { lanes, received } = this.#parts;
    const chunks = readChunks(bytes, space, this.role === 'client' ? 'server' : 'client');
    for (const chunk of chunks) {
      if (chunk.kind === 'lane' && !lanes.accepts(chunk.lane, chunk.offset, chunk.bytes.length))
        return this.#drop();
    }
    let repeats = false;
    for (const chunk of chunks)
      repeats = takeChunk(this.#parts, space, path, now, chunk, this.#chunkEvents) || repeats;
    received[space].received(now, number, chunks.some(elicits), repeats);
  }

  readonly #chunkEvents: ChunkEvents = {
    acknowledged: () => this.#sink?.drain(),
    closed: (now, given, reason) => {
      const code = Object.values(CloseCode).find((known) => known === given) ?? CloseCode.internal;
      this.#tellLater({ by: 'peer', code, reason, established: this.established });
      this.#state = { kind: 'draining', until: now + this.#graceMs };
    },
  };

  #next(now: number): Outgoing | undefined {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
      case 'draining':
        return undefined;
      case 'closing':
        return state.farewell.take();
      case 'asking':
        return state.asking.takeHello(now) ? helloPacket(this.#parts, this.#version, now) : undefined;
      case 'established':
        if (this.role === 'client') this.#mover.move(this.#parts, now);
        return this.#nextLive(now);
      case 'handshaking':
        return this.#nextLive(now);
      case 'flushing':
        state.until ??= now + LINGER_MS;
        return this.#parts.lanes.idle || state.until <= now
          ? this.#sayClose(now, state.end)
          : this.#nextLive(now);
    }
  }

  #nextLive(now: number): Outgoing | undefined {
    if (this.established && this.#early.length > 0) this.#takeEarly(now);
    try {
      const outgoing =
        handshakePacket(this.#parts, this.#version, now) ??
        pathPacket(this.#parts, now) ??
        connectionPacket(this.#parts, now);
      const { lanes, recovery } = this.#parts;
      if (outgoing === undefined && !lanes.wantsToSend) recovery.applicationLimited(now);
      return outgoing;
    } catch (error) {
      if (!(error instanceof UdpFault)) throw error;
      this.#fail(error);
      return this.#next(now);
    }
  }

  #newHandshake(): Handshake {
    const { role, host, versions, version, firstId, localId } = this.#options;
    const resetToken = role === 'server' ? host.resetToken(localId) : undefined;
    return new Handshake({
      role,
      engine: host.environment.crypto,
      startTls: host.environment.startTls,
      version: this.#version,
      firstId,
      localId,
      parameters: { ...defaultParameters(), firstVersion: version, versions, resetToken },
      events: {
        output: (bytes) => this.#tlsSays(bytes),
        complete: (established) => this.#guarded(() => this.#establish(established)),
        failed: (fault) => this.#fail(fault),
      },
    });
  }

  /** The client's last words of the handshake may come after it is complete for the client. */
  #tlsSays(bytes: Uint8Array): void {
    const { handshake, tickets, host } = this.#parts;
    if (this.role === 'server' && this.established) tickets.enqueue(bytes);
    else handshake?.lane.enqueue(bytes);
    host.wake();
  }

  #establish({ protection, peer, exporter }: Established): void {
    if (this.#state.kind !== 'handshaking') return;
    const { recovery, lanes, local, remote, host } = this.#parts;
    this.#parts.protection = protection;
    this.#exporter = exporter;
    this.#state = { kind: 'established' };
    this.#idleTimeoutMs = Math.min(UDP_IDLE_TIMEOUT_MS, peer.idleTimeoutMs);
    recovery.peerAckDelayMaxMs = peer.ackDelayMaxMs;
    lanes.setPeerCredit(peer.connectionCredit, peer.laneCredit);
    remote.confirmFirst(remote.active, peer.resetToken);
    local.issue(peer.connectionIds);
    if (this.role === 'server') {
      this.#parts.owesConfirmed = true;
      this.#forgetHandshake();
    } else this.#parts.ticketReader = this.#parts.handshake;
    this.#sink = this.#options.established(this);
    host.wake();
  }

  /** What came before the keys did. */
  #takeEarly(now: number): void {
    const early = this.#early;
    this.#early = [];
    for (const { datagram, path } of early) this.#guarded(() => this.#takeSealed(now, datagram, path));
  }

  #forgetHandshake(): void {
    const { handshake, recovery } = this.#parts;
    if (handshake === undefined) return;
    this.#parts.handshake = undefined;
    recovery.discard('handshake');
    recovery.handshakeConfirmed = true;
  }

  get #graceMs(): number {
    return GRACE_PROBE_TIMEOUTS * this.#parts.recovery.probeTimeoutMs();
  }

  #drop(): void {
    this.#counts.packetsDropped += 1;
  }

  #fail({ code, message }: UdpFault): void {
    this.#endAtOnce({ by: 'fault', code, reason: message, established: this.established });
  }

  #endAtOnce(end: UdpEnd): void {
    const { kind } = this.#state;
    if (kind === 'closing' || kind === 'draining' || kind === 'closed') return;
    // Nobody there knows of it yet.
    if (kind === 'asking') return this.#vanish(end);
    this.#tellLater(end);
    this.#leave(end, Number.NEGATIVE_INFINITY);
  }

  #leave(end: UdpEnd, until: number | undefined): void {
    this.#parts.lanes.stop();
    this.#state = { kind: 'flushing', until, end };
    this.#parts.host.wake();
  }

  #sayClose(now: number, end: UdpEnd): Outgoing | undefined {
    const outgoing = closePacket(this.#parts, this.#version, now, end.code, end.reason);
    this.#tellLater(end);
    this.#stopTls();
    if (outgoing === undefined) this.#forget();
    else this.#state = { kind: 'closing', until: now + this.#graceMs, farewell: new Farewell(outgoing) };
    return outgoing;
  }

  #timeOut(code: CloseCode, reason: string): void {
    this.#vanish({ by: 'timeout', code, reason, established: this.established });
  }

  /** Ends without a word to the peer. */
  #vanish(end: UdpEnd): void {
    this.#tellLater(end);
    this.#forget();
  }

  #tellLater(end: UdpEnd): void {
    this.#end ??= end;
    this.#parts.lanes.stop();
    this.#early = [];
  }

  #stopTls(): void {
    this.#parts.handshake?.stop();
    this.#parts.ticketReader?.stop();
    this.#parts.ticketReader = undefined;
  }

  #forget(): void {
    this.#state = { kind: 'closed' };
    this.#stopTls();
    this.#parts.handshake = undefined;
    this.#parts.local.forgetAll();
    this.#parts.host.wake();
  }
}
