/** What the first bytes of a picture say about it; nothing is decoded. */

export interface PictureHead {
  format: 'png' | 'jpeg' | 'webp';
  /** In pixels, 1 or more. */
  width: number;
  height: number;
  /** As far as the head says. */
  animated: boolean;
}

/** undefined for what is no PNG, JPEG or WebP, or says no size. Looks at each byte at most once, whatever they are. */
export function readPictureHead(bytes: Uint8Array): PictureHead | undefined {
  const head = readPng(bytes) ?? readJpeg(bytes) ?? readWebp(bytes);
  return head === undefined || head.width === 0 || head.height === 0 ? undefined : head;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
const startsWith = (bytes: Uint8Array, at: number, signature: string): boolean =>
  bytes.length >= at + signature.length &&
  [...signature].every((character, index) => bytes[at + index] === character.charCodeAt(0));

/** The first chunk is IHDR, which begins with the size. */
function readPng(bytes: Uint8Array): PictureHead | undefined {
  if (bytes.length < 33 || !startsWith(bytes, 0, '\x89PNG\r\n\x1A\n\0\0\0\rIHDR')) return undefined;
  const view = viewOf(bytes);
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20), animated: false };
}

const START_OF_IMAGE = 0xffd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** Markers SOF0 to SOF15 begin a frame; three among them are tables. */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Segments name their lengths; the frame's, which says the size, is before the first scan. */
function readJpeg(bytes: Uint8Array): PictureHead | undefined {
  const view = viewOf(bytes);
  if (bytes.length < 4 || view.getUint16(0) !== START_OF_IMAGE) return undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) return undefined;
    if (isStartOfFrame(marker)) {
      return {
        format: 'jpeg',
        width: view.getUint16(at + 7),
        height: view.getUint16(at + 5),
        animated: false,
      };
    }
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

const WEBP_ANIMATION = 0x02;

/** The first chunk is one of three: a lossy frame, a lossless one, or the canvas of an extended file. */
function readWebp(bytes: Uint8Array): PictureHead | undefined {
  if (bytes.length < 30 || !startsWith(bytes, 0, 'RIFF') || !startsWith(bytes, 8, 'WEBP')) return undefined;
  const view = viewOf(bytes);
  if (startsWith(bytes, 12, 'VP8 ') && startsWith(bytes, 23, '\x9D\x01\x2A')) {
    const [width, height] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    return { format: 'webp', width, height, animated: false };
  }
  if (startsWith(bytes, 12, 'VP8L') && bytes[20] === 0x2f) {
    const bits = view.getUint32(21, true);
    return {
      format: 'webp',
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      animated: false,
    };
  }
  if (!startsWith(bytes, 12, 'VP8X')) return undefined;
  const uint24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  const animated = (view.getUint8(20) & WEBP_ANIMATION) !== 0;
  return { format: 'webp', width: uint24(24) + 1, height: uint24(27) + 1, animated };
}
