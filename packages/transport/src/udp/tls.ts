import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { EXPORTER_BYTES, EXPORTER_LABEL } from '@sotto/protocol';
import type { Exporter, TlsEngine, TlsEvents } from '@sotto/protocol/udp';
import { plainBytes } from '../plain-bytes.ts';
import { Records } from '../tls/records.ts';

/** What differs between the two sides of a handshake. */
export interface TlsSide {
  /** Makes the socket on `records`. */
  open(records: Duplex): TLSSocket;
  /** The socket's event that says the handshake is complete. */
  readonly completion: 'secure' | 'secureConnect';
  /** Rejects, or throws, with the reason in words when this handshake is not to be accepted. */
  check(socket: TLSSocket): void | Promise<void>;
  /** Whether this side has the last word: session tickets. The other one says nothing after the handshake. */
  readonly givesTickets: boolean;
}

/** Runs one side of TLS without a network [SHAKE-3]. Nothing ever throws out of it: whatever goes wrong is `failed`. */
export function runTls(side: TlsSide, events: TlsEvents): TlsEngine {
  const engine = new SocketEngine(side, events);
  engine.start();
  return engine;
}

class SocketEngine implements TlsEngine {
  readonly #side: TlsSide;
  readonly #records: Records;
  /** Undefined once it was closed or failed. */
  #events: TlsEvents | undefined;
  #socket: TLSSocket | undefined;
  #isComplete = false;
  /** The client's last word, until the server has passed the check: with it the server would have a connection. */
  #heldBack: Uint8Array[] = [];

  constructor(side: TlsSide, events: TlsEvents) {
    this.#side = side;
    this.#events = events;
    this.#records = new Records((bytes) => this.#say(bytes));
  }

  start(): void {
    try {
      const socket = this.#side.open(this.#records);
      this.#socket = socket;
      socket.on('error', (error) => this.#fail(error));
      // `end` alone would have the socket answer, which is of use to nobody.
      for (const event of ['end', 'close'])
        socket.on(event, () => this.#fail(new Error('the other side ended TLS')));
      // The runtime says it inside `receive`; what follows comes after that call.
      socket.once(this.#side.completion, () => queueMicrotask(() => this.#complete(socket)));
      // Tickets come only to those who read.
      socket.resume();
    } catch (error) {
      this.#fail(error);
    }
  }

  receive(bytes: Uint8Array): void {
    if (this.#events === undefined) return;
    try {
      this.#records.push(Buffer.from(bytes));
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#events = undefined;
    this.#socket?.on('error', () => {});
    this.#socket?.destroy();
    this.#records.destroy();
  }

  #say(bytes: Uint8Array): void {
    const waits = !this.#side.givesTickets && !this.#isComplete;
    if (waits && (this.#heldBack.length > 0 || holdsSealedRecord(bytes))) this.#heldBack.push(bytes);
    else this.#events?.output(bytes);
  }

  async #complete(socket: TLSSocket): Promise<void> {
    try {
      if (this.#events === undefined) return;
      const exporter = exporterOf(socket);
      await this.#side.check(socket);
      if (this.#events === undefined) return;
      this.#isComplete = true;
      for (const bytes of this.#heldBack.splice(0)) this.#events.output(bytes);
      this.#events.complete(exporter);
      // BoringSSL keeps tickets back until something is written. TLS has done its work then, and its memory is free.
      if (this.#side.givesTickets) socket.end(() => this.close());
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const events = this.#events;
    if (events === undefined) return;
    this.close();
    if (this.#isComplete) return;
    events.failed(error instanceof Error ? error.message : String(error));
  }
}

const RECORD_HEADER_BYTES = 5;
/** The type that sealed records show (RFC 8446 section 5.2). */
const SEALED_RECORD = 23;

/** Of a client's handshake that is Finished, or an alert: a hello is not sealed. */
function holdsSealedRecord(records: Uint8Array): boolean {
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  for (
    let at = 0;
    at + RECORD_HEADER_BYTES <= records.length;
    at += RECORD_HEADER_BYTES + view.getUint16(at + 3)
  )
    if (records[at] === SEALED_RECORD) return true;
  return false;
}

/** Good until `complete` returns; for the channel binding [SHAKE-9] for ever, since it is kept. */
function exporterOf(socket: TLSSocket): Exporter {
  const derive: Exporter = (bytes, label, context) =>
    plainBytes(socket.exportKeyingMaterial(bytes, label, Buffer.from(context ?? []))).slice();
  const binding = derive(EXPORTER_BYTES, EXPORTER_LABEL, undefined);
  return (bytes, label, context) => {
    const isBinding = label === EXPORTER_LABEL && bytes === EXPORTER_BYTES && !context?.length;
    return isBinding ? binding : derive(bytes, label, context);
  };
}
