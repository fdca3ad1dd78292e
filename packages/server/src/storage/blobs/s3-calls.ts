/** Requests to storage that speaks S3: each is given up after a while, and what fails is told without what S3 says of keys. */
import { StorageFull } from '../../files/blobs.ts';
import { systemCode } from '../../system-files.ts';
import { BlobFailure } from './failures.ts';

/** Of one request that moves at most a few MiB. */
const REQUEST_MS = 30_000;
/** Of an upload, and as much again for each of these bytes. */
const SLOWEST_BYTES_PER_MS = 64;
const ATTEMPTS = 3;
const PAUSE_MS = 200;

/** Asking again changes nothing. */
const FINAL = [
  'AccessDenied',
  'AllAccessDisabled',
  'ERR_S3_INVALID_ENDPOINT',
  'ERR_S3_MISSING_CREDENTIALS',
  'InvalidAccessKeyId',
  'InvalidRange',
  'NoSuchBucket',
  'NoSuchKey',
  'SignatureDoesNotMatch',
];
const FULL = ['EntityTooLarge', 'InsufficientStorage', 'QuotaExceeded', 'XMinioStorageFull'];

export const isNoSuchKey = (error: unknown): boolean => systemCode(error) === 'NoSuchKey';

/** Asks up to three times, for what may be done twice. */
export async function ask<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(REQUEST_MS, work());
    } catch (error) {
      if (attempt >= ATTEMPTS || FINAL.includes(systemCode(error) ?? '')) throw error;
      await Bun.sleep(PAUSE_MS * attempt);
    }
  }
}

export const uploadWithin = <T>(bytes: number, work: Promise<T>): Promise<T> =>
  within(REQUEST_MS + bytes / SLOWEST_BYTES_PER_MS, work);

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimedOut()), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

class TimedOut extends Error {
  readonly code = 'no answer';
}

/** The service's own words may hold the access key's id or what was signed: of them only the code is told. `task` ends "S3 storage could not". */
export function s3Failure(error: unknown, task: string): Error {
  if (error instanceof StorageFull || error instanceof BlobFailure) return error;
  const code = systemCode(error) ?? 'unknown failure';
  if (FULL.includes(code)) return new StorageFull(`S3 storage has no room (${code})`);
  return new BlobFailure(
    `S3 storage could not ${task} (${/^[\w ]{1,64}$/.test(code) ? code : 'unknown failure'})`,
  );
}
