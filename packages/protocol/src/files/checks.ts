/** What a transfer's numbers have to be [TRANSFER-6]; everything here throws SottoError TRANSFER_BROKEN. */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { SottoError } from '../errors.ts';

/** How often one chunk is sent again: the next time it is given up [TRANSFER-4]. */
export const REPETITIONS_MAX = 3;

/** `detail` says which number, and what it was. */
export function agreed(holds: boolean, detail: () => string): asserts holds {
  if (!holds) throw new SottoError(ErrorCode.TRANSFER_BROKEN, detail());
}

/** Whole, not negative, and exact. */
export function checkCount(value: number, what: string): void {
  agreed(Number.isSafeInteger(value) && value >= 0, () => `${what} ${value}`);
}

/** Where a transfer of `sizeBytes` may start [TRANSFER-5]. */
export function checkStart(sizeBytes: number, offset: number): void {
  checkCount(sizeBytes, 'size');
  checkCount(offset, 'offset');
  agreed(offset === sizeBytes || (offset < sizeBytes && offset % FILE_CHUNK_BYTES === 0), () => {
    return `offset ${offset} of ${sizeBytes} bytes`;
  });
}

export const chunkStart = (offset: number): number => offset - (offset % FILE_CHUNK_BYTES);

/** Of the chunk that the byte at `offset` is in. */
export const chunkEnd = (offset: number, sizeBytes: number): number =>
  Math.min(chunkStart(offset) + FILE_CHUNK_BYTES, sizeBytes);
