/** QUIC as our transport has it, on a path that loses, delays and turns round. */
import { describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import { MeasuredPath } from './emulated/measured-path.ts';

const SEED = 11;
const LOSS = 0.2;
const MESSAGES = 400;
const DOWNLOAD_BYTES = 400_000;
const TIMEOUT_MS = 90_000;

describe.skipIf(needs('emulatedPath') === undefined)('QUIC on a bad path', () => {
  test(
    'T3 [QUIC-2] [LANE-3]: with 20 % lost, jitter and packets that overtake each other, everything comes, once and in order, beside a download',
    async () => {
      const settings = { delayMs: 20, jitterMs: 30, reorder: true, rateMbps: 20, queueBytes: 60_000 };
      await using path = await MeasuredPath.open(SEED, settings);
      await path.connect(['quic']);
      await path.setLoss(LOSS);
      const transports = ['quic'] as const;
      const { echo, download } = await path.run({
        echo: { transports, messages: MESSAGES, intervalMs: 10, patienceMs: 30_000 },
        download: { transports, bytes: DOWNLOAD_BYTES },
      });
      expect(echo.quic).toMatchObject({ missing: 0, overtaken: 0 });
      expect(download.quic?.bytes).toBe(DOWNLOAD_BYTES);
      expect(await path.lost('quic')).toBeGreaterThan(100);
    },
    TIMEOUT_MS,
  );

  test(
    'T3 [QUIC-8]: handshakes finish with 20 % lost',
    async () => {
      await using path = await MeasuredPath.open(SEED, { delayMs: 50, loss: LOSS });
      const { timesMs, failures } = await path.handshakes({ transport: 'quic', count: 20 });
      expect(failures).toEqual([]);
      expect(timesMs).toHaveLength(20);
    },
    TIMEOUT_MS,
  );
});
