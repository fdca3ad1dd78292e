import { describe, expect, test } from 'bun:test';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type FileOffer, FileOfferSchema, FilePreviewSchema } from '@sotto/schema';
import fc from 'fast-check';
import {
  FILE_INLINE_MAX_BYTES,
  FILE_NAME_MAX_BYTES,
  FILE_PREVIEW_MAX_BYTES,
  MESSAGE_MAX_BYTES,
  PREVIEW_TEXT_MAX_BYTES,
} from '../limits.ts';
import { jpeg, png, webp, webpExtended, webpLossless } from '../testing/pictures.ts';
import {
  checkOffer,
  formatBytes,
  type OfferField,
  readOffer,
  readPictureHead,
  toMediaType,
} from './index.ts';

type Offered = MessageInitShape<typeof FileOfferSchema>;
type Previewed = MessageInitShape<typeof FilePreviewSchema>;

const LARGE = FILE_INLINE_MAX_BYTES + 1;
const offer = (fields: Offered = {}): FileOffer =>
  create(FileOfferSchema, { sha256: new Uint8Array(32), size: LARGE, name: 'a.png', ...fields });
const preview = (fields: Previewed): FileOffer => offer({ preview: create(FilePreviewSchema, fields) });
const faultOf = (of: FileOffer): OfferField | undefined => checkOffer(of)?.field;

