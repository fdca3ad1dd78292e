/** Names of files where digests do not go: keys of locks, names of partial uploads. */
import type { UserNumber } from '@sotto/model';

/** Key of the lock that what stores a file and what removes it share: finishing (bytes, then row), and removing (row, then bytes) take turns. */
export const digestKey = (sha256: Uint8Array): string => Buffer.from(sha256).toString('hex');

/**
 * Of a BlobStore's partial. Key of the same lock for beginning an upload (row, then partial), and removing what has no row:
 * nobody waits at the beginning for what others do with the same file, or could tell from it that they have it [UPLOAD-5].
 */
export const partialName = (user: UserNumber, sha256: Uint8Array): string => `${user}u${digestKey(sha256)}`;

const PARTIAL_NAME = /^([1-9]\d{0,9})u([0-9a-f]{64})$/;

/** Undefined for what no upload of ours is called. */
export function readPartialName(name: string): { user: UserNumber; sha256: Uint8Array } | undefined {
  const [, user, hex] = PARTIAL_NAME.exec(name) ?? [];
  if (user === undefined || hex === undefined) return undefined;
  return { user: Number(user) as UserNumber, sha256: new Uint8Array(Buffer.from(hex, 'hex')) };
}
