import { describe, expect, test } from 'bun:test';
import { exporterBinding } from '@sotto/protocol';
import fc from 'fast-check';
import { CONTROL_MAX_LENGTH, type ControlMessage, decodeControl, encodeControl } from './control.ts';

const OPENED: ControlMessage = {
  kind: 'opened',
  binding: exporterBinding(Uint8Array.from({ length: 32 }, (_, at) => at * 8)),
  security: {
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_128_GCM_SHA256',
    group: 'X25519MLKEM768',
    certificateSha256: new Uint8Array(32).fill(0xfe),
  },
  remoteAddress: '::1',
};
const PATH = { roundTripMs: 12.5, loss: 0.01, windowBytes: 40_000 };
const MESSAGES: readonly ControlMessage[] = [
  OPENED,
  { ...OPENED, path: PATH },
  { kind: 'failed', reason: 'timeout', message: 'no answer' },
  {
    kind: 'failed',
    reason: 'untrusted',
    message: 'changed',
    trust: { kind: 'changed', server: 'a:1', seen: 'SHA256:01', expected: 'SHA256:02' },
  },
  {
    kind: 'failed',
    reason: 'untrusted',
    message: 'new',
    trust: { kind: 'new', server: 'a:1', seen: 'SHA256:01' },
  },
  { kind: 'path', path: PATH },
  { kind: 'moved', remoteAddress: '192.0.2.1' },
  { kind: 'closed', reason: 'overflow', detail: '17 bytes unread' },
];

describe('what the relay tells its page', () => {
  test.each(MESSAGES.map((message) => [message.kind, message] as const))(
    '[RELAY-1] C1: %s comes as it went',
    (_, message) => {
      expect(decodeControl(encodeControl(message))).toEqual(message);
    },
  );

  test('[RELAY-1] C1: words from elsewhere are cut, so that what is told is never too long to be read', () => {
    const long = 'x'.repeat(1_000_000);
    const told = decodeControl(encodeControl({ kind: 'closed', reason: 'lost', detail: long }));
    expect(told).toMatchObject({ kind: 'closed', reason: 'lost' });
    expect(told?.kind === 'closed' && told.detail.length).toBeLessThan(2_000);
  });

  test('[RELAY-1] C1: a path that is not known yet is told as none', () => {
    const path = { roundTripMs: Number.POSITIVE_INFINITY, loss: Number.NaN, windowBytes: 1 };
    expect(decodeControl(encodeControl({ kind: 'path', path }))).toEqual({
      kind: 'path',
      path: { roundTripMs: 0, loss: 0, windowBytes: 1 },
    });
  });

  test('[RELAY-1] T7: any text is read as a message or as none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeControl(text)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decodeControl(text)).toBeUndefined();
      }),
    );
  });

  test('[RELAY-1] T7: a message with any field changed for another value is read whole or not at all', () => {
    const fields = fc.constantFrom(...MESSAGES).chain((message) =>
      fc.record({
        message: fc.constant(message),
        key: fc.constantFrom(...Object.keys(message).filter((key) => key !== 'kind')),
        value: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(fields, ({ message, key, value }) => {
        const text = JSON.stringify({ ...JSON.parse(encodeControl(message)), [key]: value });
        const read = decodeControl(text);
        if (read !== undefined) expect(decodeControl(encodeControl(read))).toEqual(read);
      }),
    );
  });

  test('[RELAY-1] T7: what is too long is not looked at', () => {
    const message = encodeControl({ kind: 'moved', remoteAddress: 'a' });
    expect(decodeControl(message + ' '.repeat(CONTROL_MAX_LENGTH))).toBeUndefined();
    expect(decodeControl(`${message} `)).toBeDefined();
  });
});
