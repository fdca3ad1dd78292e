/** Files as tests make, fetch and find them. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileDownload, SottoClient } from '@sotto/client/node';
import type { RoomNumber, Sequence } from '@sotto/model';

const BLOCK_BYTES = 64 * 1024;

/** Bytes that are nobody else's, since no two calls give the same. */
export function freshBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += BLOCK_BYTES)
    crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + BLOCK_BYTES)));
  return bytes;
}

export const sha256 = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher('sha256').update(bytes).digest('hex');

export interface Fetched {
  sha256: string;
  bytes: number;
  name: string;
}

export async function fetched(client: SottoClient, room: RoomNumber, message: Sequence): Promise<Fetched> {
  return drained(await client.fetchFile(room, message));
}

export async function drained({ file, stream }: FileDownload): Promise<Fetched> {
  const hasher = new Bun.CryptoHasher('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    hasher.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hasher.digest('hex'), bytes, name: file.name };
}

/** What the server keeps of files, in its data directory: whole ones and parts, by their names. */
export async function keptFiles(data: string): Promise<readonly string[]> {
  const entries = await readdir(join(data, 'files'), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Waits until the server keeps none of these, and no part of anything. Rejects where it goes on keeping them. */
export async function noneOf(data: string, digests: readonly string[]): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    const kept = await keptFiles(data);
    const isDigest = (name: string) => /^[0-9a-f]{64}$/.test(name);
    if (!kept.some((name) => !isDigest(name) || digests.includes(name))) return;
    await Bun.sleep(50);
  }
  throw new Error(`still there: ${await keptFiles(data)}`);
}
