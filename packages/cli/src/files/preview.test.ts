import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_PREVIEW_MAX_BYTES, THUMBNAIL_MAX_PIXELS } from '@sotto/model';
import { durationMs } from './duration.ts';
import { makePreview } from './preview.ts';
import { withoutMetadata } from './webp.ts';

const directory = mkdtempSync(join(tmpdir(), 'sotto-preview-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** As it is sent: from disk. */
function onDisk(name: string, bytes: Uint8Array): Blob {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return Bun.file(path);
}

/** Noise, which is what compresses worst. */
function bmp(width: number, height: number): Buffer {
  const row = (width * 3 + 3) & ~3;
  const bytes = Buffer.alloc(54 + row * height);
  bytes.write('BM');
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
  ] as const)
    bytes.writeUInt32LE(value, at);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  let state = 1;
  for (let at = 54; at < bytes.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** JPEG with an EXIF part: turned by a quarter, and a word that says where it was. */
async function jpegWithExif(width: number, height: number): Promise<Buffer> {
  const jpeg = await new Bun.Image(bmp(width, height)).jpeg().bytes();
  const turned = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');
  const part = Buffer.concat([Buffer.from('Exif\0\0'), turned, Buffer.from('GPS: at home')]);
  const head = Buffer.from([0xff, 0xe1, 0, part.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, part, jpeg.subarray(2)]);
}

/** A PNG whose head claims so many pixels and which has none. */
function bomb(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    check.writeUInt32BE(Bun.hash.crc32(body));
    return Buffer.concat([size, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 6], 8);
  const pixels = Buffer.from(Bun.gzipSync(Buffer.alloc(10_000)));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('previews of images (F4)', () => {
  test('F4: size, and a thumbnail that fits, whatever the picture is', async () => {
    for (const [width, height] of [
      [900, 600],
      [10, 2_000],
      [3, 3],
    ] as const) {
      const preview = await makePreview(
        onDisk('a.png', await new Bun.Image(bmp(width, height)).png().bytes()),
        'image/png',
      );
      expect(preview).toMatchObject({ width, height });
      const thumbnail = preview?.thumbnail ?? new Uint8Array();
      const small = await new Bun.Image(thumbnail).metadata();
      expect(small.format).toBe('webp');
      expect(Math.max(small.width, small.height)).toBe(
        Math.min(THUMBNAIL_MAX_PIXELS, Math.max(width, height)),
      );
      expect(thumbnail.byteLength).toBeLessThan(FILE_PREVIEW_MAX_BYTES - 256);
    }
  });

  test('F4: is turned as it is meant to be seen, and tells nothing of where it was taken', async () => {
    const bytes = await jpegWithExif(400, 200);
    expect(bytes.includes('GPS: at home')).toBe(true);
    const preview = await makePreview(onDisk('a.jpg', bytes), 'image/jpeg');
    expect(preview).toMatchObject({ width: 200, height: 400 });
    const thumbnail = Buffer.from(preview?.thumbnail ?? []);
    expect(thumbnail.includes('GPS')).toBe(false);
    expect(thumbnail.includes('Exif')).toBe(false);
    expect(await new Bun.Image(thumbnail).metadata()).toMatchObject({ width: 128, height: 256 });
  });

  test('F4: a picture that claims more pixels than are decoded has its size alone', async () => {
    const preview = await makePreview(onDisk('b.png', bomb(16_000, 16_000)), 'image/png');
    expect(preview).toEqual({ width: 16_000, height: 16_000 });
  });

  test.each([
    ['beyond all that is looked at', bomb(4_000_000_000, 4_000_000_000)],
    ['no picture', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
    ['a picture by its first bytes', Buffer.from('89504e470d0a1a0a', 'hex')],
  ])('F4: %s has no preview, and is sent all the same', async (_, bytes) => {
    expect(await makePreview(onDisk('c.png', bytes), 'image/png')).toBeUndefined();
  });

  test('F4: what is missing by now has no preview', async () => {
    expect(await makePreview(Bun.file(join(directory, 'gone.png')), 'image/png')).toBeUndefined();
  });

  test('F4: of a WebP nothing but its pixels stays', async () => {
    const bare = Buffer.from(await new Bun.Image(bmp(40, 30)).webp().bytes());
    const part = (name: string, text: string) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      return Buffer.concat([Buffer.from(name), size, Buffer.from(text), Buffer.alloc(text.length % 2)]);
    };
    const full = Buffer.concat([
      bare,
      part('ICCP', "alice's screen"),
      part('EXIF', 'home!'),
      part('XMP ', 'alice'),
    ]);
    const kept = Buffer.from(withoutMetadata(full) ?? []);
    expect(kept.equals(bare)).toBe(true);
    expect(withoutMetadata(Buffer.from('RIFF'))).toBeUndefined();
  });
});

describe('how long it lasts (F4)', () => {
  function wav(seconds: number): Buffer<ArrayBuffer> {
    const bytes = Buffer.alloc(44);
    bytes.write('RIFF');
    bytes.write('WAVEfmt ', 8);
    bytes.writeUInt32LE(16, 16);
    bytes.writeUInt32LE(16_000, 28);
    bytes.write('data', 36);
    bytes.writeUInt32LE(16_000 * seconds, 40);
    return bytes;
  }

  function mp4(scale: number, duration: number): Buffer<ArrayBuffer> {
    const box = (name: string, data: Buffer) => {
      const size = Buffer.alloc(4);
      size.writeUInt32BE(8 + data.length);
      return Buffer.concat([size, Buffer.from(name), data]);
    };
    const head = Buffer.alloc(100);
    head.writeUInt32BE(scale, 12);
    head.writeUInt32BE(duration, 16);
    return Buffer.concat([
      box('ftyp', Buffer.from('isom0000')),
      box('free', Buffer.alloc(5)),
      box('moov', box('mvhd', head)),
    ]);
  }

  test('F4: of WAV and MP4, from their heads', async () => {
    expect(await makePreview(new Blob([wav(12)]), 'audio/wav')).toEqual({ durationMs: 12_000 });
    expect(await makePreview(new Blob([mp4(600, 900)]), 'video/mp4')).toEqual({ durationMs: 1_500 });
  });

  test('F4: what says nothing, or nonsense, has none; nothing makes it search for ever', async () => {
    const cut = [0, 4, 11, 12, 20, 30, 43].flatMap((length) => [
      wav(1).subarray(0, length),
      mp4(1, 1).subarray(0, length),
    ]);
    const endless = Buffer.concat([mp4(1, 1).subarray(0, 16), Buffer.alloc(64)]);
    for (const bytes of [...cut, endless, mp4(0, 5), mp4(1, 0xffff_ffff), Buffer.from('hello')])
      expect(await durationMs(new Blob([bytes]))).toBeUndefined();
  });
});
