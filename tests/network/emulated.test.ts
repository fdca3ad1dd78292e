/** Chat over paths that lose packets, beside TLS and QUIC on the same path at the same time. */
import { beforeAll, describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import {
  compareEchoes,
  ECHO_ROUND_TRIP_MS,
  type EchoComparison,
  figuresAt,
  packetRatio,
  slownessRatio,
} from './emulated/comparison.ts';
import { measureHandshakes } from './emulated/measure.ts';
import type { HandshakesResult } from './emulated/orders.ts';

const SEED = 3;
const LIGHT_LOSS = 0.05;
const HEAVY_LOSS = 0.3;
const MESSAGES = 700;
const HANDSHAKES = 50;
const TIMEOUT_MS = 120_000;

describe.skipIf(needs('emulatedPath') === undefined)('on a path of 100 ms', () => {
  let comparison: EchoComparison;
  let handshakes: HandshakesResult;

  beforeAll(async () => {
    const count = HANDSHAKES;
    [comparison, handshakes] = await Promise.all([
      compareEchoes(SEED, [LIGHT_LOSS, HEAVY_LOSS], MESSAGES),
      measureHandshakes({
        seed: SEED,
        loss: HEAVY_LOSS,
        roundTripMs: ECHO_ROUND_TRIP_MS,
        transport: 'udp',
        count,
      }),
    ]);
  }, TIMEOUT_MS);

  test('T4 [LOSS-2]: every message comes back over UDP, a third of all packets lost or none', () => {
    for (const loss of comparison.keys()) expect(figuresAt(comparison, loss).udp.missing).toBe(0);
  });

  test('T4 [URGENT-3]: with 5 % lost, the slowest hundredth of echoes takes at most 0.6 times what the best of TLS and QUIC needs', () => {
    expect(slownessRatio(comparison, LIGHT_LOSS)).toBeLessThanOrEqual(0.6);
  });

  test('T4 [URGENT-3]: with 30 % lost, at most 0.3 times', () => {
    expect(slownessRatio(comparison, HEAVY_LOSS)).toBeLessThanOrEqual(0.3);
  });

  test('T4 [URGENT-2] [URGENT-4]: repetition costs at most 2.5 times the packets of a path without loss', () => {
    for (const loss of [LIGHT_LOSS, HEAVY_LOSS])
      expect(packetRatio(comparison, loss, 'udp')).toBeLessThanOrEqual(2.5);
  });

  test('T3 T6 [LOSS-1]: 50 of 50 handshakes finish with 30 % lost', () => {
    expect(handshakes.failures).toEqual([]);
    expect(handshakes.timesMs).toHaveLength(HANDSHAKES);
  });
});
