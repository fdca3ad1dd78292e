/** The transports that are compared, and where the far side listens for each. */

/** `quic` has one ordered stream a lane, as our lanes are; `quicMessages` a stream a message: none waits for another, and they come in any order. */
export type EchoTransport = 'udp' | 'tls' | 'quic' | 'quicMessages';

export const PORTS = {
  udp: 4431,
  tls: 4432,
  quic: 4433,
  quicMessages: 4434,
} as const satisfies Record<EchoTransport, number>;

/** What the path's counters call its packets. */
export const classOf = (transport: EchoTransport): string =>
  `${transport === 'tls' ? 'tcp' : 'udp'}:${PORTS[transport]}`;
