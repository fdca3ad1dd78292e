import { expect, test } from 'bun:test';
import { sendHostile, sendSpoofed } from './floods.ts';
import { Fuzz } from './fuzz.ts';

const DATAGRAMS = 250_000;
const SPOOFED = 100_000;
const FIRST_SEED = 1_001;
const RUNS = 10;
const DATAGRAMS_A_RUN = 1_000_000;
const TIMEOUT_MS = 90 * 60_000;

test(
  `T10 T6 [PACKET-5] [ADMIT-4] ${DATAGRAMS} datagrams that nobody honest sent, in one life of a server`,
  () => sendHostile(DATAGRAMS),
  TIMEOUT_MS,
);

test(
  `T6 T10 [ADMIT-1] [ADMIT-4] ${SPOOFED} spoofed first packets leave nothing behind`,
  () => sendSpoofed(SPOOFED),
  TIMEOUT_MS,
);

test(
  `T10 T6 [PACKET-5] [ADMIT-4] ${RUNS * DATAGRAMS_A_RUN} more datagrams that nobody honest sent`,
  () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      const { problems, amplification } = new Fuzz(seed).run(DATAGRAMS_A_RUN);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
      expect(amplification).toBeLessThanOrEqual(3);
    }
  },
  TIMEOUT_MS,
);
