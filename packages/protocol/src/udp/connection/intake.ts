/** What becomes of packets that are sealed: opened, read, handed to the parts, and noted for the next ack. */

import type { Opened } from '../crypto/protection.ts';
import { endsInReset } from '../crypto/reset.ts';
import { UdpFault } from '../fault.ts';
import { elicits, readChunks } from '../wire/chunk.ts';
import type { HandshakePacket, Space } from '../wire/packet.ts';
import { type ChunkEvents, GRACE_PROBE_TIMEOUTS, takeChunk } from './dispatch.ts';
import type { Parts } from './parts.ts';
import type { Path, PathKey } from './paths.ts';
import { follow } from './roaming.ts';

/** What the connection itself must know of what came. */
export interface IntakeEvents extends ChunkEvents {
  pathChanged(path: PathKey): void;
  /** The client's keys are confirmed [SHAKE-7]. */
  confirmed(): void;
  /** A datagram that ends in a reset token of the peer [RESET-3]. */
  reset(): void;
}

/** [SHAKE-7] */
const EARLY_PACKETS_MAX = 10;
const NO_TOKEN = new Uint8Array(0);

/** Throws UdpFault, and SottoError of frames, for what authenticates and breaks a rule [PACKET-5]. */
export class Intake {
  readonly #parts: Parts;
  readonly #events: IntakeEvents;
  /** Came before the keys they need. */
  #early: { datagram: Uint8Array; path: PathKey }[] = [];

  constructor(parts: Parts, events: IntakeEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  /** One of those that came before their keys, now that these are there. */
  takeEarly(): { datagram: Uint8Array; path: PathKey } | undefined {
    return this.#parts.protection === undefined ? undefined : this.#early.shift();
  }

  forgetEarly(): void {
    this.#early = [];
  }

  handshake(now: number, datagram: Uint8Array, packet: HandshakePacket, key: PathKey): void {
    const { role, handshake, protection, remote, paths, version } = this.#parts;
    if (handshake?.started !== true || packet.version !== version || key !== paths.active.key) {
      this.drop();
      return;
    }
    const opened = handshake.protection.open(datagram, packet);
    if (opened === undefined || !handshake.acceptsFrom(packet.from)) {
      this.drop();
      return;
    }
    if (protection === undefined) remote.confirmFirst(packet.from);
    if (role === 'client') handshake.token = NO_TOKEN;
    this.#parts.heardAt = now;
    const path = paths.arrived(key, datagram.length);
    if (protection === undefined) this.#chunks(now, 'handshake', opened, path, this.#events);
    else this.#late(now, opened, path);
  }

  /** A handshake packet for a connection that has its keys: anybody may have sealed it, so it ends nothing [PACKET-5]. */
  #late(now: number, opened: Opened, path: Path): void {
    const { acknowledged } = this.#events;
    try {
      this.#chunks(now, 'handshake', opened, path, { acknowledged, closed: () => this.drop() });
    } catch (error) {
      if (!(error instanceof UdpFault)) throw error;
      this.drop();
    }
  }

  sealed(now: number, datagram: Uint8Array, key: PathKey): void {
    const { role, protection, recovery, paths } = this.#parts;
    if (protection === undefined) {
      if (this.#early.length < EARLY_PACKETS_MAX) this.#early.push({ datagram: datagram.slice(), path: key });
      else this.drop();
      return;
    }
    const opened = protection.open(now, datagram, GRACE_PROBE_TIMEOUTS * recovery.probeTimeoutMs());
    if (opened === undefined) {
      this.stray(datagram);
      return;
    }
    this.#parts.heardAt = now;
    if (role === 'client') this.#events.confirmed();
    const path = paths.arrived(key, datagram.length);
    if (opened.number > this.#parts.newest) {
      this.#parts.newest = opened.number;
      if (role === 'server' && follow(this.#parts, now, path)) this.#events.pathChanged(path.key);
    }
    this.#chunks(now, 'connection', opened, path, this.#events);
  }

  /** A datagram that opens nowhere may be the end of the connection. */
  stray(datagram: Uint8Array): void {
    const { host, remote, protection } = this.#parts;
    if (protection !== undefined && endsInReset(host.environment.crypto, datagram, remote.resetTokens()))
      this.#events.reset();
    else this.drop();
  }

  drop(): void {
    this.#parts.packetsDropped += 1;
  }

  #chunks(
    now: number,
    space: Space,
    { number, chunks: bytes }: Opened,
    path: Path,
    events: ChunkEvents,
  ): void {
    const { role, lanes, received } = this.#parts;
    const chunks = readChunks(bytes, space, role === 'client' ? 'server' : 'client');
    let before = 0;
    for (const chunk of chunks) {
      if (chunk.kind === 'lane' && !lanes.accepts(chunk.lane, chunk.offset, chunk.bytes.length, before++)) {
        this.drop();
        return;
      }
    }
    let repeats = false;
    for (const chunk of chunks) repeats = takeChunk(this.#parts, space, path, now, chunk, events) || repeats;
    received[space].received(now, number, chunks.some(elicits), repeats);
  }
}
