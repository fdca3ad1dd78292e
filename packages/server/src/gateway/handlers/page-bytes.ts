/** Texts of one page take at most this, so that the page fits in a frame beside everything else in it. */
const TEXTS_MAX_BYTES = 48 * 1024;

/** The first of `items` whose texts together fit, at least one where there is one. */
export function firstThatFit<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  let bytes = 0;
  const fitting: T[] = [];
  for (const item of items) {
    bytes += Buffer.byteLength(textOf(item));
    if (bytes > TEXTS_MAX_BYTES && fitting.length > 0) break;
    fitting.push(item);
  }
  return fitting;
}
