/** A large file on a bad network, as it is promised (F3, F4). */
import { describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import { travel } from './session/journey.ts';

const MIB = 1024 * 1024;
const PATH = { delayMs: 20, jitterMs: 2, loss: 0.001, rateMbps: 20, queueBytes: 250_000 };
const TIMEOUT_MS = 300_000;

describe.skipIf(needs('emulatedPath') === undefined)('a file of 50 MiB', () => {
  for (const direction of ['upload', 'download'] as const)
    test(
      `F3 F4: its ${direction} survives three changes of transport, 10 s without a network, and a kill of each end, and at most 10 % is sent twice`,
      async () => {
        const journey = await travel({ direction, bytes: 50 * MIB, path: PATH, outageMs: 10_000 });
        console.log(`  ${direction}:`, JSON.stringify(journey));
        expect(journey).toMatchObject({ isSame: true, transports: ['udp', 'tls', 'websocket', 'quic'] });
        expect(journey.sent).toBeGreaterThanOrEqual(1);
        expect(journey.sent).toBeLessThanOrEqual(1.1);
      },
      TIMEOUT_MS,
    );
});
