import type { Outgoing } from '../connection/assembly.ts';
import { type ConnectionSink, UdpConnection, type UdpConnectionOptions } from '../connection/connection.ts';
import type { UdpEnd } from '../connection/ending.ts';
import type { Host, UdpEnvironment } from '../connection/parts.ts';
import type { PathKey } from '../connection/paths.ts';
import { DATAGRAM_MAX_BYTES, RESET_TOKEN_BYTES, UDP_VERSIONS } from '../constants.ts';
import { resetToken } from '../crypto/reset.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { INITIAL_RTT_MS } from '../recovery/values.ts';
import { type ConnectionId, type HandshakePacket, type Packet, parsePacket } from '../wire/packet.ts';
import { Admission, randomId } from './admission.ts';
import { newCounters, type UdpCounters } from './counters.ts';
import { DeadlineHeap } from './deadlines.ts';

/** [ADMIT-6] */
const HANDSHAKES_MAX = 16_384;

export interface ServerOptions {
  /** A handshake is complete; frames come after it returns. */
  accept(connection: UdpConnection): ConnectionSink;
  /** [RESET-2] */
  resetKey: Uint8Array;
  handshakesMax?: number;
}

export interface UdpEndpointOptions {
  environment: UdpEnvironment;
  now: number;
  /** Something wants `transmit` soon; not said again before it. */
  wake: () => void;
  server?: ServerOptions;
  /** Best first. */
  versions?: readonly number[];
}

export interface ConnectOptions {
  path: PathKey;
  established: (connection: UdpConnection) => ConnectionSink;
  /** It ended before it was established. */
  failed: (end: UdpEnd) => void;
  move?: () => PathKey | undefined;
}

/**
 * All connections of a server's sockets, or those of a client [PACKET-6]. Order of calls: `receive` and `expire` as
 * things happen, then `transmit`, then a timer for `deadline`.
 */
export class UdpEndpoint {
  readonly counters: UdpCounters = newCounters();
  readonly #options: UdpEndpointOptions;
  readonly #versions: readonly number[];
  readonly #admission: Admission | undefined;
  readonly #scratch = new Uint8Array(DATAGRAM_MAX_BYTES);
  readonly #byId = new Map<ConnectionId, UdpConnection>();
  readonly #live = new Set<UdpConnection>();
  readonly #dirty = new Set<UdpConnection>();
  readonly #deadlines = new DeadlineHeap<UdpConnection>();
  #handshakes = 0;
  #woken = false;

  constructor(options: UdpEndpointOptions) {
    this.#options = options;
    this.#versions = options.versions ?? UDP_VERSIONS;
    const { server, environment, now } = options;
    if (server === undefined) return;
    const { crypto, random } = environment;
    const { resetKey } = server;
    const { counters } = this;
    this.#admission = new Admission({ crypto, random, resetKey, versions: this.#versions, now, counters });
  }

  get connections(): number {
    return this.#live.size;
  }

  /** Connection IDs that lead somewhere: a measure of what is kept. */
  get ids(): number {
    return this.#byId.size;
  }

  get handshakes(): number {
    return this.#handshakes;
  }

