/** Puts packets together [CREDIT-4]: each function gives the next packet of its kind that may leave now, if there is one. */
import type { Carried } from '../carried.ts';
import {
  DATAGRAM_MAX_BYTES,
  LONG_HEADER_BYTES,
  RESET_BYTES,
  RETRY_TOKEN_BYTES,
  SHORT_HEADER_BYTES,
  TAG_BYTES,
} from '../constants.ts';
import { type Protection, SEAL_OVERHEAD_MAX } from '../crypto/protection.ts';
import { URGENT_WINDOW_BYTES } from '../tuning.ts';
import { ByteWriter } from '../wire/bytes.ts';
import { type Chunk, chunkBytes, writeChunk } from '../wire/chunk.ts';
import { HANDSHAKE_OVERHEAD_MAX_BYTES, numberLength, type Space } from '../wire/packet.ts';
import type { Handshake } from './handshake.ts';
import { type Parts, urgency } from './parts.ts';
import { PATH_ROOM_MIN_BYTES, type Path, type PathKey } from './paths.ts';

export interface Outgoing {
  datagram: Uint8Array;
  path: PathKey;
}

/** Room for chunks in a packet of the connection. */
const ROOM_BYTES = DATAGRAM_MAX_BYTES - SEAL_OVERHEAD_MAX;
/** Room in a handshake packet with a token. */
const HANDSHAKE_ROOM_BYTES = DATAGRAM_MAX_BYTES - HANDSHAKE_OVERHEAD_MAX_BYTES - RETRY_TOKEN_BYTES;
/** What a hello has beyond its chunks and its packet number: the length of its token is 0. */
const HELLO_OVERHEAD_BYTES = LONG_HEADER_BYTES + 1 + TAG_BYTES;

/** Chunks of a packet that is longer than the reset that answers it, with the shortest packet number. */
const ANSWERED_MIN_BYTES = RESET_BYTES + 1 - SHORT_HEADER_BYTES - 1 - TAG_BYTES;

/** A packet before it is sealed. */
class Draft {
  readonly writer: ByteWriter;
  readonly carried: Carried[] = [];
  eliciting = false;
  padded = false;

  constructor(scratch: Uint8Array, room: number) {
    this.writer = new ByteWriter(scratch.subarray(0, room));
  }

  get empty(): boolean {
    return this.writer.offset === 0;
  }

  /** Adds `chunk`, which elicits, if there is room. */
  add(chunk: Chunk, carried?: Carried): boolean {
    if (chunkBytes(chunk) > this.writer.remaining) return false;
    writeChunk(this.writer, chunk);
    if (carried !== undefined) this.carried.push(carried);
    this.eliciting = true;
    return true;
  }

  pad(bytes: number): void {
    const length = Math.min(bytes - this.writer.offset, this.writer.remaining);
    if (length <= 0) return;
    writeChunk(this.writer, { kind: 'padding', length });
    this.padded = true;
  }
}

export function handshakePacket(parts: Parts, now: number): Outgoing | undefined {
  const { handshake, received, probes, host } = parts;
  if (handshake === undefined) return undefined;
  const probing = probes.handshake > 0;
  const ackDue = received.handshake.deadline() <= now;
  const sends = probing || (handshake.lane.waits && handshakeSendableAt(parts, now) <= now);
  if (!sends && !ackDue) return undefined;
  const draft = new Draft(host.scratch, HANDSHAKE_ROOM_BYTES);
  addAck(parts, 'handshake', now, draft);
  if (sends && handshake.lane.fill(draft.writer, draft.carried)) draft.eliciting = true;
  if (probing) {
    probes.handshake -= 1;
    if (!draft.eliciting) draft.add({ kind: 'ping' });
  }
  return draft.empty ? undefined : sealHandshake(parts, handshake, now, draft);
}

/**
 * The last words of a client that has its keys already wait for no window: what fills that cannot be acknowledged before the
 * server has them.
 */
function handshakeSendableAt({ protection, recovery }: Parts, now: number): number {
  return protection === undefined ? recovery.sendableAt(now, DATAGRAM_MAX_BYTES) : now;
}

/** One that asks for a retry [ADMIT-1]: nobody waits for its acknowledgement. */
export function helloPacket(parts: Parts, now: number): Outgoing | undefined {
  const { handshake, recovery, host } = parts;
  if (handshake === undefined) return undefined;
  const numberBytes = numberLength(recovery.peekNumber('handshake'), -1);
  const draft = new Draft(host.scratch, DATAGRAM_MAX_BYTES - HELLO_OVERHEAD_BYTES - numberBytes);
  writeChunk(draft.writer, { kind: 'ping' });
  draft.pad(DATAGRAM_MAX_BYTES);
  return sealHandshake(parts, handshake, now, draft);
}

