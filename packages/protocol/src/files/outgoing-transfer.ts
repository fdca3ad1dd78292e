import type { FrameFields, FrameMessage } from '../index.ts';
import type { FlightWindow } from './flight-window.ts';

export interface OutgoingTransferOptions {
  transfer: number;
  sizeBytes: number;
  /** Where the peer wants it to begin. */
  offset: number;
  credit: number;
  /** Shared by all transfers of the connection in this direction. */
  window: FlightWindow;
}

/** The sending end of one transfer [TRANSFER-*]. Pure: its owner reads the file, hashes chunks and sends frames. */
export class OutgoingTransfer {
  constructor(_options: OutgoingTransferOptions) {}

  /** The chunk that is to be loaded; undefined where one is there, is not needed, or the peer has no credit for it. */
  get wanted(): { offset: number; length: number } | undefined {
    throw new Error('to come');
  }

  /** Ignored where it is not wanted any more. */
  load(_offset: number, _chunk: Uint8Array, _sha256: Uint8Array): void {}

  /** The next piece, which counts as sent; undefined where window, credit or a missing chunk keep it back. */
  take(_nowMs: number): FrameFields<'fileData'> | undefined {
    throw new Error('to come');
  }

  /** What the peer said. 'again': it goes back to a damaged chunk, which has to be loaded anew. Throws SottoError TRANSFER_BROKEN. */
  progress(_message: FrameMessage<'fileProgress'>, _nowMs: number): 'onward' | 'again' {
    throw new Error('to come');
  }

  /** What the peer has. */
  get received(): number {
    throw new Error('to come');
  }

  get isComplete(): boolean {
    throw new Error('to come');
  }

  /** Takes what is on its way out of the window. */
  end(): void {}
}