describe('[OFFER-1] F1: an offer', () => {
  test('that is in order is read, with what is known of the file', () => {
    const reading = readOffer(
      offer({
        mediaType: 'image/png',
        text: '*look*',
        preview: create(FilePreviewSchema, { width: 640, thumbnail: png(256, 1) }),
      }),
    );
    expect(reading).toEqual({
      kind: 'valid',
      file: {
        name: 'a.png',
        sizeBytes: LARGE,
        mediaType: 'image/png',
        sha256: new Uint8Array(32),
        preview: { width: 640, thumbnail: png(256, 1) },
        inline: false,
      },
      inline: new Uint8Array(),
      text: '*look*',
    });
  });

  test('what is kept of one does not keep the bytes that it came in', () => {
    const bytes = toBinary(FileOfferSchema, preview({ thumbnail: png(1, 1) }));
    const reading = readOffer(fromBinary(FileOfferSchema, bytes));
    if (reading.kind === 'invalid') throw new Error(reading.reason);
    const { sha256, preview: read } = reading.file;
    expect([sha256.buffer.byteLength, read?.thumbnail?.buffer.byteLength]).toEqual([32, png(1, 1).length]);
  });

  test.each<[OfferField, string, Offered]>([
    ['sha256', 'no digest', { sha256: new Uint8Array() }],
    ['sha256', 'a digest of 31 bytes', { sha256: new Uint8Array(31) }],
    ['sha256', 'a digest of 33 bytes', { sha256: new Uint8Array(33) }],
    ['size', 'half a byte', { size: LARGE + 0.5 }],
    ['size', 'less than nothing', { size: -1 }],
    ['size', 'no number', { size: Number.NaN }],
    ['size', 'endless', { size: Number.POSITIVE_INFINITY }],
    ['size', 'not exact in a double', { size: 2 ** 53 }],
    ['name', 'no name', { name: '' }],
    ['name', 'blanks', { name: ' \u3000\t' }],
    ['name', 'what draws nothing', { name: '\u200B\u3164\u2800' }],
    ['name', 'too long', { name: 'a'.repeat(FILE_NAME_MAX_BYTES + 1) }],
    ['name', 'too long in bytes', { name: 'é'.repeat(128) }],
    ['name', 'a line feed', { name: 'a\nb' }],
    ['name', 'a null', { name: 'a\0' }],
    ['name', 'C1', { name: 'a\u009Bb' }],
    ['name', 'half a character', { name: 'a\uD800' }],
    ['mediaType', 'no subtype', { mediaType: 'image' }],
    ['mediaType', 'upper case', { mediaType: 'image/PNG' }],
    ['mediaType', 'parameters', { mediaType: 'text/html;charset=utf-8' }],
    ['mediaType', 'two slashes', { mediaType: 'a/b/c' }],
    ['mediaType', 'a blank', { mediaType: 'text/ html' }],
    ['mediaType', 'a line feed at its end', { mediaType: 'text/html\n' }],
    ['mediaType', 'too long', { mediaType: `a/${'b'.repeat(126)}` }],
    ['text', 'too long', { text: 'a'.repeat(MESSAGE_MAX_BYTES + 1) }],
    ['text', 'too long in bytes', { text: '漢'.repeat(MESSAGE_MAX_BYTES / 3 + 1) }],
    ['text', 'half a character', { text: '\uDC00' }],
  ])('is refused for its %s: %s', (field, _, fields) => {
    expect(faultOf(offer(fields))).toBe(field);
    expect(readOffer(offer(fields))).toMatchObject({ kind: 'invalid', field });
  });

  test.each<[string, Offered]>([
    ['the longest name', { name: 'a'.repeat(FILE_NAME_MAX_BYTES) }],
    ['a path', { name: '../../etc/passwd' }],
    ['the largest file', { size: Number.MAX_SAFE_INTEGER }],
    ['an empty file', { size: 0 }],
    ['every sign of a media type', { mediaType: 'a!#$&^_.+-9/x.y+z' }],
    ['the longest media type', { mediaType: `a/${'b'.repeat(125)}` }],
    ['the longest text', { text: 'a'.repeat(MESSAGE_MAX_BYTES) }],
  ])('may have %s', (_, fields) => expect(checkOffer(offer(fields))).toBeUndefined());

  test('of any bytes is judged, and what is in order is so again once sent', () => {
    let valid = 0;
    const numbers = fc.oneof(fc.double(), fc.nat({ max: 3 }), fc.constantFrom(LARGE, 2 ** 53, -0));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(png(9, 9), jpeg(300, 9), new Uint8Array(32), new Uint8Array(3)),
    );
    const texts = fc.string({ unit: 'binary', maxLength: 20 });
    const fields = fc.record({
      sha256: fc.oneof(bytes, fc.constant(new Uint8Array(32))),
      size: numbers,
      name: texts,
      mediaType: fc.constantFrom('', 'a/b', 'A/b', 'a'),
      inline: fc.oneof(bytes, fc.constant(new Uint8Array())),
      text: texts,
      preview: fc.option(
        fc.record({ width: numbers, height: fc.nat(), thumbnail: bytes, text: texts, durationMs: numbers }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(fields, ({ preview: shown, ...rest }) => {
        const of = create(FileOfferSchema, {
          ...rest,
          ...(shown && { preview: create(FilePreviewSchema, shown) }),
        });
        const reading = readOffer(of);
        if (reading.kind === 'invalid') return;
        valid++;
        expect(readOffer(fromBinary(FileOfferSchema, toBinary(FileOfferSchema, of)))).toEqual(reading);
      }),
      { numRuns: 3_000 },
    );
    expect(valid).toBeGreaterThan(10);
  });

  test.each([
    ['image/PNG', 'image/png'],
    ['text/html; charset=utf-8', 'text/html'],
    [' Text/Plain ', 'text/plain'],
    ['text', ''],
    ['', ''],
    [';', ''],
    ['a/b c', ''],
    [`a/${'b'.repeat(200)}`, ''],
  ])('a type that a system calls %j is %j', (written, type) => expect(toMediaType(written)).toBe(type));
});

describe('[OFFER-2] F1: small files are in the message', () => {
  test.each([
    [0, 0, true],
    [0, 1, false],
    [1, 1, true],
    [1, 0, false],
    [5, 4, false],
    [5, 6, false],
    [FILE_INLINE_MAX_BYTES, FILE_INLINE_MAX_BYTES, true],
    [FILE_INLINE_MAX_BYTES, 0, false],
    [LARGE, 0, true],
    [LARGE, 1, false],
    [LARGE, LARGE, false],
  ])('a file of %d bytes with %d of them: %p', (size, bytes, isRight) => {
    const of = offer({ size, inline: new Uint8Array(bytes) });
    expect(faultOf(of)).toBe(isRight ? undefined : 'inline');
    if (isRight) {
      expect(readOffer(of)).toMatchObject({
        file: { inline: size <= FILE_INLINE_MAX_BYTES },
        inline: of.inline,
      });
    }
  });
});

describe('[OFFER-3] F1: previews', () => {
  test.each<[string, Previewed]>([
    ['nothing', {}],
    ['sizes', { width: 0xffffffff, height: 1 }],
    ['a duration', { durationMs: 1.5 }],
    ['the longest text', { text: 'a'.repeat(PREVIEW_TEXT_MAX_BYTES) }],
    ['a thumbnail in PNG', { thumbnail: png(256, 256) }],
    ['a thumbnail in JPEG', { thumbnail: jpeg(256, 1) }],
    ['a thumbnail in WebP', { thumbnail: webp(1, 256) }],
    ['a thumbnail in lossless WebP', { thumbnail: webpLossless(256, 256) }],
    ['a thumbnail in extended WebP', { thumbnail: webpExtended(256, 256) }],
  ])('may hold %s', (_, fields) => expect(checkOffer(preview(fields))).toBeUndefined());

  test.each<[string, Previewed]>([
    ['half a pixel', { width: 0.5 }],
    ['fewer pixels than none', { height: -1 }],
    ['more pixels than can be said', { width: 2 ** 32 }],
    ['no duration', { durationMs: Number.NaN }],
    ['an endless duration', { durationMs: Number.POSITIVE_INFINITY }],
    ['a duration below 0', { durationMs: -1 }],
    ['too long a text', { text: 'a'.repeat(PREVIEW_TEXT_MAX_BYTES + 1) }],
    ['half a character', { text: '\uD800' }],
    ['a PNG too wide', { thumbnail: png(257, 1) }],
    ['a PNG that says it is enormous', { thumbnail: png(0xffffffff, 0xffffffff) }],
    ['a PNG of no size', { thumbnail: png(0, 1) }],
    ['a JPEG too high', { thumbnail: jpeg(1, 257) }],
    ['a WebP too wide', { thumbnail: webp(257, 1) }],
    ['a lossless WebP too high', { thumbnail: webpLossless(1, 257) }],
    ['an extended WebP too wide', { thumbnail: webpExtended(16_777_216, 1) }],
    ['a WebP that moves', { thumbnail: webpExtended(9, 9, { animated: true }) }],
    ['half a head', { thumbnail: png(9, 9).subarray(0, 20) }],
    ['a JPEG that ends before its size', { thumbnail: jpeg(9, 9).subarray(0, 24) }],
    ['a picture of another kind', { thumbnail: new TextEncoder().encode(`GIF89a${'\0'.repeat(40)}`) }],
    ['a page', { thumbnail: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"></svg>') }],
    ['too much', { thumbnail: Uint8Array.of(...png(9, 9), ...new Uint8Array(FILE_PREVIEW_MAX_BYTES)) }],
    [
      'too much together',
      { text: 'a'.repeat(1_000), thumbnail: Uint8Array.of(...png(9, 9), ...new Uint8Array(11_300)) },
    ],
  ])('may not hold %s', (_, fields) => expect(faultOf(preview(fields))).toBe('preview'));

  test('what a picture says of its size is found in each format', () => {
    const size = fc.integer({ min: 1, max: 16_383 });
    fc.assert(
      fc.property(size, size, (width, height) => {
        const heads = [png, jpeg, webp, webpLossless, webpExtended].map((make) =>
          readPictureHead(make(width, height)),
        );
        const [a, b, c, d, e] = ['png', 'jpeg', 'webp', 'webp', 'webp'].map((format) => ({
          format,
          width,
          height,
          animated: false,
        }));
        expect(heads as unknown[]).toEqual([a, b, c, d, e]);
      }),
    );
  });

  test('any bytes are looked at without harm, and none beyond them', () => {
    const begun = fc.constantFrom(png(9, 9), jpeg(9, 9), webp(9, 9), webpLossless(9, 9), webpExtended(9, 9));
    const damaged = fc
      .tuple(
        begun,
        fc.nat({ max: 60 }),
        fc.array(fc.tuple(fc.nat({ max: 59 }), fc.nat({ max: 255 })), { maxLength: 4 }),
      )
      .map(([bytes, length, changes]) => {
        const copy = bytes.slice(0, length);
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        const alone = readPictureHead(bytes.slice());
        const within = new Uint8Array(300).fill(0xc0);
        within.set(bytes, 100);
        expect(readPictureHead(within.subarray(100, 100 + bytes.length))).toEqual(alone);
        if (alone !== undefined) expect(Math.min(alone.width, alone.height)).toBeGreaterThan(0);
      }),
      { numRuns: 5_000 },
    );
    expect(readPictureHead(new Uint8Array(1 << 20).fill(0xff).fill(0xd8, 1, 2))).toBeUndefined();
  });
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [1_049, '1 kB'],
  [1_050, '1.1 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [3_200_000, '3.2 MB'],
  [52_428_800, '52.4 MB'],
  [2 ** 53, '9 PB'],
  [0.4, '0 bytes'],
  [-1, '? bytes'],
  [Number.NaN, '? bytes'],
  [Number.POSITIVE_INFINITY, '? bytes'],
])('F4: %d bytes are told as %s', (bytes, told) => expect(formatBytes(bytes)).toBe(told));
