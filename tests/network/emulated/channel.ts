/** What an echo and a download need of a transport: a part of our contract that `node:quic` can be given too. */
import type { Lane } from '@sotto/protocol';

/** Of our own transports each connection is one. */
export interface Channel {
  /** Takes the frame in any case; false when that is enough until `drain`. */
  send(lane: Lane, frame: Uint8Array): boolean;
  close(): void;
}

export interface ChannelEvents {
  frame(frame: Uint8Array): void;
  drain(): void;
  closed(detail: string): void;
}

export type AcceptChannel = (channel: Channel) => ChannelEvents;

export interface Identity {
  certificate: string;
  privateKey: string;
}
