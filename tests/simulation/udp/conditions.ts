import type { RandomNumber } from '@sotto/protocol/testing';

/** What a path does to datagrams of one direction. */
export interface Conditions {
  lossRate: number;
  /** How often a run of losses begins, and how many datagrams it takes. */
  burstRate: number;
  burstPackets: number;
  delayMs: number;
  /** On top, differently for each: datagrams overtake each other. */
  jitterMs: number;
  /** Some come much later than that. */
  lateRate: number;
  lateMs: number;
  duplicateRate: number;
  /** Bits flipped, ends cut off. */
  damageRate: number;
  /** Longer ones are dropped. */
  mtuBytes: number;
  bytesPerMs: number;
  /** What waits for the rate; more is dropped. */
  queueBytes: number;
}

export const CLEAN: Conditions = {
  lossRate: 0,
  burstRate: 0,
  burstPackets: 0,
  delayMs: 20,
  jitterMs: 0,
  lateRate: 0,
  lateMs: 0,
  duplicateRate: 0,
  damageRate: 0,
  mtuBytes: 1_500,
  bytesPerMs: Number.POSITIVE_INFINITY,
  queueBytes: Number.POSITIVE_INFINITY,
};

/** True `rate` of the time. */
export const chance = (number: RandomNumber, rate: number): boolean => number(1_000_000) < rate * 1_000_000;

const MTUS = [1_200, 1_280, 1_400, 1_500];

/** From a good line to the worst one on which a connection must still work. */
export function randomConditions(number: RandomNumber): Conditions {
  const some = (oneIn: number, value: () => number) => (number(oneIn) === 0 ? value() : 0);
  const isSlow = number(4) === 0;
  const bytesPerMs = 20 + number(2_000);
  return {
    lossRate: [0, 0.01, 0.05, 0.2, 0.4][number(5)] ?? 0,
    burstRate: some(4, () => 0.02),
    burstPackets: 1 + number(8),
    delayMs: 1 + number(number(3) === 0 ? 300 : 60),
    jitterMs: some(2, () => number(40)),
    lateRate: some(3, () => 0.02),
    lateMs: 100 + number(900),
    duplicateRate: some(3, () => 0.05),
    damageRate: some(3, () => 0.03),
    mtuBytes: MTUS[number(MTUS.length)] ?? 1_200,
    bytesPerMs: isSlow ? bytesPerMs : Number.POSITIVE_INFINITY,
    queueBytes: isSlow ? 5_000 + bytesPerMs * number(300) : Number.POSITIVE_INFINITY,
  };
}

/** The same line once whatever disturbed it has stopped. */
export const healed = ({ delayMs, mtuBytes, bytesPerMs, queueBytes }: Conditions): Conditions => ({
  ...CLEAN,
  delayMs,
  mtuBytes,
  bytesPerMs,
  queueBytes,
});
