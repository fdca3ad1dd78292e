/**
 * Files that are here: those that were shown, for rows that come back while one scrolls, by their digest; and those that were
 * sent from here, by the id of their message, so that nobody downloads what they sent. Up to a limit, the latest kept.
 */
const HELD_MAX_BYTES = 64 * 1024 * 1024;

const held = new Map<string, Blob>();
let heldBytes = 0;

/** `clientMessageId`: of one's own message. */
export function shownBlob(sha256: string, clientMessageId?: string): Blob | undefined {
  return used(sha256) ?? (clientMessageId === undefined ? undefined : used(clientMessageId));
}

/** The blob of a file of the disk holds none of it in memory, but it counts all the same. */
export function holdBlob(key: string, blob: Blob): void {
  if (held.has(key) || blob.size > HELD_MAX_BYTES) return;
  held.set(key, blob);
  heldBytes += blob.size;
  for (const [oldest, { size }] of held) {
    if (heldBytes <= HELD_MAX_BYTES) return;
    held.delete(oldest);
    heldBytes -= size;
  }
}

/** Of another account that signs in here nothing is left. */
export function forgetBlobs(): void {
  held.clear();
  heldBytes = 0;
}

function used(key: string): Blob | undefined {
  const blob = held.get(key);
  if (blob === undefined) return undefined;
  held.delete(key);
  held.set(key, blob);
  return blob;
}
