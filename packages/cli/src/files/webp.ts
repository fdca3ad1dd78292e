const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Pixels, and how transparent they are. */
const PIXELS = new Set(['VP8 ', 'VP8L', 'ALPH']);
const ALPHA_FLAG = 0x10;

/**
 * The picture and nothing else: colour profiles can name a screen or its owner, and Bun carries them over. Undefined for
 * what is no WebP.
 */
export function withoutMetadata(webp: Uint8Array): Uint8Array | undefined {
  const chunks = chunksOf(webp);
  if (chunks === undefined) return undefined;
  const hasAlpha = chunks.some(({ name }) => name === 'ALPH');
  const kept = chunks.flatMap(({ name, bytes }) => {
    if (PIXELS.has(name)) return [bytes];
    // Says the size once more, and what else there is; needed beside transparency alone.
    return name === 'VP8X' && hasAlpha ? [withFlags(bytes, ALPHA_FLAG)] : [];
  });
  const header = webp.slice(0, HEADER_BYTES);
  const result = Buffer.concat([header, ...kept]);
  result.writeUInt32LE(result.byteLength - CHUNK_HEADER_BYTES, 4);
  return result;
}

function chunksOf(webp: Uint8Array): readonly { name: string; bytes: Uint8Array }[] | undefined {
  const text = (from: number) => String.fromCharCode(...webp.subarray(from, from + 4));
  if (text(0) !== 'RIFF' || text(8) !== 'WEBP') return undefined;
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks: { name: string; bytes: Uint8Array }[] = [];
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= webp.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + CHUNK_HEADER_BYTES + size + (size % 2);
    chunks.push({ name: text(at), bytes: webp.subarray(at, end) });
    at = end;
  }
  return chunks;
}

function withFlags(chunk: Uint8Array, flags: number): Uint8Array {
  const copy = chunk.slice();
  copy[CHUNK_HEADER_BYTES] = flags;
  return copy;
}
