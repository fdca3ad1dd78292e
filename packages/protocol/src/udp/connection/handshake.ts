import { KEYS_EXPORTED_BYTES, KEYS_EXPORTER_LABEL } from '../constants.ts';
import { keysContext } from '../crypto/keys.ts';
import { HandshakeProtection, Protection } from '../crypto/protection.ts';
import type { CryptoEngine, Exporter, StartTls, TlsEngine } from '../engines.ts';
import { CloseCode, malformed, UdpFault } from '../fault.ts';
import type { ConnectionId, Role } from '../wire/packet.ts';
import { decodeParameters, encodeParameters, type Parameters } from '../wire/parameters.ts';
import { CryptoLane } from './crypto-lane.ts';

/** What a complete handshake leaves. */
export interface Established {
  protection: Protection;
  peer: Parameters;
  exporter: Exporter;
}

export interface HandshakeEvents {
  /** TLS has something to say: in the handshake's crypto lane, or after `complete` in the connection's [SHAKE-8]. */
  output(bytes: Uint8Array): void;
  complete(established: Established): void;
  failed(fault: UdpFault): void;
}

export interface HandshakeOptions {
  role: Role;
  engine: CryptoEngine;
  startTls: StartTls;
  version: number;
  /** The `to id` of the client's first packet. */
  firstId: ConnectionId;
  localId: ConnectionId;
  parameters: Parameters;
  events: HandshakeEvents;
}

/** TLS in the crypto lane, and what becomes of it [SHAKE-1] to [SHAKE-6]. Exists until its keys are forgotten. */
export class Handshake {
  readonly protection: HandshakeProtection;
  readonly lane = new CryptoLane();
  /** Of the retry; empty before. */
  token: Uint8Array = NOTHING;
  readonly #options: HandshakeOptions;
  readonly #parameters: Uint8Array;
  #tls: TlsEngine | undefined;
  #peer: { encoded: Uint8Array; parameters: Parameters } | undefined;
  /** What came before the peer's parameters were whole. */
  #prefix: Uint8Array = NOTHING;
  #remoteId: ConnectionId | undefined;
  #isComplete = false;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.protection = new HandshakeProtection(options.engine, options.role, options.firstId);
    this.#parameters = encodeParameters(options.parameters);
  }

  get remoteId(): ConnectionId | undefined {
    return this.#remoteId;
  }

  get started(): boolean {
    return this.#tls !== undefined;
  }

  /** The ID that the peer chose, from its first packet; packets with another one are not its. */
  acceptsFrom(id: ConnectionId): boolean {
    this.#remoteId ??= id;
    return this.#remoteId === id;
  }

  start(): void {
    const { startTls, events } = this.#options;
    // The parameters leave with the first bytes of TLS: a packet of their own could only be lost as well.
    let before = withLength(this.#parameters);
    this.#tls = startTls({
      output: (bytes) => {
        events.output(joined(before, bytes));
        before = NOTHING;
      },
      complete: (exporter) => this.#complete(exporter),
      failed: (message) => events.failed(new UdpFault(CloseCode.handshake, message)),
    });
  }

  /** Bytes of the peer's crypto lane at `offset`. Throws UdpFault. */
  receive(offset: number, bytes: Uint8Array): void {
    // TLS has all it needs, and what follows in keys that anybody has must not make it fail.
    if (this.#isComplete) return;
    const next = this.lane.receive(offset, bytes);
    if (next === undefined) return;
    const rest = this.#peer === undefined ? this.#takeParameters(next) : next;
    if (rest.length > 0) this.#tls?.receive(rest);
  }

  /** Client: what the server's TLS says after the handshake [SHAKE-8]. */
  receiveTickets(bytes: Uint8Array): void {
    this.#tls?.receive(bytes);
  }

  stop(): void {
    this.#tls?.close();
  }

  /** What follows the parameters. */
  #takeParameters(bytes: Uint8Array): Uint8Array {
    const all = joined(this.#prefix, bytes);
    this.#prefix = all;
    if (all.length < 2) return NOTHING;
    const end = 2 + new DataView(all.buffer, all.byteOffset).getUint16(0);
    if (all.length < end) return NOTHING;
    const encoded = all.slice(2, end);
    this.#peer = { encoded, parameters: decodeParameters(encoded) };
    this.#prefix = NOTHING;
    this.#checkVersion(this.#peer.parameters);
    return all.subarray(end);
  }

  /** Somebody on the way talked the client out of a better version [ADMIT-5]. */
  #checkVersion(peer: Parameters): void {
    const { role, version, parameters } = this.#options;
    if (role === 'client') return;
    const best = parameters.versions.find((own) => peer.versions.includes(own));
    if (best !== version) throw new UdpFault(CloseCode.handshake, 'a better version is common to both');
  }

  #complete(exporter: Exporter): void {
    const { events } = this.#options;
    try {
      if (this.#peer === undefined || this.#remoteId === undefined) throw malformed('no parameters');
      const secrets = exporter(KEYS_EXPORTED_BYTES, KEYS_EXPORTER_LABEL, this.#context(this.#peer.encoded));
      const { engine, role } = this.#options;
      const protection = new Protection(engine, role, secrets);
      this.#isComplete = true;
      events.complete({ protection, peer: this.#peer.parameters, exporter });
    } catch (error) {
      if (!(error instanceof UdpFault)) throw error;
      events.failed(error);
    }
  }

  #context(peerParameters: Uint8Array): Uint8Array {
    const { role, engine, version, firstId, localId } = this.#options;
    const remoteId = this.#remoteId ?? localId;
    const client = role === 'client';
    return keysContext(engine, {
      version,
      firstId,
      clientId: client ? localId : remoteId,
      serverId: client ? remoteId : localId,
      clientParameters: client ? this.#parameters : peerParameters,
      serverParameters: client ? peerParameters : this.#parameters,
    });
  }
}

const NOTHING = new Uint8Array(0);

/** `length u16 | bytes` [SHAKE-2]. */
function withLength(bytes: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(2 + bytes.length);
  new DataView(prefixed.buffer).setUint16(0, bytes.length);
  prefixed.set(bytes, 2);
  return prefixed;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
