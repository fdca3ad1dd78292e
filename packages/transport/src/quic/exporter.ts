/**
 * The exporter of TLS 1.3 (RFC 8446 section 7.5) from its secret, which the runtime's QUIC gives away in its key log and
 * nowhere else. With the label of RFC 9266 it is the channel binding, the same as over TCP.
 */
import { createHash, createHmac } from 'node:crypto';
import { type Binding, EXPORTER_BYTES, EXPORTER_LABEL, exporterBinding } from '@sotto/protocol';

const SECRET_LINE = 'EXPORTER_SECRET ';

/** The binding of the channel whose key log has this line; undefined where the line is about another secret. */
export function bindingOfKeyLog(line: string): Binding | undefined {
  if (!line.startsWith(SECRET_LINE)) return undefined;
  const [, secret = ''] = line.slice(SECRET_LINE.length).trim().split(' ');
  return exporterBinding(tlsExporter(Buffer.from(secret, 'hex'), EXPORTER_LABEL, EXPORTER_BYTES));
}

/** `bytes` is at most the length of the secret, which is that of the cipher suite's hash. */
export function tlsExporter(
  secret: Uint8Array,
  label: string,
  bytes: number,
  context: Uint8Array = NOTHING,
): Uint8Array {
  const hash = secret.length === 48 ? 'sha384' : 'sha256';
  const digest = (value: Uint8Array): Uint8Array => createHash(hash).update(value).digest();
  const derived = expandLabel(hash, secret, label, digest(NOTHING), secret.length);
  return expandLabel(hash, derived, 'exporter', digest(context), bytes);
}

const NOTHING = new Uint8Array(0);

/** HKDF-Expand-Label (RFC 8446 section 7.1) of at most one block. */
function expandLabel(
  hash: string,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  bytes: number,
): Uint8Array {
  const name = new TextEncoder().encode(`tls13 ${label}`);
  const info = [bytes >> 8, bytes & 0xff, name.length, ...name, context.length, ...context, 1];
  const block = createHmac(hash, secret).update(new Uint8Array(info)).digest();
  return new Uint8Array(block).slice(0, bytes);
}
