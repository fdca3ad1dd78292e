import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { formatFingerprint, parseFingerprint } from './fingerprint.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('T18: a fingerprint survives being printed and read', () => {
  fc.assert(
    fc.property(digest, (bytes) => expect(parseFingerprint(formatFingerprint(bytes))).toEqual(bytes)),
  );
});

test('T18: fingerprints as other tools print them are read', () => {
  fc.assert(
    fc.property(digest, (bytes) => {
      const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
      expect(parseFingerprint(pairs.join(':'))).toEqual(bytes);
      expect(parseFingerprint(`sha256=${pairs.join('')}`)).toEqual(bytes);
      expect(parseFingerprint(`  ${formatFingerprint(bytes)}\n`)).toEqual(bytes);
    }),
  );
});

test('T18: anything else is none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 42 }), (text) => expect(parseFingerprint(text)).toBeUndefined()),
  );
  expect(parseFingerprint(`SHA256:${'A'.repeat(65)}`)).toBeUndefined();
  expect(parseFingerprint(`SHA256:${'G'.repeat(64)}`)).toBeUndefined();
});
