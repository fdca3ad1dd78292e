/** The beginnings of pictures, as far as their sizes are said there: for tests of who looks at them and does not decode. */

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const uint16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const uint32 = (value: number): number[] => [...uint16(value >>> 16), ...uint16(value & 0xffff)];
const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) & 0xff);

/** Of any bit depth; the checksum is missing. */
export const png = (width: number, height: number): Uint8Array =>
  Uint8Array.of(
    ...ascii('\x89PNG\r\n\x1A\n'),
    ...uint32(13),
    ...ascii('IHDR'),
    ...uint32(width),
    ...uint32(height),
    ...[8, 6, 0, 0, 0],
    ...uint32(0),
  );

/** With a comment that holds what looks like a frame, tables, and fill bytes, before the frame. */
export const jpeg = (width: number, height: number): Uint8Array =>
  Uint8Array.of(
    ...[0xff, 0xd8],
    ...[0xff, 0xfe, ...uint16(10), 0xff, 0xc0, 0, 8, 8, 0, 1, 0],
    ...[0xff, 0xc4, ...uint16(4), 0, 0],
    ...[0xff, 0xff, 0xff, 0xc2, ...uint16(11), 8, ...uint16(height), ...uint16(width), 1, 1, 0x11, 0],
    ...[0xff, 0xd9],
  );

const riff = (chunk: string, body: readonly number[]): Uint8Array =>
  Uint8Array.of(
    ...ascii('RIFF'),
    ...little(12 + body.length, 4),
    ...ascii(`WEBP${chunk}`),
    ...little(body.length, 4),
    ...body,
  );

export const webp = (width: number, height: number): Uint8Array =>
  riff('VP8 ', [0x10, 0, 0, 0x9d, 0x01, 0x2a, ...little(width, 2), ...little(height, 2), 0, 0]);

export const webpLossless = (width: number, height: number): Uint8Array =>
  riff('VP8L', [0x2f, ...little(width - 1 + (height - 1) * 2 ** 14, 4), ...little(0, 8)]);

export const webpExtended = (width: number, height: number, { animated = false } = {}): Uint8Array =>
  riff('VP8X', [animated ? 0x02 : 0, 0, 0, 0, ...little(width - 1, 3), ...little(height - 1, 3)]);
