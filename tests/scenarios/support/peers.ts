/** Clients of a real server reduced to one connection each, so that a test decides what becomes of them. */
import { Peer, type SeededSession, systemClock } from '@sotto/server/testing';
import type { Dial } from '@sotto/transport';
import { dialQuic } from '@sotto/transport/quic';
import { dialTls } from '@sotto/transport/tls';
import { dialUdp } from '@sotto/transport/udp';
import { dialWebSocket } from '@sotto/transport/websocket';

const DIALS = {
  udp: dialUdp,
  quic: dialQuic,
  tls: dialTls,
  websocket: dialWebSocket,
} as const satisfies Record<string, Dial>;
export type Way = keyof typeof DIALS;
export const WAYS = Object.keys(DIALS) as readonly Way[];

/** Connected, and not logged in. */
export async function dialPeer(way: Way, port: number): Promise<Peer> {
  const peer = new Peer(systemClock);
  await DIALS[way]({ host: '127.0.0.1', port, verify: () => {}, events: peer.events });
  await peer.hello();
  return peer;
}

/** A session and the connection that has it now. */
export interface Resumed {
  peer: Peer;
  /** With the token to be used next. */
  session: SeededSession;
  generation: number;
  /** Where the server says that it can be reached. */
  endpoints: readonly { transport: string; port: number }[];
}

export async function resumeOver(
  way: Way,
  port: number,
  session: SeededSession,
  generation = 0,
): Promise<Resumed> {
  const peer = await dialPeer(way, port);
  const granted = await peer.resume(session, generation);
  const { token, endpoints } = granted;
  return { peer, session: { ...session, token }, generation: granted.generation, endpoints };
}

/** Looks until `is` gives something, for 10 s at most. */
export async function eventually<T>(is: () => T | undefined): Promise<T | undefined> {
  for (let looks = 0; looks < 400; looks++) {
    const found = is();
    if (found !== undefined) return found;
    await Bun.sleep(25);
  }
  return undefined;
}