  /** Client: begins a connection to the server at `path`. */
  connect(now: number, { path, established, failed, move }: ConnectOptions): UdpConnection {
    const [version] = this.#versions;
    if (version === undefined) throw new Error('no version to begin with');
    const firstId = randomId(this.#options.environment.random);
    return this.#create({
      role: 'client',
      now,
      path,
      version,
      firstId,
      established,
      failed,
      ...(move === undefined ? {} : { move }),
    });
  }

  /** Any bytes from anywhere; their memory may be reused after the call. Throws nothing but what handlers throw. */
  receive(now: number, datagram: Uint8Array, path: PathKey): void {
    this.counters.datagramsReceived += 1;
    this.counters.bytesReceived += datagram.length;
    const packet = this.#parse(datagram);
    if (packet === undefined) return;
    const connection = this.#byId.get(packet.to) ?? this.#admit(now, datagram, packet, path);
    if (connection === undefined) return;
    this.#touch(connection);
    connection.receive(now, datagram, packet, path);
  }

  /** Gives everything that may leave now, and tells owners what ended. */
  transmit(now: number, each: (outgoing: Outgoing) => void): void {
    this.#woken = true;
    const send = (outgoing: Outgoing) => {
      this.counters.datagramsSent += 1;
      this.counters.bytesSent += outgoing.datagram.length;
      each(outgoing);
    };
    try {
      for (const answer of this.#admission?.takeAnswers() ?? []) send(answer);
      // Handlers may make others want to send meanwhile: those join the end of the same round.
      for (const connection of this.#dirty) {
        this.#dirty.delete(connection);
        this.#drive(now, connection, send);
      }
    } finally {
      this.#woken = false;
      if (this.#dirty.size > 0) this.#wake();
    }
  }

  /** Server: ends what has no keys yet, and says so. */
  refuseHandshakes(reason: string): void {
    for (const connection of this.#live)
      if (!connection.established) connection.abort(CloseCode.refused, reason);
  }

  /** When `expire` has something to do; Infinity for never. */
  deadline(): number {
    return this.#deadlines.earliest;
  }

  expire(now: number): void {
    for (let due = this.#deadlines.take(now); due !== undefined; due = this.#deadlines.take(now)) {
      this.#touch(due);
      due.expire(now);
    }
  }

  #drive(now: number, connection: UdpConnection, send: (outgoing: Outgoing) => void): void {
    for (let next = connection.poll(now); next !== undefined; next = connection.poll(now)) send(next);
    this.#deadlines.set(connection, connection.deadline(now));
    if (connection.ended) this.#live.delete(connection);
    connection.tell();
  }

  #parse(datagram: Uint8Array): Packet | undefined {
    try {
      return parsePacket(datagram, this.#versions);
    } catch (error) {
      if (!(error instanceof UdpFault)) throw error;
      this.counters.dropped += 1;
      return undefined;
    }
  }

  /** A packet that leads to no connection: the first of one, or something to answer once, or a reset [RESET-3]. */
  #admit(now: number, datagram: Uint8Array, packet: Packet, path: PathKey): UdpConnection | undefined {
    const admission = this.#admission;
    if (admission === undefined) {
      if (packet.kind === 'short')
        for (const connection of this.#live) this.#stray(connection, datagram, path);
      else this.counters.dropped += 1;
      return undefined;
    }
    if (packet.kind === 'handshake' && packet.token.length > 0) {
      const provenAfterMs = admission.provenAfterMs(now, packet, path);
      if (provenAfterMs !== undefined) return this.#begin(now, packet, path, provenAfterMs);
    }
    admission.answer(now, datagram, packet, path);
    if (admission.waiting) this.#wake();
    return undefined;
  }

  #stray(connection: UdpConnection, datagram: Uint8Array, path: PathKey): void {
    this.#touch(connection);
    connection.receiveStray(datagram, path);
  }

  #begin(
    now: number,
    { version, to }: HandshakePacket,
    path: PathKey,
    roundTripMs: number,
  ): UdpConnection | undefined {
    const { server } = this.#options;
    if (server === undefined) return undefined;
    if (this.#handshakes >= (server.handshakesMax ?? HANDSHAKES_MAX)) {
      this.counters.refused += 1;
      return undefined;
    }
    this.#handshakes += 1;
    const done = () => {
      this.#handshakes -= 1;
    };
    const connection = this.#create({
      role: 'server',
      now,
      path,
      version,
      firstId: to,
      // A token older than what is assumed anyway tells more of what was lost meanwhile than of the path.
      ...(roundTripMs < INITIAL_RTT_MS ? { roundTripMs } : {}),
      established: (self) => {
        done();
        this.counters.established += 1;
        return server.accept(self);
      },
      failed: done,
    });
    this.#byId.set(to, connection);
    return connection;
  }

  #create(options: Omit<UdpConnectionOptions, 'host' | 'localId' | 'versions'>): UdpConnection {
    const { environment, server } = this.#options;
    const { crypto, random } = environment;
    let connection: UdpConnection | undefined;
    const make = (): ConnectionId => {
      const id = randomId(random);
      if (connection !== undefined) this.#byId.set(id, connection);
      return id;
    };
    const host: Host = {
      environment,
      scratch: this.#scratch,
      make,
      forget: (id) => this.#byId.delete(id),
      resetToken: (id) =>
        server === undefined ? random.bytes(RESET_TOKEN_BYTES) : resetToken(crypto, server.resetKey, id),
      wake: () => {
        if (connection !== undefined) this.#touch(connection);
      },
    };
    const localId = make();
    connection = new UdpConnection({ ...options, versions: this.#versions, host, localId });
    this.#byId.set(localId, connection);
    this.#live.add(connection);
    this.#touch(connection);
    return connection;
  }

  #touch(connection: UdpConnection): void {
    this.#dirty.add(connection);
    this.#wake();
  }

  #wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    this.#options.wake();
  }
}
