import { BlobFailure } from './failures.ts';

const NAME = /^[0-9a-f]{64}$/;

/** What a file is called: its digest in hex. */
export function blobName(sha256: Uint8Array): string {
  const name = sha256.toHex();
  if (!NAME.test(name)) throw new BlobFailure('a digest has 32 bytes');
  return name;
}

/** Undefined for what no file of ours is called. */
export const digestNamed = (name: string): Uint8Array | undefined =>
  NAME.test(name) ? Uint8Array.fromHex(name) : undefined;
