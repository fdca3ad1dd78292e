/** The fake server's files: uploads and downloads by the real ends of the protocol, and trouble on the way. */
import { createHash } from 'node:crypto';
import { type RoomNumber, roomStream } from '@sotto/model';
import {
  decodeMessage,
  FlightWindow,
  type FrameFields,
  type FrameMessage,
  IncomingTransfer,
  OutgoingTransfer,
  SottoError,
} from '@sotto/protocol';
import { ContentSchema, ErrorCode } from '@sotto/schema';
import type { FakeConnection } from './fake-connection.ts';
import type { FakeServer } from './fake-server.ts';

const CREDIT_BYTES = 256 * 1024;
const CHUNK_BYTES = 64 * 1024;

export const sha256Of = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash('sha256').update(bytes).digest());

/** What is on its disk, and what went over its connections. */
export class FakeFiles {
  /** Durable, by digest in hex. */
  readonly stored = new Map<string, Uint8Array>();
  /** Verified beginnings. */
  readonly partial = new Map<string, Uint8Array>();
  /** Of FileData, those sent again among them. */
  uploadedBytes = 0;
  downloadedBytes = 0;
  /** Of one connection at a time, at most. */
  transfersAtOnce = 0;
  /** Told of each piece in either direction before it is dealt with; a test may cut the connection. */
  onPiece: (connection: FakeConnection) => void = () => {};
  /** What is sent in place of a piece. */
  tamper: (piece: FrameFields<'fileData'>) => FrameFields<'fileData'> = (piece) => piece;
  /** What is said in place of the truth. */
  uploadStarted: (answer: FrameFields<'uploadStarted'>) => FrameFields<'uploadStarted'> = (answer) => answer;
  received: (progress: FrameFields<'fileProgress'>) => FrameFields<'fileProgress'> = (progress) => progress;
  started: (answer: FrameFields<'downloadStarted'>) => FrameFields<'downloadStarted'> = (answer) => answer;

  append(key: string, bytes: Uint8Array): void {
    const before = this.partial.get(key) ?? new Uint8Array(0);
    const after = new Uint8Array(before.length + bytes.length);
    after.set(before);
    after.set(bytes, before.length);
    this.partial.set(key, after);
  }
}

interface Receiving {
  kind: 'receiving';
  key: string;
  incoming: IncomingTransfer;
}

interface Sending {
  kind: 'sending';
  bytes: Uint8Array;
  outgoing: OutgoingTransfer;
}

/** Those of one connection. */
export class FakeTransfers {
  readonly #server: FakeServer;
  readonly #connection: FakeConnection;
  readonly #window = new FlightWindow();
  readonly #transfers = new Map<number, Receiving | Sending>();

  constructor(server: FakeServer, connection: FakeConnection) {
    this.#server = server;
    this.#connection = connection;
  }

  startUpload({ transfer, sha256, size }: FrameMessage<'startUpload'>): FrameFields<'uploadStarted'> {
    const { files } = this.#server;
    const key = sha256.toHex();
    const offset = files.stored.has(key) ? size : (files.partial.get(key)?.length ?? 0);
    const incoming = new IncomingTransfer({ transfer, sizeBytes: size, offset, creditBytes: CREDIT_BYTES });
    this.#transfers.set(transfer, { kind: 'receiving', key, incoming });
    this.#count();
    return files.uploadStarted({ received: offset, credit: incoming.credit });
  }

  finishUpload({ transfer }: FrameMessage<'finishUpload'>): SottoError | undefined {
    const { files } = this.#server;
    const upload = this.#transfers.get(transfer);
    if (upload?.kind !== 'receiving') return new SottoError(ErrorCode.TRANSFER_BROKEN);
    this.#transfers.delete(transfer);
    if (files.stored.has(upload.key)) return undefined;
    const bytes = files.partial.get(upload.key) ?? new Uint8Array(0);
    files.partial.delete(upload.key);
    if (sha256Of(bytes).toHex() !== upload.key) return new SottoError(ErrorCode.FILE_CORRUPT);
    files.stored.set(upload.key, bytes);
    return undefined;
  }

