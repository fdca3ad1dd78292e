import type { FrameFields, FrameMessage } from '../index.ts';

export interface IncomingTransferOptions {
  transfer: number;
  sizeBytes: number;
  /** What is there already: a multiple of a chunk, or everything. */
  offset: number;
  /** How far the peer may be ahead of what is written. */
  creditBytes: number;
}

export interface IncomingStep {
  /** To be sent, where there is something to say. */
  progress: FrameFields<'fileProgress'> | undefined;
  /** Complete: to be hashed and compared, then written and told by `written`, or told by `damaged`. */
  chunk: { offset: number; bytes: Uint8Array; sha256: Uint8Array } | undefined;
}

/** The receiving end of one transfer [TRANSFER-*]. Pure: its owner hashes, writes and sends frames. */
export class IncomingTransfer {
  constructor(_options: IncomingTransferOptions) {}

  /** Up to where the peer may send now; for the answer that begins the transfer. */
  get credit(): number {
    throw new Error('to come');
  }

  /** Data beyond the credit or the size, out of order, or not as agreed: throws SottoError TRANSFER_BROKEN. What was on its way when going back is passed over. */
  data(_message: FrameMessage<'fileData'>): IncomingStep {
    throw new Error('to come');
  }

  /** Chunks up to `offset` are verified and written: the credit rises. */
  written(_offset: number): FrameFields<'fileProgress'> | undefined {
    throw new Error('to come');
  }

  /** The chunk there is not what its digest says: it is asked for again; throws SottoError FILE_CORRUPT the fourth time. */
  damaged(_offset: number): FrameFields<'fileProgress'> {
    throw new Error('to come');
  }

  /** Credit is given by this from here on; what was given stays given. */
  lend(_creditBytes: number): void {}

  /** In order, whether written or not. */
  get received(): number {
    throw new Error('to come');
  }

  /** Everything was received and written. */
  get isComplete(): boolean {
    throw new Error('to come');
  }
}
