import {
  type Binding,
  EXPORTER_BYTES,
  EXPORTER_LABEL,
  exporterBinding,
  type Lane,
  type SottoError,
} from '@sotto/protocol';
import { CloseCode, type ConnectionSink, type UdpConnection, type UdpEnd } from '@sotto/protocol/udp';
import {
  type Accept,
  BUFFER_MAX_BYTES,
  BUFFER_MAX_RUNS,
  type CloseReason,
  type Connection,
  type ConnectionEvents,
  HIGH_WATER_BYTES,
  type PathFacts,
  type Security,
} from '../contract.ts';
import { surface } from '../surface.ts';
import { peerAddress } from './path.ts';

interface Outcome {
  reason: CloseReason;
  detail: string;
}

/** A connection of the UDP core as the contract has it: high-water marks, limits, reasons in the contract's words. */
export class UdpTransportConnection implements Connection {
  readonly transport = 'udp';
  readonly binding: Binding;
  readonly security: Security;
  readonly #udp: UdpConnection;
  #remoteAddress: string;
  #events: ConnectionEvents | undefined;
  /** `send` has returned false and `drain` is owed. */
  #pressed = false;
  /** This side began to close, and why; frames are neither taken nor delivered any more. */
  #closing: Outcome | undefined;
  /** Nothing that was queued leaves any more. */
  #dropped = false;
  #ended = false;

  constructor(udp: UdpConnection, certificateSha256: Uint8Array, group = '') {
    this.#udp = udp;
    this.#remoteAddress = peerAddress(udp.path);
    this.binding = exporterBinding(udp.exporter(EXPORTER_BYTES, EXPORTER_LABEL, undefined));
    // What seals the packets, not the records of the handshake.
    this.security = { protocol: 'TLSv1.3', cipher: 'AES-256-GCM', group, certificateSha256 };
  }

  get remoteAddress(): string {
    return this.#remoteAddress;
  }

  get bufferedBytes(): number {
    return this.#dropped || this.#ended ? 0 : this.#udp.bufferedBytes;
  }

  get path(): PathFacts {
    const { roundTripMs, lossRate, windowBytes, packetsLost } = this.#udp.stats();
    return { roundTripMs, loss: lossRate, windowBytes, packetsLost };
  }

  /** Introduces the connection to its owner; what it returns is the core's to tell. */
  start(accept: Accept): ConnectionSink {
    try {
      this.#events = accept(this);
    } catch (error) {
      this.#defect(error);
    }
    return {
      frame: (frame) => this.#deliver(() => this.#events?.frame(frame)),
      datagram: (frame) => this.#deliver(() => this.#events?.datagram(frame)),
      malformed: (error) => this.#malformed(error),
      drain: () => this.#drain(),
      pathChanged: (path) => this.#pathChanged(path),
      closed: (end) => this.#closed(end),
    };
  }

  send(lane: Lane, frames: Uint8Array): boolean {
    if (this.#over) return false;
    this.#udp.send(lane, frames);
    const { bufferedBytes, runs } = this.#udp;
    if (bufferedBytes > BUFFER_MAX_BYTES || runs > BUFFER_MAX_RUNS) {
      const detail = `${bufferedBytes} bytes unread`;
      this.#drop({ reason: 'overflow', detail }, CloseCode.overflow);
      return false;
    }
    if (bufferedBytes <= HIGH_WATER_BYTES) return true;
    this.#pressed = true;
    return false;
  }

  sendUnreliable(frame: Uint8Array): void {
    if (!this.#over && this.bufferedBytes <= HIGH_WATER_BYTES) this.#udp.sendUnreliable(frame);
  }

  limitBody(maxBytes: number): void {
    this.#udp.limitBody(maxBytes);
  }

  close(): void {
    this.#beginClose({ reason: 'local', detail: '' }, CloseCode.done);
  }

  abort(): void {
    this.#drop({ reason: 'local', detail: '' }, CloseCode.aborted);
  }

  get #over(): boolean {
    return this.#closing !== undefined || this.#ended;
  }

  #beginClose(outcome: Outcome, code: CloseCode): void {
    if (this.#over) return;
    this.#closing = outcome;
    this.#udp.close(code, outcome.detail);
  }

  #drop(outcome: Outcome, code: CloseCode): void {
    this.#closing ??= outcome;
    this.#dropped = true;
    this.#udp.abort(code, outcome.detail);
  }

  #deliver(frame: () => void): void {
    if (this.#over) return;
    try {
      frame();
    } catch (error) {
      this.#defect(error);
    }
  }

  /** Of the owner's: its connection ends, and the error surfaces instead of vanishing in TLS or in the driver. */
  #defect(error: unknown): void {
    this.abort();
    surface(error);
  }

  /** The peer's bytes are no frames: the owner has a last word. */
  #malformed(error: SottoError): void {
    if (this.#over) return;
    this.#events?.malformed?.(error);
    this.#beginClose({ reason: 'malformed', detail: error.message }, CloseCode.malformed);
  }

  #drain(): void {
    if (!this.#pressed || this.#over || this.bufferedBytes >= HIGH_WATER_BYTES / 2) return;
    this.#pressed = false;
    this.#events?.drain();
  }

  #pathChanged(path: string): void {
    this.#remoteAddress = peerAddress(path);
    if (!this.#ended) this.#events?.pathChanged(this.#remoteAddress);
  }

  #closed(end: UdpEnd): void {
    const { reason, detail } = this.#closing ?? { reason: reasonOf(end), detail: end.reason };
    this.#ended = true;
    const events = this.#events;
    this.#events = undefined;
    events?.closed(reason, detail);
  }
}

/** Ends that the peer chose in order, as far as it could. */
const IN_ORDER: ReadonlySet<CloseCode> = new Set([CloseCode.done, CloseCode.malformed, CloseCode.refused]);
/** Mistakes of the peer that this side ended the connection for. */
const MISTAKES: ReadonlySet<CloseCode> = new Set([
  CloseCode.malformed,
  CloseCode.credit,
  CloseCode.violation,
]);

export function reasonOf({ by, code }: UdpEnd): CloseReason {
  switch (by) {
    case 'local':
      return 'local';
    case 'peer':
      return IN_ORDER.has(code) ? 'peer' : 'lost';
    case 'timeout':
    case 'reset':
      return 'lost';
    case 'fault':
      return MISTAKES.has(code) ? 'malformed' : 'lost';
  }
}
