/** Files as people send them, made here. */
import { crc32, deflateSync } from 'node:zlib';

/**
 * A picture with a colour that changes from left to right, so that one sees whether all of it is there. With noise it is as
 * large as what cameras make.
 */
export function png(
  width: number,
  height: number,
  hue: readonly [number, number, number],
  noise: Uint8Array = new Uint8Array(1),
): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = 0.3 + (0.7 * x) / width;
      const stripe = Math.floor(y / 16) % 2 === 0 ? 1 : 0.85;
      rows.set(
        hue.map((value, at) => {
          const grain = noise[(y * width * 3 + x * 3 + at) % noise.length] ?? 0;
          return Math.round(value * shade * stripe) ^ (grain & 0x0f);
        }),
        y * (1 + width * 3) + 1 + x * 3,
      );
    }
  }
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, width);
  head.setUint32(4, height);
  head.setUint16(8, 0x0802);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', new Uint8Array(head.buffer)),
    ...chunk('IDAT', deflateSync(rows)),
    ...chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(name: string, bytes: Uint8Array): Uint8Array {
  const made = new Uint8Array(bytes.length + 12);
  const view = new DataView(made.buffer);
  view.setUint32(0, bytes.length);
  made.set(new TextEncoder().encode(name), 4);
  made.set(bytes, 8);
  view.setUint32(bytes.length + 8, crc32(made.subarray(4, bytes.length + 8)));
  return made;
}

/** Half a second of a tone. */
export function wav(): Uint8Array<ArrayBuffer> {
  const samples = 4_000;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const bytes = new Uint8Array(view.buffer);
  bytes.set(new TextEncoder().encode('RIFF....WAVEfmt '));
  view.setUint32(4, 36 + samples, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8_000, true);
  view.setUint32(28, 8_000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  bytes.set(new TextEncoder().encode('data'), 36);
  view.setUint32(40, samples, true);
  for (let at = 0; at < samples; at += 1) bytes[44 + at] = 128 + Math.round(60 * Math.sin(at / 3));
  return bytes;
}

/** One page that says so. */
export function pdf(words: string): Uint8Array<ArrayBuffer> {
  const stream = `0.2 0.6 0.3 rg 40 40 320 40 re f BT /F1 24 Tf 40 120 Td (${words}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 240] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${place}`.padStart(10, '0');
  });
  const table = places.map((place) => `${place} 00000 n \n`).join('');
  text += `xref\n0 6\n0000000000 65535 f \n${table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return new TextEncoder().encode(text);
}
