import { CONNECTION_IDS_MAX } from '../constants.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import type { Chunk } from '../wire/chunk.ts';
import type { ConnectionId } from '../wire/packet.ts';

/** What makes connection IDs that lead to a connection, and takes them out of use. */
export interface IdSource {
  /** A new one that leads to the connection from now on. */
  make(): ConnectionId;
  /** It leads nowhere any more. */
  forget(id: ConnectionId): void;
  /** What a reset for it would end in [RESET-1]. */
  resetToken(id: ConnectionId): Uint8Array;
}

/** Of the ID that a side had in the handshake. */
export const FIRST_SEQUENCE = 0;
/** Of an ID that only the peer knows of. */
const NO_SEQUENCE = -1;

interface LocalId {
  sequence: number;
  id: ConnectionId;
  /** Infinity until the peer retires it. */
  until: number;
}

/** IDs that the peer sends to. */
export class LocalIds {
  /** The one of the handshake. */
  readonly first: ConnectionId;
  readonly #source: IdSource;
  #ids: LocalId[];
  #next = FIRST_SEQUENCE + 1;
  /** How many are to be in use. */
  #wanted = 1;
  /** Sequences that the peer must be told of. */
  readonly #untold = new Set<number>();

  constructor(source: IdSource, first: ConnectionId) {
    this.first = first;
    this.#source = source;
    this.#ids = [{ sequence: FIRST_SEQUENCE, id: first, until: Number.POSITIVE_INFINITY }];
  }

  get deadline(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { until } of this.#ids) earliest = Math.min(earliest, until);
    return earliest;
  }

  get untold(): boolean {
    return this.#untold.size > 0;
  }

  /** Makes as many as the peer keeps, at most CONNECTION_IDS_MAX in use [ROAM-1]. */
  issue(peerKeeps: number): void {
    this.#wanted = Math.min(peerKeeps, CONNECTION_IDS_MAX);
    this.#replace();
  }

  /** `id`, by which the peer began, leads here until then, so that what repeats its beginning is no other one's. */
  keep(id: ConnectionId, until: number): void {
    this.#ids.push({ sequence: NO_SEQUENCE, id, until });
  }

  /** The chunk that tells of one, or undefined when all are told. */
  tell(): Extract<Chunk, { kind: 'newId' }> | undefined {
    for (const sequence of this.#untold) {
      this.#untold.delete(sequence);
      const known = this.#ids.find((id) => id.sequence === sequence);
      if (known === undefined) continue;
      const resetToken = this.#source.resetToken(known.id);
      return { kind: 'newId', sequence, retirePriorTo: 0, id: known.id, resetToken };
    }
    return undefined;
  }

  tellAgain(sequence: number): void {
    if (this.#ids.some((id) => id.sequence === sequence)) this.#untold.add(sequence);
  }

  /** The peer uses `sequence` no more: it is forgotten `keepMs` from now and replaced. Throws UdpFault for one never told. */
  retire(now: number, sequence: number, keepMs: number): void {
    if (sequence >= this.#next) throw new UdpFault(CloseCode.violation, 'retired an id it never had');
    const known = this.#ids.find((id) => id.sequence === sequence);
    if (known !== undefined) known.until = Math.min(known.until, now + keepMs);
    this.#untold.delete(sequence);
  }

  /** Forgets those whose time is up; each is replaced. */
  expire(now: number): void {
    for (const { id, until } of this.#ids) if (until <= now) this.#source.forget(id);
    this.#ids = this.#ids.filter(({ until }) => until > now);
    this.#replace();
  }

  /** None leads here any more. */
  forgetAll(): void {
    for (const { id } of this.#ids) this.#source.forget(id);
    this.#ids = [];
  }

  #replace(): void {
    for (let used = this.#inUse(); used < this.#wanted; used++) {
      const sequence = this.#next++;
      this.#ids.push({ sequence, id: this.#source.make(), until: Number.POSITIVE_INFINITY });
      this.#untold.add(sequence);
    }
  }

  #inUse(): number {
    return this.#ids.filter(({ until }) => until === Number.POSITIVE_INFINITY).length;
  }
}

/** How many retired IDs may wait to be told; a peer that gives more to retire breaks ROAM-1. */
const RETIRED_MAX = 32;

interface RemoteId {
  sequence: number;
  id: ConnectionId;
  resetToken: Uint8Array | undefined;
}

/** IDs that this side sends to. */
export class RemoteIds {
  #active: RemoteId;
  #spare: RemoteId[] = [];
  /** Sequences to retire that the peer must be told of. */
  readonly #retired = new Set<number>();

  constructor(first: ConnectionId) {
    this.#active = { sequence: FIRST_SEQUENCE, id: first, resetToken: undefined };
  }

  get active(): ConnectionId {
    return this.#active.id;
  }

  get untold(): boolean {
    return this.#retired.size > 0;
  }

  /** Tokens that end the connection when a datagram ends in them [RESET-3]. */
  *resetTokens(): Generator<Uint8Array> {
    if (this.#active.resetToken !== undefined) yield this.#active.resetToken;
  }

  /** The handshake tells the first one. */
  confirmFirst(id: ConnectionId): void {
    if (this.#active.sequence === FIRST_SEQUENCE) this.#active.id = id;
  }

  /** Throws UdpFault for more than were allowed. */
  add({ sequence, id, resetToken, retirePriorTo }: Extract<Chunk, { kind: 'newId' }>): void {
    if (retirePriorTo > sequence) throw new UdpFault(CloseCode.malformed, 'an id retires itself');
    this.#take({ sequence, id, resetToken });
    while (this.#spare[0] !== undefined && this.#spare[0].sequence < retirePriorTo)
      this.#retired.add(this.#spare.shift()?.sequence ?? 0);
    if (this.#active.sequence < retirePriorTo) this.change();
    if (this.#spare.length > CONNECTION_IDS_MAX || this.#retired.size > RETIRED_MAX)
      throw new UdpFault(CloseCode.violation, 'more ids than were asked for');
  }

  #take(given: RemoteId): void {
    const active = this.#active;
    if (given.sequence === active.sequence) {
      // The token of the first one is told once nobody else hears it.
      if (given.id === active.id) active.resetToken ??= given.resetToken;
    } else if (given.sequence < active.sequence) this.#retired.add(given.sequence);
    else if (!this.#spare.some(({ sequence }) => sequence === given.sequence)) {
      this.#spare.push(given);
      this.#spare.sort((a, b) => a.sequence - b.sequence);
    }
  }

  /** Sends to one that was not used before; false, and the same as before, when the peer has given none. */
  change(): boolean {
    const next = this.#spare.shift();
    if (next === undefined) return false;
    this.#retired.add(this.#active.sequence);
    this.#active = next;
    return true;
  }

  /** The chunk that tells of one retired, or undefined. */
  tell(): Extract<Chunk, { kind: 'retireId' }> | undefined {
    for (const sequence of this.#retired) {
      this.#retired.delete(sequence);
      return { kind: 'retireId', sequence };
    }
    return undefined;
  }

  tellAgain(sequence: number): void {
    this.#retired.add(sequence);
  }
}
