import { StorageFull } from '../../files/blobs.ts';
import { systemCode } from '../../system-files.ts';

/** Where bytes of files are kept does not do what it was asked to. The message is for the operator and holds no secrets. */
export class BlobFailure extends Error {
  override readonly name = 'BlobFailure';
  /** Of a system call that failed, and on what. */
  readonly code: string | undefined;
  readonly path: string | undefined;

  constructor(message: string, { code, path }: { code?: string; path?: string } = {}) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Whatever a system call threw, as one of the two errors that stores have. */
export function diskFailure(error: unknown, path: string): Error {
  if (error instanceof StorageFull || error instanceof BlobFailure) return error;
  const code = systemCode(error) ?? String(error);
  if (FULL.includes(code)) return new StorageFull(`no room for ${path} (${code})`);
  return new BlobFailure(`${path} cannot be read or written (${code})`, { code, path });
}

export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailure(error, path);
  }
}
