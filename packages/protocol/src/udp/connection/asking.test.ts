import { describe, expect, test } from 'bun:test';
import { RETRY_TOKEN_BYTES, UDP_VERSION_1 } from '../constants.ts';
import { sealRetry } from '../crypto/token.ts';
import { UdpFault } from '../fault.ts';
import { testCrypto } from '../testing/crypto.ts';
import { type ConnectionId, parsePacket } from '../wire/packet.ts';
import { Asking, otherVersion, tokenOf } from './asking.ts';

const FIRST_ID = 7n as ConnectionId;
const OTHER_ID = 8n as ConnectionId;

function tokenIn(tokenBytes: number, firstId: ConnectionId) {
  const token = new Uint8Array(tokenBytes).fill(3);
  const header = { version: UDP_VERSION_1, to: OTHER_ID, from: FIRST_ID, token, firstId };
  const datagram = sealRetry(testCrypto, header);
  const packet = parsePacket(datagram);
  if (packet.kind !== 'retry') throw new Error('no retry');
  return tokenOf(testCrypto, datagram, packet, FIRST_ID);
}

test('T6 [ADMIT-1]: hellos leave at once, after 250 ms, 375 ms more, and so on by half, at most 1 s', () => {
  const asking = new Asking(1_000);
  const leftAt: number[] = [];
  for (let now = 1_000; now < 6_000; now += 1) if (asking.takeHello(now)) leftAt.push(now - 1_000);
  // 562.5 and 843.75 more, at the next whole ms.
  expect(leftAt.slice(0, 7)).toEqual([0, 250, 625, 1_188, 2_032, 3_032, 4_032]);
});

test('T6 [ADMIT-1]: a round trip is known only while one hello could have been answered', () => {
  const asking = new Asking(0);
  asking.takeHello(0);
  expect(asking.roundTripMs(80)).toBe(80);
  asking.takeHello(250);
  expect(asking.roundTripMs(300)).toBeUndefined();
});

describe('T6 [ADMIT-3]: a retry', () => {
  test('has a token of the one length there is, or packets with it would be longer than any may be', () => {
    expect(tokenIn(RETRY_TOKEN_BYTES, FIRST_ID)).toEqual(new Uint8Array(RETRY_TOKEN_BYTES).fill(3));
    for (const bytes of [1, RETRY_TOKEN_BYTES - 1, RETRY_TOKEN_BYTES + 1, 1_000])
      expect(tokenIn(bytes, FIRST_ID)).toBeUndefined();
  });

  test('for another first packet is none', () => {
    expect(tokenIn(RETRY_TOKEN_BYTES, OTHER_ID)).toBeUndefined();
  });
});

test('T8 [ADMIT-5]: the best version that both have, nothing if it was the one tried, an end if there is none', () => {
  const packet = (versions: number[]) =>
    ({ kind: 'versions', to: OTHER_ID, from: FIRST_ID, versions }) as const;
  expect(otherVersion(packet([2, 3]), 4, [4, 3, 2])).toBe(3);
  expect(otherVersion(packet([2, 4]), 4, [4, 3, 2])).toBeUndefined();
  expect(() => otherVersion(packet([9]), 4, [4, 3, 2])).toThrow(UdpFault);
});
