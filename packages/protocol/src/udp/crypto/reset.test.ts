import { describe, expect, test } from 'bun:test';
import { seededRandom } from '../../testing/clock.ts';
import { testCrypto } from '../testing/crypto.ts';
import { type ConnectionId, parsePacket } from '../wire/packet.ts';
import { endsInReset, resetDatagram, resetKey, resetToken } from './reset.ts';

const ID = 0x0102030405060708n as ConnectionId;
const KEY = resetKey(testCrypto, Uint8Array.of(1, 2, 3));
const TOKEN = resetToken(testCrypto, KEY, ID);
const reset = (seed: number) => resetDatagram(testCrypto, seededRandom(seed), KEY, ID);

describe('stateless resets', () => {
  test('T5 [RESET-1]: 42 bytes that pass for a short-header packet, random but for the token at the end', () => {
    const datagrams = Array.from({ length: 64 }, (_, seed) => reset(seed));
    for (const datagram of datagrams) {
      expect(datagram.length).toBe(42);
      expect((datagram[0] ?? 0) >>> 5).toBe(0b010);
      expect(parsePacket(datagram).kind).toBe('short');
      expect(datagram.subarray(26)).toEqual(TOKEN);
    }
    for (let at = 0; at < 26; at++) {
      const values = new Set(datagrams.map((datagram) => datagram[at]));
      expect(values.size).toBeGreaterThan(at === 0 ? 16 : 40);
    }
  });

  test('T5 [RESET-1]: the token is the HMAC of the ID, cut to 16 bytes', () => {
    const mac = testCrypto.hmacSha256(KEY, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(TOKEN).toEqual(mac.slice(0, 16));
    expect(resetToken(testCrypto, KEY, 9n as ConnectionId)).not.toEqual(TOKEN);
  });

  test('T5 [RESET-2]: the key is the same at every start, and another one for another server', () => {
    expect(KEY.length).toBe(32);
    expect(resetKey(testCrypto, Uint8Array.of(1, 2, 3))).toEqual(KEY);
    expect(resetKey(testCrypto, Uint8Array.of(1, 2, 4))).not.toEqual(KEY);
  });

  test('T5 [RESET-3]: found behind anything, whichever of the tokens it is', () => {
    const others = [11n, 12n].map((id) => resetToken(testCrypto, KEY, id as ConnectionId));
    expect(endsInReset(testCrypto, reset(1), [TOKEN])).toBe(true);
    expect(endsInReset(testCrypto, reset(1), [TOKEN, ...others])).toBe(true);
    expect(endsInReset(testCrypto, reset(1), new Set([...others, TOKEN]))).toBe(true);
    expect(endsInReset(testCrypto, Uint8Array.from([0x55, ...reset(1)]), [TOKEN])).toBe(true);
    expect(endsInReset(testCrypto, reset(1), others)).toBe(false);
    expect(endsInReset(testCrypto, reset(1), [])).toBe(false);
    expect(endsInReset(testCrypto, reset(1).subarray(1), [TOKEN])).toBe(false);
    expect(endsInReset(testCrypto, Uint8Array.from([...reset(1), 0]), [TOKEN])).toBe(false);
  });

  test('T5 [RESET-3]: a token with any bit changed is none', () => {
    const datagram = reset(1);
    for (let bit = 26 * 8; bit < 42 * 8; bit++) {
      const damaged = datagram.slice();
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(endsInReset(testCrypto, damaged, [TOKEN])).toBe(false);
    }
  });

  test('T5 [RESET-3]: every token is compared in constant time, also after one has matched', () => {
    let compared = 0;
    const equal = (a: Uint8Array, b: Uint8Array) => {
      compared++;
      return testCrypto.equal(a, b);
    };
    const other = resetToken(testCrypto, KEY, 11n as ConnectionId);
    expect(endsInReset({ ...testCrypto, equal }, reset(1), [TOKEN, other, other, other])).toBe(true);
    expect(compared).toBe(4);
  });
});
