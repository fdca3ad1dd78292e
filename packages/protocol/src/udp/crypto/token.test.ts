import { describe, expect, test } from 'bun:test';
import { seededRandom } from '../../testing/clock.ts';
import { mutate, seeded } from '../../testing/mutate.ts';
import { RETRY_TOKEN_BYTES, TOKEN_KEY_LIFETIME_MS, TOKEN_LIFETIME_MS, UDP_VERSION_1 } from '../constants.ts';
import { testCrypto } from '../testing/crypto.ts';
import { type ConnectionId, parsePacket } from '../wire/packet.ts';
import { RetryTokens, retryIntact, sealRetry } from './token.ts';

const PATH = '192.0.2.1|4000';
const TO = 0x1111111111111111n as ConnectionId;
const START = 1_000_000.25;

const tokens = (now = START) => new RetryTokens(testCrypto, seededRandom(1), now);

describe('retry tokens', () => {
  test('T5 [ADMIT-2]: good for 15 s, for its address, port and ID', () => {
    const server = tokens();
    const token = server.mint(START, PATH, TO);
    expect(token.length).toBe(RETRY_TOKEN_BYTES);
    expect(server.valid(START, token, PATH, TO)).toBe(true);
    expect(server.valid(START + TOKEN_LIFETIME_MS - 1, token, PATH, TO)).toBe(true);
    expect(server.valid(Math.floor(START) + TOKEN_LIFETIME_MS, token, PATH, TO)).toBe(false);
    expect(server.valid(START, token, '192.0.2.1|4001', TO)).toBe(false);
    expect(server.valid(START, token, '192.0.2.2|4000', TO)).toBe(false);
    expect(server.valid(START, token, PATH, 0x1111111111111112n as ConnectionId)).toBe(false);
  });

  test('T5 [ADMIT-2]: what it holds', () => {
    const made: { key: Uint8Array; data: Uint8Array }[] = [];
    const hmacSha256 = (key: Uint8Array, data: Uint8Array) => {
      made.push({ key, data });
      return testCrypto.hmacSha256(key, data);
    };
    const server = new RetryTokens({ ...testCrypto, hmacSha256 }, seededRandom(1), START);
    const token = Buffer.from(server.mint(START, 'a|1', TO));
    const [mac] = made;
    if (mac === undefined) throw new Error('no HMAC');
    expect(mac.key.length).toBe(32);
    expect(token.toString('hex', 0, 7)).toBe('000000000f4240');
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    expect(hex(mac.data)).toBe('00 0000000f4240 0003 617c31 1111111111111111'.replaceAll(' ', ''));
    expect(hex(token.subarray(7))).toBe(hex(testCrypto.hmacSha256(mac.key, mac.data).subarray(0, 16)));
  });

  test('T5 [ADMIT-2]: keys are replaced every 30 s, the one before stays good', () => {
    const server = tokens();
    const late = START + TOKEN_KEY_LIFETIME_MS - 1;
    const token = server.mint(late, PATH, TO);
    expect(token[0]).toBe(0);
    const after = START + TOKEN_KEY_LIFETIME_MS;
    const next = server.mint(after, PATH, TO);
    expect(next[0]).toBe(1);
    expect(server.valid(after, token, PATH, TO)).toBe(true);
    expect(server.valid(after, next, PATH, TO)).toBe(true);
    expect(server.valid(late + TOKEN_LIFETIME_MS - 1, token, PATH, TO)).toBe(true);
    const claimed = token.slice();
    claimed[0] = 1;
    expect(server.valid(after, claimed, PATH, TO)).toBe(false);
  });

  test('T5 [ADMIT-2]: key ids come round after 256 keys', () => {
    const server = tokens();
    let now = START;
    const ids = Array.from({ length: 258 }, () => {
      const token = server.mint(now, PATH, TO);
      expect(server.valid(now, token, PATH, TO)).toBe(true);
      now += TOKEN_KEY_LIFETIME_MS;
      return token[0];
    });
    expect(ids.slice(254)).toEqual([254, 255, 0, 1]);
  });

  test('T5 [ADMIT-2]: another server, another time and damaged bytes are no good', () => {
    const random = seeded(2);
    const server = tokens();
    const token = server.mint(START, PATH, TO);
    const stranger = new RetryTokens(testCrypto, seededRandom(9), START);
    expect(stranger.valid(START, token, PATH, TO)).toBe(false);
    expect(server.valid(START - 1, token, PATH, TO)).toBe(false);
    for (let bit = 0; bit < 8 * token.length; bit++) {
      const damaged = token.slice();
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(server.valid(START, damaged, PATH, TO)).toBe(false);
    }
    for (let round = 0; round < 2_000; round++) {
      const damaged = mutate(token, random);
      if (Buffer.compare(damaged, token) !== 0) expect(server.valid(START, damaged, PATH, TO)).toBe(false);
    }
  });
});

describe('retries', () => {
  const header = {
    version: UDP_VERSION_1,
    to: 0x2222222222222222n as ConnectionId,
    from: 0x3333333333333333n as ConnectionId,
    token: new Uint8Array(RETRY_TOKEN_BYTES).fill(5),
    firstId: TO,
  };

  test('T5 [ADMIT-3]: intact for the client whose packet it answers, and no other', () => {
    const datagram = sealRetry(testCrypto, header);
    const { firstId, ...sent } = header;
    expect(parsePacket(datagram)).toMatchObject({ kind: 'retry', ...sent });
    expect(retryIntact(testCrypto, datagram, firstId)).toBe(true);
    expect(retryIntact(testCrypto, datagram, 0x1111111111111110n as ConnectionId)).toBe(false);
  });

  test('T5 [ADMIT-4]: a retry has fewer than 100 bytes', () => {
    expect(sealRetry(testCrypto, header).length).toBeLessThan(100);
  });

  test('T5 [ADMIT-3]: damaged in any bit, cut or grown it is not intact', () => {
    const random = seeded(3);
    const datagram = sealRetry(testCrypto, header);
    for (let bit = 0; bit < 8 * datagram.length; bit++) {
      const damaged = datagram.slice();
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(retryIntact(testCrypto, damaged, TO)).toBe(false);
    }
    for (let length = 0; length < datagram.length; length++) {
      expect(retryIntact(testCrypto, datagram.subarray(0, length), TO)).toBe(false);
    }
    for (let round = 0; round < 1_000; round++) {
      const damaged = mutate(datagram, random);
      if (Buffer.compare(damaged, datagram) !== 0) expect(retryIntact(testCrypto, damaged, TO)).toBe(false);
    }
  });
});
