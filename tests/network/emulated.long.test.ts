/** All that is claimed of UDP beside TLS and QUIC; `npm run bench:network` prints the same as a table. */
import { beforeAll, describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import {
  type BulkComparison,
  chatRoundTripsMore,
  compareBulks,
  goodputRatio,
  shareBesideTls,
} from './emulated/bulk-comparison.ts';
import { compareEchoes, type EchoComparison, packetRatio, slownessRatio } from './emulated/comparison.ts';

const SEED = 5;
const MESSAGES = 1_200;
const SHARING_MS = 25_000;
const TIMEOUT_MS = 300_000;
/** What UDP may take of the time that the best of the others needs, by loss. */
const SLOWNESS_MAX = [
  [0.05, 0.6],
  [0.2, 0.3],
  [0.3, 0.3],
] as const;

describe.skipIf(needs('emulatedPath') === undefined)('on emulated paths, at length', () => {
  describe('chat', () => {
    let comparison: EchoComparison;
    beforeAll(async () => {
      const losses = SLOWNESS_MAX.map(([loss]) => loss);
      comparison = await compareEchoes(SEED, losses, MESSAGES);
    }, TIMEOUT_MS);

    test.each(SLOWNESS_MAX)(
      'T4 [URGENT-3] [URGENT-4]: at a loss of %p, the 99th percentile is at most %p of the best of TLS and QUIC',
      (loss, most) => {
        expect(slownessRatio(comparison, loss)).toBeLessThanOrEqual(most);
        expect(packetRatio(comparison, loss, 'udp')).toBeLessThanOrEqual(2.5);
      },
    );
  });

  describe('bulk', () => {
    let bulks: BulkComparison[];
    beforeAll(async () => {
      bulks = await compareBulks(SEED);
    }, TIMEOUT_MS);

    test('T4 [CONGEST-1] [CONGEST-2]: reaches at least 70 % of the goodput of QUIC, on a clean path and at 2 % loss', () => {
      for (const bulk of bulks) expect(goodputRatio(bulk)).toBeGreaterThanOrEqual(0.7);
    });

    test('T4 [CREDIT-4]: beside a download the median chat message takes at most one round trip more', () => {
      for (const { udp } of bulks) {
        expect(chatRoundTripsMore(udp)).toBeLessThanOrEqual(1);
        expect(udp.during.missing).toBe(0);
      }
    });
  });

  test(
    'T4 [CONGEST-1]: shares a bottleneck with a TLS download',
    async () => {
      expect(await shareBesideTls(SEED, SHARING_MS)).toBeWithin(0.3, 0.7);
    },
    TIMEOUT_MS,
  );
});
