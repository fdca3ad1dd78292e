/** What requests for transfers have to be, whatever they are about; everything here throws SottoError ARGUMENT_INVALID. */
import { FILE_CHUNK_BYTES, FILE_DIGEST_BYTES } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

export function checkUpload(sha256: Uint8Array, size: number): void {
  check(sha256.length === FILE_DIGEST_BYTES, () => `sha256 has ${sha256.length} bytes`);
  check(isCount(size), () => `size ${size}`);
}

export function checkDownload(offset: number, credit: number): void {
  check(isCount(offset) && offset % FILE_CHUNK_BYTES === 0, () => `offset ${offset}`);
  check(isCount(credit), () => `credit ${credit}`);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function check(holds: boolean, detail: () => string): void {
  if (!holds) throw new SottoError(ErrorCode.ARGUMENT_INVALID, detail());
}
