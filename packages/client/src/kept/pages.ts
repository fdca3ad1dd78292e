/**
 * Kept pages as stores have them: a version, a checksum, and a message of the wire's schema. What is anything else, of
 * another version among it, is no page [KEPT-5].
 */
import { decodeMessage, encodeMessage } from '@sotto/protocol';

type Schema = Parameters<typeof decodeMessage>[0];
type Fields<Of extends Schema> = Parameters<typeof encodeMessage<Of>>[1];
type Message<Of extends Schema> = ReturnType<typeof decodeMessage<Of>>;

const VERSION = 1;
const HEAD_BYTES = 5;

export function sealPage<Of extends Schema>(schema: Of, fields: Fields<Of>): Uint8Array {
  const body = encodeMessage(schema, fields);
  const page = new Uint8Array(HEAD_BYTES + body.length);
  page[0] = VERSION;
  new DataView(page.buffer).setUint32(1, checksum(body));
  page.set(body, HEAD_BYTES);
  return page;
}

export function openPage<Of extends Schema>(
  schema: Of,
  page: Uint8Array | undefined,
): Message<Of> | undefined {
  if (page === undefined || page.length < HEAD_BYTES || page[0] !== VERSION) return undefined;
  const body = page.subarray(HEAD_BYTES);
  const told = new DataView(page.buffer, page.byteOffset, page.length).getUint32(1);
  if (told !== checksum(body)) return undefined;
  try {
    return decodeMessage(schema, body, 'kept page');
  } catch {
    return undefined;
  }
}

/** FNV-1a: against accidents, not against anybody. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}