/** An answer to a challenge, on the path that it came on; or a challenge [ROAM-4]. */
export function pathPacket(parts: Parts, now: number): Outgoing | undefined {
  const { paths, protection, host } = parts;
  if (protection === undefined) return undefined;
  const response = paths.nextResponse();
  if (response !== undefined) {
    const draft = new Draft(host.scratch, DATAGRAM_MAX_BYTES);
    draft.add({ kind: 'response', data: response.data });
    const outgoing = sealOn(parts, protection, response.path, response.room, now, draft);
    paths.responded(response.path, outgoing.datagram.length);
    return outgoing;
  }
  const challenge = paths.takeChallenge(now, () => randomWord(parts));
  if (challenge === undefined) return undefined;
  const draft = new Draft(host.scratch, DATAGRAM_MAX_BYTES);
  draft.add({ kind: 'challenge', data: challenge }, { kind: 'challenge', data: challenge });
  return sealOn(parts, protection, paths.active, paths.room(paths.active), now, draft);
}

export function connectionPacket(parts: Parts, now: number): Outgoing | undefined {
  const { protection, recovery, received, lanes, paths, probes, host } = parts;
  if (protection === undefined) return undefined;
  const room = Math.min(ROOM_BYTES, paths.room(paths.active) - SEAL_OVERHEAD_MAX);
  if (room < PATH_ROOM_MIN_BYTES) return undefined;
  const probing = probes.connection > 0;
  const how = urgency(parts);
  const open = probing || (lanes.wantsToSend && recovery.sendableAt(now, DATAGRAM_MAX_BYTES) <= now);
  const urgent = open || hasRoomForUrgent(parts);
  const fills = open || (urgent && (lanes.wantsUrgent || (how.lossy && lanes.repeatDeadline(how) <= now)));
  const business = urgent && hasBusiness(parts);
  const ackDue = received.connection.deadline() <= now;
  if (!fills && !business && !probing && !ackDue) return undefined;

  const draft = new Draft(host.scratch, room);
  addAck(parts, 'connection', now, draft);
  if (business) addBusiness(parts, now, draft);
  if ((fills || probing || how.lossy) && urgent) {
    const filled = lanes.fill(now, draft.writer, draft.carried, {
      urgentOnly: !open,
      lossy: how.lossy,
      smoothedMs: how.smoothedMs,
      probeCount: how.probeCount,
      leaving: probing || business || ackDue,
    });
    if (filled) draft.eliciting = true;
  }
  if (probing) {
    probes.connection -= 1;
    if (!draft.eliciting) draft.add({ kind: 'ping' });
  }
  // So that a server that knows nothing of the connection may say so [RESET-1].
  if (draft.eliciting) draft.pad(ANSWERED_MIN_BYTES);
  return draft.empty ? undefined : seal(parts, protection, paths.active, now, draft);
}

/** Tells the peer that the connection ends, in every key that it may have [END-1]. */
export function closePackets(parts: Parts, now: number, code: number, reason: string): Uint8Array[] {
  const { protection, handshake, host, paths } = parts;
  const draft = () => {
    const closing = new Draft(host.scratch, HANDSHAKE_ROOM_BYTES);
    writeChunk(closing.writer, { kind: 'close', code, reason });
    return closing;
  };
  const closes: Outgoing[] = [];
  if (handshake !== undefined) closes.push(sealHandshake(parts, handshake, now, draft()));
  if (protection !== undefined) closes.push(seal(parts, protection, paths.active, now, draft()));
  return closes.map(({ datagram }) => datagram);
}

/** When `connectionPacket` has something to send that nothing but time holds back. */
export function sendingDeadline(parts: Parts, now: number): number {
  const { protection, handshake, recovery, received, lanes, paths } = parts;
  let deadline = handshake === undefined ? Number.POSITIVE_INFINITY : received.handshake.deadline();
  if (handshake?.lane.waits) deadline = Math.min(deadline, handshakeSendableAt(parts, now));
  if (protection === undefined || paths.room(paths.active) < PATH_ROOM_MIN_BYTES + SEAL_OVERHEAD_MAX)
    return deadline;
  deadline = Math.min(deadline, received.connection.deadline());
  if (lanes.wantsToSend) deadline = Math.min(deadline, recovery.sendableAt(now, DATAGRAM_MAX_BYTES));
  const how = urgency(parts);
  if (how.lossy && hasRoomForUrgent(parts)) deadline = Math.min(deadline, lanes.repeatDeadline(how));
  return deadline;
}

