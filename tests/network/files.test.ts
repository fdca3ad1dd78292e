/** A file on bad networks, in short; the whole of what is promised is in the long test. */
import { describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import { travel } from './session/journey.ts';

const MIB = 1024 * 1024;
const PATH = { delayMs: 10, jitterMs: 2, loss: 0.001, rateMbps: 20, queueBytes: 250_000 };
const TIMEOUT_MS = 180_000;

describe.skipIf(needs('emulatedPath') === undefined)('a file of 8 MiB', () => {
  for (const direction of ['upload', 'download'] as const)
    test(
      `F3 F4: its ${direction} survives three changes of transport, an outage, and a kill of each end`,
      async () => {
        const journey = await travel({ direction, bytes: 8 * MIB, path: PATH, outageMs: 3_000 });
        console.log(`  ${direction}:`, JSON.stringify(journey));
        expect(journey).toMatchObject({ isSame: true, transports: ['udp', 'tls', 'websocket', 'quic'] });
        expect(journey.sent).toBeGreaterThanOrEqual(1);
        // Each of six breaks costs at most what is on its way; of a file so short that is a larger part.
        expect(journey.sent).toBeLessThan(1.3);
      },
      TIMEOUT_MS,
    );
});
