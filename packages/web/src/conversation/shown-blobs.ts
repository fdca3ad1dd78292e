/** Files that were shown, for rows that come back while one scrolls: by their digest, up to a limit, the latest kept. */
const HELD_MAX_BYTES = 64 * 1024 * 1024;

const held = new Map<string, Blob>();
let heldBytes = 0;

export function shownBlob(sha256: string): Blob | undefined {
  const blob = held.get(sha256);
  if (blob === undefined) return undefined;
  held.delete(sha256);
  held.set(sha256, blob);
  return blob;
}

export function holdBlob(sha256: string, blob: Blob): void {
  if (held.has(sha256)) return;
  held.set(sha256, blob);
  heldBytes += blob.size;
  for (const [oldest, { size }] of held) {
    if (heldBytes <= HELD_MAX_BYTES) return;
    held.delete(oldest);
    heldBytes -= size;
  }
}
