/** How a connection comes to have keys: its handshake, and what that leaves [SHAKE-2] to [SHAKE-8]. */

import type { ConnectionId } from '../wire/packet.ts';
import { defaultParameters } from '../wire/parameters.ts';
import { type Established, Handshake, type HandshakeEvents } from './handshake.ts';
import { FIRST_SEQUENCE } from './ids.ts';
import type { Parts } from './parts.ts';

export interface HandshakeStart {
  firstId: ConnectionId;
  localId: ConnectionId;
  versions: readonly number[];
}

/** A handshake in the version of `parts`; the one before, in another version, is forgotten. */
export function beginHandshake(
  parts: Parts,
  { firstId, localId, versions }: HandshakeStart,
  events: Omit<HandshakeEvents, 'output'>,
): void {
  const { role, host } = parts;
  parts.handshake = new Handshake({
    role,
    engine: host.environment.crypto,
    startTls: host.environment.startTls,
    version: parts.version,
    firstId,
    localId,
    parameters: { ...defaultParameters(), versions },
    events: { ...events, output: (bytes) => tlsSays(parts, bytes) },
  });
}

/** Goes over to the connection's keys. */
export function adopt(parts: Parts, { protection, peer }: Established): void {
  const { role, recovery, lanes, local } = parts;
  parts.protection = protection;
  recovery.peerAckDelayMaxMs = peer.ackDelayMaxMs;
  lanes.setPeerCredit(peer.connectionCredit, peer.laneCredit);
  // First of all, what the handshake could not tell since anybody reads it: how its ID is reset.
  if (role === 'server') local.tellAgain(FIRST_SEQUENCE);
  local.issue(peer.connectionIds);
  if (role === 'client') {
    parts.ticketReader = parts.handshake;
    return;
  }
  parts.owesConfirmed = true;
  forgetHandshake(parts);
}

/** Its keys are not needed any more [SHAKE-8]. */
export function forgetHandshake(parts: Parts): void {
  if (parts.handshake === undefined) return;
  parts.handshake = undefined;
  parts.recovery.discard('handshake');
  parts.recovery.handshakeConfirmed = true;
}

export function stopTls(parts: Parts): void {
  parts.handshake?.stop();
  parts.ticketReader?.stop();
  parts.ticketReader = undefined;
}

/** The client's last words of the handshake may come after it is complete for the client. */
function tlsSays({ role, protection, handshake, tickets, host }: Parts, bytes: Uint8Array): void {
  if (role === 'server' && protection !== undefined) tickets.enqueue(bytes);
  else handshake?.lane.enqueue(bytes);
  host.wake();
}
