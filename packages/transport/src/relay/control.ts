/**
 * What the relay of `sotto open` tells its page, as text messages beside the binary ones, which are the stream of
 * frames. The first is `opened` or `failed` [RELAY-1].
 */
import type { Binding } from '@sotto/protocol';
import type { CloseReason, DialError, PathFacts, Security } from '../contract.ts';
import { fromHex, toHex } from './hex.ts';

/** Why the relay does not trust a server: nothing was sent to it [RELAY-5]. */
export type TrustProblem =
  /** Fingerprints as people compare them. */
  | { kind: 'new'; server: string; seen: string }
  | { kind: 'changed'; server: string; seen: string; expected: string };

export type ControlMessage =
  | { kind: 'opened'; binding: Binding; security: Security; remoteAddress: string; path?: PathFacts }
  | { kind: 'failed'; reason: DialError['reason']; message: string; trust?: TrustProblem }
  | { kind: 'path'; path: PathFacts }
  | { kind: 'moved'; remoteAddress: string }
  | { kind: 'closed'; reason: CloseReason; detail: string };

/** Longer texts are no control messages. */
export const CONTROL_MAX_LENGTH = 8 * 1024;
/** Of words from elsewhere inside one. */
const WORDS_MAX_LENGTH = 1024;

export function encodeControl(message: ControlMessage): string {
  return JSON.stringify(message, (_, value: unknown) => {
    if (value instanceof Uint8Array) return toHex(value);
    return typeof value === 'string' ? value.slice(0, WORDS_MAX_LENGTH) : value;
  });
}

/** undefined for any text that is none. */
export function decodeControl(text: string): ControlMessage | undefined {
  if (text.length > CONTROL_MAX_LENGTH) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? read(value) : undefined;
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function read(fields: Fields): ControlMessage | undefined {
  switch (fields.kind) {
    case 'opened':
      return opened(fields);
    case 'failed': {
      const reason = isOneOf(FAILURES, fields.reason);
      const message = words(fields.message);
      if (fields.trust === undefined) return { kind: 'failed', reason, message };
      return { kind: 'failed', reason, message, trust: trust(fieldsIn(fields.trust)) };
    }
    case 'path':
      return { kind: 'path', path: path(fieldsIn(fields.path)) };
    case 'moved':
      return { kind: 'moved', remoteAddress: words(fields.remoteAddress) };
    case 'closed':
      return { kind: 'closed', reason: isOneOf(ENDS, fields.reason), detail: words(fields.detail) };
    default:
      return undefined;
  }
}

function opened(fields: Fields): ControlMessage {
  const binding = fieldsIn(fields.binding);
  const security = fieldsIn(fields.security);
  const known = {
    kind: 'opened' as const,
    binding: { kind: isOneOf(BINDINGS, binding.kind), value: fromHex(words(binding.value)) },
    security: {
      protocol: words(security.protocol),
      cipher: words(security.cipher),
      group: words(security.group),
      certificateSha256: fromHex(words(security.certificateSha256)),
    },
    remoteAddress: words(fields.remoteAddress),
  };
  return fields.path === undefined ? known : { ...known, path: path(fieldsIn(fields.path)) };
}

function trust(fields: Fields): TrustProblem {
  const about = { server: words(fields.server), seen: words(fields.seen) };
  if (fields.kind === 'new') return { kind: 'new', ...about };
  if (fields.kind === 'changed') return { kind: 'changed', ...about, expected: words(fields.expected) };
  throw new TypeError('no problem of trust');
}

const path = (fields: Fields): PathFacts => ({
  roundTripMs: amount(fields.roundTripMs),
  loss: amount(fields.loss),
  windowBytes: amount(fields.windowBytes),
  ...(fields.packetsLost === undefined ? {} : { packetsLost: amount(fields.packetsLost) }),
});

/** As in the schema: none, EXPORTER, CERTIFICATE. */
const BINDINGS: readonly Binding['kind'][] = [0, 1, 2];
const ENDS: readonly CloseReason[] = ['local', 'peer', 'lost', 'malformed', 'overflow', 'timeout'];
const FAILURES: readonly DialError['reason'][] = [...ENDS, 'refused', 'untrusted'];

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsIn(value: unknown): Fields {
  if (!isFields(value)) throw new TypeError('no fields');
  return value;
}

function words(value: unknown): string {
  if (typeof value !== 'string' || value.length > WORDS_MAX_LENGTH) throw new TypeError('no words');
  return value;
}

/** What is not finite is null in JSON. */
function amount(value: unknown): number {
  if (value === null) return 0;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new TypeError('no amount');
  return value;
}

function isOneOf<T>(known: readonly T[], value: unknown): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new TypeError('none of these');
  return found;
}
