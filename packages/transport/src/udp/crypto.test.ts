import { describe, expect, test } from 'bun:test';
import { nodeCrypto } from './crypto.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (from: Uint8Array) => Buffer.from(from).toString('hex');
const ascii = (text: string) => new TextEncoder().encode(text);
const flipped = (from: Uint8Array, bit: number) => {
  const other = from.slice();
  other[bit >>> 3] = (other[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return other;
};

/** Test cases 4 and 16 of the specification of GCM (McGrew and Viega). */
const KEY = 'feffe9928665731c6d6a8f9467308308';
const NONCE = bytes('cafebabefacedbaddecaf888');
const ASSOCIATED = bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2');
const PLAINTEXT = bytes(
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
);
const SEALED_128 =
  '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47';
const SEALED_256 =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b';

describe('known answers', () => {
  test.each([
    ['AES-128-GCM', KEY, SEALED_128],
    ['AES-256-GCM', KEY + KEY, SEALED_256],
  ])('T5 [PACKET-3] [ADMIT-3]: %s', (_, key, sealed) => {
    const aead = nodeCrypto.aead(bytes(key));
    expect(hex(aead.seal(NONCE, ASSOCIATED, PLAINTEXT))).toBe(sealed);
    expect(aead.open(NONCE, ASSOCIATED, bytes(sealed))).toEqual(PLAINTEXT);
  });

  test.each([
    ['000102030405060708090a0b0c0d0e0f', '69c4e0d86a7b0430d8cdb78070b4c55a'],
    ['000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', '8ea2b7ca516745bfeafc49904b496089'],
  ])('T5 [PACKET-3]: AES blocks of FIPS 197, each by itself', (key, expected) => {
    const block = nodeCrypto.block(bytes(key));
    const input = bytes('00112233445566778899aabbccddeeff');
    for (let round = 0; round < 3; round++) {
      expect(hex(block(input))).toBe(expected);
      expect(hex(block(flipped(input, round)))).not.toBe(expected);
      expect(() => block(input.subarray(round + 1))).toThrow(RangeError);
    }
  });

  test('T5 [SHAKE-6]: SHA-256 and HMAC (RFC 4231, case 2)', () => {
    expect(hex(nodeCrypto.sha256(ascii('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(hex(nodeCrypto.hmacSha256(ascii('Jefe'), ascii('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test('T5 [RESET-3]: equal bytes, of equal length', () => {
    expect(nodeCrypto.equal(bytes('0102'), bytes('0102'))).toBe(true);
    expect(nodeCrypto.equal(bytes('0102'), bytes('0103'))).toBe(false);
    expect(nodeCrypto.equal(bytes('0102'), bytes('010200'))).toBe(false);
    expect(nodeCrypto.equal(bytes(''), bytes(''))).toBe(true);
  });
});

describe('what does not open', () => {
  const aead = nodeCrypto.aead(bytes(KEY + KEY));
  const sealed = bytes(SEALED_256);
  const refused = (from: Uint8Array, nonce = NONCE, associated = ASSOCIATED) =>
    expect(aead.open(nonce, associated, from)).toBeUndefined();

  test('T5 [PACKET-5]: any bit of ciphertext, tag, nonce or associated data changed', () => {
    for (let bit = 0; bit < 8 * sealed.length; bit++) refused(flipped(sealed, bit));
    for (let bit = 0; bit < 8 * NONCE.length; bit++) refused(sealed, flipped(NONCE, bit));
    for (let bit = 0; bit < 8 * ASSOCIATED.length; bit++) refused(sealed, NONCE, flipped(ASSOCIATED, bit));
  });

  test('T5 [PACKET-5]: any byte of the tag replaced, and tags of one byte over and over', () => {
    const withTag = (tag: Uint8Array) => Uint8Array.from([...sealed.subarray(0, -16), ...tag]);
    const tag = sealed.subarray(-16);
    for (let at = 0; at < 16; at++) {
      for (let by = 1; by < 256; by += 2)
        refused(withTag(tag.map((byte, index) => (index === at ? byte ^ by : byte))));
    }
    for (let byte = 0; byte < 256; byte++) refused(withTag(new Uint8Array(16).fill(byte)));
    refused(withTag(tag.slice().reverse()));
    refused(withTag(tag.map((byte) => byte ^ 0xff)));
  });

  test('T5 [PACKET-5]: every shorter length, none at all, and anything after it or before', () => {
    for (let length = 0; length < sealed.length; length++) {
      refused(sealed.subarray(0, length));
      if (length > 0) refused(sealed.subarray(length));
    }
    for (const extra of [1, 16, 1_000]) {
      refused(Uint8Array.from([...sealed, ...new Uint8Array(extra)]));
      refused(Uint8Array.from([...new Uint8Array(extra), ...sealed]));
    }
    refused(sealed, NONCE, new Uint8Array(0));
    refused(sealed, NONCE, Uint8Array.from([...ASSOCIATED, 0]));
  });

  test('T5 [PACKET-5]: under another key; and then the same object opens what is right', () => {
    for (let bit = 0; bit < 256; bit++) {
      const other = nodeCrypto.aead(flipped(bytes(KEY + KEY), bit));
      expect(other.open(NONCE, ASSOCIATED, sealed)).toBeUndefined();
    }
    expect(nodeCrypto.aead(bytes(KEY)).open(NONCE, ASSOCIATED, sealed)).toBeUndefined();
    expect(aead.open(NONCE, ASSOCIATED, sealed)).toEqual(PLAINTEXT);
  });
});

describe('memory', () => {
  test('T5: results are plain, and keep their bytes while others are made', () => {
    const aead = nodeCrypto.aead(bytes(KEY + KEY));
    const empty = aead.seal(NONCE, ASSOCIATED, new Uint8Array(0));
    const opened = aead.open(NONCE, ASSOCIATED, bytes(SEALED_256));
    const results = [
      aead.seal(NONCE, ASSOCIATED, PLAINTEXT),
      empty,
      opened,
      nodeCrypto.sha256(empty),
      nodeCrypto.hmacSha256(empty, empty),
    ];
    const before = results.map((result) => hex(result ?? new Uint8Array(0)));
    for (let round = 0; round < 200; round++) {
      aead.open(NONCE, ASSOCIATED, aead.seal(NONCE, ASSOCIATED, new Uint8Array(round).fill(round)));
      nodeCrypto.sha256(new Uint8Array(round));
    }
    for (const [index, result] of results.entries()) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      expect(hex(result ?? new Uint8Array(0))).toBe(before[index] ?? '');
    }
    expect(empty.length).toBe(16);
    expect(aead.open(NONCE, ASSOCIATED, empty)).toEqual(new Uint8Array(0));
  });

  test('T5: keys may change in the caller’s memory afterwards', () => {
    const key = bytes(KEY + KEY);
    const aead = nodeCrypto.aead(key);
    const block = nodeCrypto.block(key);
    const first = hex(block(new Uint8Array(16)));
    key.fill(0);
    expect(hex(aead.seal(NONCE, ASSOCIATED, PLAINTEXT))).toBe(SEALED_256);
    expect(hex(block(new Uint8Array(16)))).toBe(first);
  });
});
