import type { RandomNumber } from '@sotto/protocol/testing';
import { type Conditions, randomConditions } from './conditions.ts';
import type { Hostility } from './disturb.ts';

const DISTURBED_MAX_MS = 15_000;
const SAYINGS_MAX = 60;
const DISTURBANCES_MAX = 30;
const BULK_FRAMES_MAX = 25;

/** What a seed is about. */
export interface Plan {
  hostility: Hostility;
  up: Conditions;
  down: Conditions;
  /** How long it lasts until all heals. */
  untilMs: number;
  callers: number;
  sayings: number;
  disturbances: number;
  /** Long frames said at once, now and then. */
  bulkFrames: number;
  slackMs: number;
  tlsMs: number;
  tlsAtOnce: boolean;
  serverFlight: number;
}

export function planOf(number: RandomNumber): Plan {
  const some = () => number(3) === 0;
  const up = randomConditions(number);
  return {
    hostility: {
      rebinds: some(),
      migrates: some(),
      blackouts: some(),
      restarts: number(6) === 0,
      vanishes: number(6) === 0,
      closes: number(4) === 0,
      replays: some(),
      garbage: some(),
      diverts: some(),
    },
    up,
    down: number(2) === 0 ? up : randomConditions(number),
    untilMs: 2_000 + number(DISTURBED_MAX_MS),
    callers: 1 + number(3),
    sayings: number(SAYINGS_MAX),
    disturbances: number(DISTURBANCES_MAX),
    bulkFrames: number(6) === 0 ? number(BULK_FRAMES_MAX) : 0,
    slackMs: number(2) === 0 ? 0 : number(40) / 10,
    tlsMs: number(4) === 0 ? 30 : 1,
    tlsAtOnce: some(),
    serverFlight: some() ? 4_000 : 1_720,
  };
}
