/** Answers end where they would not fit in a frame; the rest is asked for again. */

/** What grows in an answer takes at most this, beside everything else in its frame. */
export const PAGE_MAX_BYTES = 96 * 1024;

/** Contents that are read for one answer: so that the memory of many who ask does not depend on how long messages are. */
export const READ_MAX_BYTES = 1024 * 1024;

/** The first of `items` that fit together, at least one where there is one. */
export function firstThatFit<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  maxBytes = PAGE_MAX_BYTES,
): readonly T[] {
  let bytes = 0;
  const tooMany = items.findIndex((item) => {
    bytes += bytesOf(item);
    return bytes > maxBytes;
  });
  return tooMany === -1 ? items : items.slice(0, Math.max(1, tooMany));
}