/** [URGENT-5] */
const hasRoomForUrgent = ({ recovery }: Parts): boolean =>
  recovery.bytesInFlight + DATAGRAM_MAX_BYTES <= recovery.window ||
  recovery.bytesInFlight < URGENT_WINDOW_BYTES;

/** An ack rides when there is something new to say, or on a path that loses packets [ACK-2]. */
function addAck(parts: Parts, space: Space, now: number, draft: Draft): void {
  const received = parts.received[space];
  if (!received.news && !(space === 'connection' && urgency(parts).lossy)) return;
  const ack = received.ack(now);
  const largest = ack?.ranges[0]?.last;
  if (ack === undefined || largest === undefined) return;
  const chunk: Chunk = { kind: 'ack', ranges: ack.ranges, delayMs: ack.delayMs };
  if (chunkBytes(chunk) > draft.writer.remaining) return;
  writeChunk(draft.writer, chunk);
  draft.carried.push({ kind: 'ack', largest });
}

function hasBusiness({ owesConfirmed, tickets, local, remote, lanes }: Parts): boolean {
  return owesConfirmed || tickets.waits || local.untold || remote.untold || lanes.owesCredit;
}

/** Longest chunk of business. */
const BUSINESS_CHUNK_MAX_BYTES = 64;

function addBusiness(parts: Parts, now: number, draft: Draft): void {
  const { tickets, local, remote, lanes, recovery } = parts;
  if (parts.owesConfirmed && draft.add({ kind: 'confirmed' }, { kind: 'confirmed' }))
    parts.owesConfirmed = false;
  if (tickets.fill(draft.writer, draft.carried)) draft.eliciting = true;
  while (draft.writer.remaining >= BUSINESS_CHUNK_MAX_BYTES) {
    const chunk = local.tell() ?? remote.tell();
    if (chunk === undefined) break;
    draft.add(chunk, { kind: chunk.kind, sequence: chunk.sequence });
  }
  if (lanes.owesCredit) {
    lanes.writeCredit(now, recovery.rtt.smoothedMs, draft.writer, draft.carried);
    draft.eliciting = true;
  }
}

/** As long as the path allows, so that a path too narrow is not taken for a good one. */
function sealOn(
  parts: Parts,
  protection: Protection,
  path: Path,
  room: number,
  now: number,
  draft: Draft,
): Outgoing {
  const { recovery } = parts;
  const numberBytes = numberLength(recovery.peekNumber('connection'), recovery.largestAcked('connection'));
  draft.pad(Math.min(DATAGRAM_MAX_BYTES, room) - SHORT_HEADER_BYTES - numberBytes - TAG_BYTES);
  return seal(parts, protection, path, now, draft);
}

function seal(parts: Parts, protection: Protection, path: Path, now: number, draft: Draft): Outgoing {
  const { recovery, remote, paths } = parts;
  const number = recovery.nextNumber('connection');
  const chunks = draft.writer.written;
  const datagram = protection.seal(remote.active, number, recovery.largestAcked('connection'), chunks);
  note(parts, 'connection', path, now, draft, number, datagram.length);
  paths.sent(path, datagram.length);
  return { datagram, path: path.key };
}

function sealHandshake(parts: Parts, handshake: Handshake, now: number, draft: Draft): Outgoing {
  const { recovery, remote, local, paths, version } = parts;
  const number = recovery.nextNumber('handshake');
  const header = { version, to: remote.active, from: local.first, token: handshake.token };
  const largestAcked = recovery.largestAcked('handshake');
  const datagram = handshake.protection.seal(header, number, largestAcked, draft.writer.written);
  note(parts, 'handshake', paths.active, now, draft, number, datagram.length);
  paths.sent(paths.active, datagram.length);
  return { datagram, path: paths.active.key };
}

function note(
  { recovery }: Parts,
  space: Space,
  path: Path,
  now: number,
  { eliciting, padded, carried }: Draft,
  number: number,
  bytes: number,
): void {
  const inFlight = eliciting || (padded && space === 'connection');
  recovery.sent(space, { number, sentAt: now, bytes, eliciting, inFlight, path: path.number, carried });
}

function randomWord({ host }: Parts): bigint {
  return new DataView(host.environment.random.bytes(8).buffer).getBigUint64(0);
}
