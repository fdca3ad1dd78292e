/** A file on bad networks, in short; the whole of what is promised is in the long test. */
import { beforeAll, describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import { type Journey, travel } from './session/journey.ts';

const MIB = 1024 * 1024;
const SETTINGS = {
  bytes: 8 * MIB,
  path: { delayMs: 10, jitterMs: 2, loss: 0.001, rateMbps: 10, queueBytes: 125_000 },
  outageMs: 2_000,
};
/** Each of six breaks costs what is on its way at most; of a file so short that is a larger part. */
const SENT_MOST = 1.15;
const TIMEOUT_MS = 180_000;
const DIRECTIONS = ['upload', 'download'] as const;

describe.skipIf(needs('emulatedPath') === undefined)('a file of 8 MiB', () => {
  const journeys = new Map<string, Journey>();
  beforeAll(async () => {
    const all = DIRECTIONS.map(async (direction) =>
      journeys.set(direction, await travel({ ...SETTINGS, direction })),
    );
    await Promise.all(all);
  }, TIMEOUT_MS);

  test.each(DIRECTIONS)(
    'F3 F4: its %s survives three changes of transport, an outage, and a kill of each end',
    (direction) => {
      const journey = journeys.get(direction);
      console.log(`  ${direction}:`, JSON.stringify(journey));
      expect(journey).toMatchObject({ isSame: true, transports: ['udp', 'tls', 'websocket', 'quic'] });
      expect(journey?.sent).toBeGreaterThanOrEqual(1);
      expect(journey?.sent).toBeLessThanOrEqual(SENT_MOST);
    },
  );
});
