import { systemCode } from '../stores/system-files.ts';

/** A file could not be read or saved on this machine; `message` says why in words for people. */
export class LocalFileError extends Error {
  override readonly name = 'LocalFileError';
  readonly reason: LocalFileReason;
  readonly path: string;

  constructor(reason: LocalFileReason, path: string, options?: ErrorOptions) {
    super(`${path}: ${MEANINGS[reason]}`, options);
    this.reason = reason;
    this.path = path;
  }
}

export type LocalFileReason =
  | 'notFound'
  | 'notPermitted'
  | 'noRoom'
  | 'notAFile'
  | 'notADirectory'
  /** Another process is saving the same file there. */
  | 'inUse'
  | 'other';

const MEANINGS: Readonly<Record<LocalFileReason, string>> = {
  notFound: 'there is no such file',
  notPermitted: 'permission denied',
  noRoom: 'the disk is full',
  notAFile: 'it is not a file that can be sent or written',
  notADirectory: 'it is not a directory',
  inUse: 'another process is saving this file there',
  other: 'it could not be read or written',
};

const REASONS: Readonly<Record<string, LocalFileReason>> = {
  ENOENT: 'notFound',
  EACCES: 'notPermitted',
  EPERM: 'notPermitted',
  EROFS: 'notPermitted',
  ENOSPC: 'noRoom',
  EDQUOT: 'noRoom',
  EFBIG: 'noRoom',
  EISDIR: 'notAFile',
  ELOOP: 'notAFile',
  ENOTDIR: 'notADirectory',
  EEXIST: 'notADirectory',
};

/** Errors of the system in our words; others stay what they are. */
export async function explained<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const code = systemCode(error);
    if (code === '' || error instanceof LocalFileError) throw error;
    throw new LocalFileError(REASONS[code] ?? 'other', path, { cause: error });
  }
}
