import { StorageFull } from '../../files/blobs.ts';

/** Where bytes of files are kept does not do what it was asked to. The message is for the operator and holds no secrets. */
export class BlobFailure extends Error {
  override readonly name = 'BlobFailure';
}

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isMissing = (error: unknown): boolean => systemCode(error) === 'ENOENT';

/** Whatever a system call threw, as one of the two errors that stores have. */
export function diskFailure(error: unknown, path: string): Error {
  if (error instanceof StorageFull || error instanceof BlobFailure) return error;
  const code = systemCode(error) ?? String(error);
  if (FULL.includes(code)) return new StorageFull(`no room for ${path} (${code})`);
  return new BlobFailure(`${path} cannot be read or written (${code})`);
}
