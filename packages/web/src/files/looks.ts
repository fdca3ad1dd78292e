/** What the first bytes of a file say, before they are given to whatever shows it. */

/** As readers of PDF do: its mark is somewhere in there. */
const PDF_MARK_WITHIN_BYTES = 1024;

export async function isPdf(blob: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await blob.slice(0, PDF_MARK_WITHIN_BYTES).arrayBuffer());
  return Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join('')
    .includes('%PDF-');
}

/** More of a text is not shown. */
export const TEXT_SHOWN_MAX_BYTES = 256 * 1024;

const DECODERS = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** undefined where it is no text. A character that the beginning cuts off is left out. */
export async function textOf(beginning: Blob): Promise<string | undefined> {
  const bytes = new Uint8Array(await beginning.slice(0, TEXT_SHOWN_MAX_BYTES).arrayBuffer());
  const marked = DECODERS.find(({ mark }) => mark.every((byte, at) => bytes[at] === byte));
  const text = new TextDecoder(marked?.encoding ?? 'utf-8').decode(bytes, { stream: true });
  return text.includes('\0') ? undefined : text.replaceAll(/\r\n?/g, '\n');
}