  startDownload(message: FrameMessage<'startDownload'>): FrameFields<'downloadStarted'> | SottoError {
    const bytes = this.#offered(message.room as RoomNumber, message.sequence);
    if (bytes === undefined) return new SottoError(ErrorCode.FILE_GONE);
    const { transfer, offset, credit } = message;
    const { length: sizeBytes } = bytes;
    const outgoing = new OutgoingTransfer({ transfer, sizeBytes, offset, credit, window: this.#window });
    this.#transfers.set(transfer, { kind: 'sending', bytes, outgoing });
    this.#count();
    queueMicrotask(() => this.#pump());
    return this.#server.files.started({ size: sizeBytes, sha256: sha256Of(bytes) });
  }

  data(message: FrameMessage<'fileData'>): void {
    const { files } = this.#server;
    const upload = this.#transfers.get(message.transfer);
    if (upload?.kind !== 'receiving') return;
    files.onPiece(this.#connection);
    files.uploadedBytes += message.data.length;
    const { progress, chunk } = upload.incoming.data(message);
    this.#tell(progress);
    if (chunk === undefined) return;
    if (sha256Of(chunk.bytes).toHex() !== chunk.sha256.toHex()) {
      this.#tell(upload.incoming.damaged(chunk.offset));
      return;
    }
    files.append(upload.key, chunk.bytes);
    this.#tell(upload.incoming.written(chunk.offset + chunk.bytes.length));
  }

  progress(message: FrameMessage<'fileProgress'>): void {
    const download = this.#transfers.get(message.transfer);
    if (download?.kind !== 'sending') return;
    download.outgoing.progress(message, this.#server.now);
    this.#pump();
  }

  end({ transfer, discard }: FrameMessage<'endTransfer'>): void {
    const ended = this.#transfers.get(transfer);
    this.#transfers.delete(transfer);
    if (ended?.kind === 'receiving' && discard) this.#server.files.partial.delete(ended.key);
    if (ended?.kind === 'sending') ended.outgoing.end();
  }

  /** By the server. */
  endAll(code: ErrorCode): void {
    for (const transfer of [...this.#transfers.keys()]) {
      this.end({ transfer, discard: false } as FrameMessage<'endTransfer'>);
      this.#connection.send(this.#connection.session.push('endTransfer', { transfer, code }));
    }
  }

  #pump(): void {
    const { files } = this.#server;
    for (const download of this.#transfers.values()) {
      if (download.kind !== 'sending') continue;
      const { outgoing, bytes } = download;
      for (;;) {
        const { wanted } = outgoing;
        if (wanted !== undefined) {
          const chunk = bytes.subarray(wanted.offset, wanted.offset + Math.min(CHUNK_BYTES, wanted.length));
          outgoing.load(wanted.offset, chunk, sha256Of(chunk));
        }
        const piece = outgoing.take(this.#server.now);
        if (piece === undefined || !this.#connection.open) break;
        files.onPiece(this.#connection);
        files.downloadedBytes += piece.data?.length ?? 0;
        this.#connection.send(this.#connection.session.push('fileData', files.tamper(piece)));
      }
    }
  }

  #tell(progress: FrameFields<'fileProgress'> | undefined): void {
    if (progress === undefined) return;
    const { session } = this.#connection;
    this.#connection.send(session.push('fileProgress', this.#server.files.received(progress)));
  }

  #offered(room: RoomNumber, sequence: number): Uint8Array | undefined {
    const event = this.#server.events(roomStream(room))[sequence - 1];
    if (event === undefined) return undefined;
    const { content } = decodeMessage(ContentSchema, event.content, 'content');
    return content.case === 'file' ? this.#server.files.stored.get(content.value.sha256.toHex()) : undefined;
  }

  #count(): void {
    const { files } = this.#server;
    files.transfersAtOnce = Math.max(files.transfersAtOnce, this.#transfers.size);
  }
}
