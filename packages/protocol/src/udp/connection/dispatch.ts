import type { Carried } from '../carried.ts';
import type { Chunk } from '../wire/chunk.ts';
import type { Space } from '../wire/packet.ts';
import type { Parts } from './parts.ts';
import type { Path } from './paths.ts';

/** Old connection IDs and keys stay good for this many probe timeouts [ROAM-1] [KEYS-2]. */
export const GRACE_PROBE_TIMEOUTS = 3;

/** What a chunk means for the connection beyond its parts. */
export interface ChunkEvents {
  /** Something was acknowledged: there is room again. */
  acknowledged(): void;
  /** The peer closed the connection. */
  closed(now: number, code: number, reason: string): void;
}

/**
 * Hands one chunk of an authentic packet that came on `path` to the part it is for. Returns whether it repeats what was
 * received before [ACK-1]. Throws UdpFault, and SottoError of frames.
 */
export function takeChunk(
  parts: Parts,
  space: Space,
  path: Path,
  now: number,
  chunk: Chunk,
  events: ChunkEvents,
): boolean {
  const { lanes, local, remote, paths, recovery } = parts;
  switch (chunk.kind) {
    case 'padding':
    case 'ping':
    case 'confirmed':
      return false;
    case 'ack': {
      const outcome = recovery.acknowledged(now, space, chunk.ranges, chunk.delayMs);
      settle(parts, space, outcome);
      const newest = chunk.ranges[0]?.last;
      if (space === 'connection' && newest !== undefined) parts.protection?.acknowledged(newest);
      if (outcome.acked.length + outcome.late.length > 0) events.acknowledged();
      return false;
    }
    case 'crypto': {
      if (space === 'handshake') parts.handshake?.receive(chunk.offset, chunk.bytes);
      else takeTickets(parts, chunk.offset, chunk.bytes);
      return false;
    }
    case 'lane':
      return !lanes.receive(chunk.lane, chunk.offset, chunk.bytes);
    case 'datagram':
      lanes.receiveDatagram(chunk.frame);
      return false;
    case 'credit':
      lanes.peerCredit(chunk.limit);
      return false;
    case 'laneCredit':
      lanes.peerLaneCredit(chunk.lane, chunk.limit);
      return false;
    case 'newId':
      remote.add(chunk);
      return false;
    case 'retireId':
      local.retire(now, chunk.sequence, GRACE_PROBE_TIMEOUTS * recovery.probeTimeoutMs());
      return false;
    case 'challenge':
      paths.challenged(path, chunk.data);
      return false;
    case 'response':
      paths.answered(chunk.data);
      return false;
    case 'close':
      events.closed(now, chunk.code, chunk.reason);
      return false;
  }
}

function takeTickets({ tickets, ticketReader }: Parts, offset: number, bytes: Uint8Array): void {
  const next = tickets.receive(offset, bytes);
  if (next !== undefined) ticketReader?.receiveTickets(next);
}

const cryptoLane = ({ handshake, tickets }: Parts, space: Space) =>
  space === 'handshake' ? handshake?.lane : tickets;

/** Each part learns the fate of what it sent. */
export function settle(
  parts: Parts,
  space: Space,
  { acked, late, lost }: { acked: readonly Sent[]; late: readonly Sent[]; lost: readonly Sent[] },
): void {
  for (const { carried } of acked) for (const part of carried) acknowledged(parts, space, part);
  for (const { carried } of late) for (const part of carried) acknowledged(parts, space, part);
  for (const { carried } of lost) for (const part of carried) wasLost(parts, space, part);
}

interface Sent {
  readonly carried: readonly Carried[];
}

function acknowledged(parts: Parts, space: Space, part: Carried): void {
  const { lanes, received } = parts;
  switch (part.kind) {
    case 'lane':
      lanes.acknowledged(part);
      return;
    case 'crypto':
      cryptoLane(parts, space)?.acknowledged(part);
      return;
    case 'ack':
      received[space].ackAcknowledged(part.largest);
      return;
    case 'credit':
    case 'laneCredit':
    case 'newId':
    case 'retireId':
    case 'challenge':
    case 'confirmed':
      return;
  }
}

function wasLost(parts: Parts, space: Space, part: Carried): void {
  const { lanes, local, remote } = parts;
  switch (part.kind) {
    case 'lane':
      lanes.lost(part);
      return;
    case 'crypto':
      cryptoLane(parts, space)?.lost(part);
      return;
    case 'credit':
    case 'laneCredit':
      lanes.creditLost(part);
      return;
    case 'newId':
      local.tellAgain(part.sequence);
      return;
    case 'retireId':
      remote.tellAgain(part.sequence);
      return;
    case 'confirmed':
      parts.owesConfirmed = true;
      return;
    case 'ack':
    case 'challenge':
      return;
  }
}
