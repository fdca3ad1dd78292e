/** What somebody may fetch, and where its bytes are [DOWNLOAD-1]. */
import type { RoomNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, type FileOffer } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { readContent } from '../events/content.ts';
import type { Targets } from '../messages/targets.ts';
import type { Asker } from '../rooms/directory.ts';
import type { BlobReader, BlobStore } from './blobs.ts';
import type { Offers } from './offers.ts';

export interface DownloadsOptions {
  offers: Pick<Offers, 'find'>;
  targets: Pick<Targets, 'message'>;
  blobs: Pick<BlobStore, 'open'>;
}

/** A file that may be fetched now. */
export interface FileSource {
  sha256: Uint8Array;
  sizeBytes: number;
  /** As its sender calls it; empty where that is sealed. */
  name: string;
  mediaType: string;
  /** Throws SottoError FILE_GONE. */
  open(offset: number): Promise<BlobReader>;
}

export class Downloads {
  readonly #options: DownloadsOptions;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** Throws SottoError. Asked again of what is under way it says whether that may go on. */
  async find(asker: Asker, room: RoomNumber, sequence: number): Promise<FileSource> {
    const { offers, targets, blobs } = this.#options;
    const { message } = await targets.message(room, asker, sequence).catch(goneIsGone);
    const offer = offerIn(message.content);
    const described = { name: offer?.name ?? '', mediaType: offer?.mediaType ?? '' };
    if (offer !== undefined && offer.inline.length === offer.size) {
      const bytes = offer.inline.slice();
      const open = async (offset: number) => readerOf(bytes.subarray(offset));
      return { ...described, sha256: sha256Of(bytes), sizeBytes: bytes.length, open };
    }
    const { sha256, sizeBytes } = await offers.find(asker, room, message);
    return {
      ...described,
      sha256,
      sizeBytes,
      open: async (offset) => {
        const reader = await blobs.open(sha256, offset);
        if (reader === undefined) throw new SottoError(ErrorCode.FILE_GONE, `message ${sequence}`);
        return reader;
      },
    };
  }
}

/** Undefined where it is sealed, or no file. */
function offerIn(content: Uint8Array): FileOffer | undefined {
  const body = readContent(content);
  return body.case === 'file' ? body.value : undefined;
}

function readerOf(bytes: Uint8Array): BlobReader {
  let at = 0;
  return {
    next: async (maxBytes) => {
      const from = at;
      at += maxBytes;
      return bytes.subarray(from, from + maxBytes);
    },
    close: async () => {},
  };
}

function goneIsGone(error: unknown): never {
  if (error instanceof SottoError && error.code === ErrorCode.MESSAGE_GONE)
    throw new SottoError(ErrorCode.FILE_GONE, error.detail);
  throw error;
}
