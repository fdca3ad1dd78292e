/** How long audio and video last, by what the heads of WAV and of MP4 (also M4A and MOV) say: nothing is decoded. */

/** A file has a handful of parts before the one looked for; more is no file of these kinds. */
const PARTS_MAX = 64;
const DURATION_MAX_MS = 1_000 * 60 * 60 * 24 * 30;

/** Undefined where it is not known. */
export async function durationMs(file: Blob): Promise<number | undefined> {
  const head = await read(file, 0, 12);
  const duration =
    word(head, 8) === 'WAVE' ? await ofWav(file) : word(head, 4) === 'ftyp' ? await ofMp4(file) : 0;
  return duration > 0 && duration <= DURATION_MAX_MS ? Math.round(duration) : undefined;
}

async function ofWav(file: Blob): Promise<number> {
  let bytesPerSecond = 0;
  let at = 12;
  for (let part = 0; part < PARTS_MAX; part++) {
    const head = await read(file, at, 24);
    if (head.byteLength < 8) return 0;
    const size = head.getUint32(4, true);
    if (word(head, 0) === 'fmt ' && head.byteLength >= 20) bytesPerSecond = head.getUint32(16, true);
    if (word(head, 0) === 'data') return bytesPerSecond === 0 ? 0 : (size / bytesPerSecond) * 1_000;
    at += 8 + size + (size % 2);
  }
  return 0;
}

/** ISO 14496-12: the box `mvhd` in `moov`. */
async function ofMp4(file: Blob): Promise<number> {
  let at = 0;
  for (let part = 0; part < PARTS_MAX; part++) {
    const head = await read(file, at, 48);
    if (head.byteLength < 16) return 0;
    if (word(head, 4) === 'mvhd') return ofMovieHeader(head);
    const size = head.getUint32(0);
    const whole = size === 1 ? Number(head.getBigUint64(8)) : size;
    if (whole < 8) return 0;
    at += word(head, 4) === 'moov' ? (size === 1 ? 16 : 8) : whole;
  }
  return 0;
}

function ofMovieHeader(head: DataView): number {
  if (head.byteLength < 40) return 0;
  const isLong = head.getUint8(8) === 1;
  const scale = head.getUint32(isLong ? 28 : 20);
  const duration = isLong ? Number(head.getBigUint64(32)) : head.getUint32(24);
  return scale === 0 ? 0 : (duration / scale) * 1_000;
}

const read = async (file: Blob, from: number, length: number): Promise<DataView> =>
  new DataView(await file.slice(from, from + length).arrayBuffer());

const word = (view: DataView, at: number): string =>
  view.byteLength < at + 4
    ? ''
    : String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
