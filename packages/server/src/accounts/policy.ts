import type { ThrottlePolicy } from './throttle.ts';

/** Who may make an account, once there is an owner. */
export type RegistrationPolicy = 'open' | 'invite' | 'closed';

/** What becomes of the messages of a deleted account: kept under the name that stands for it, or erased. */
export type DeletedAccounts = 'keep' | 'erase';

export interface ThrottlePolicies {
  account: ThrottlePolicy;
  source: ThrottlePolicy;
  registration: ThrottlePolicy;
}

/**
 * Three typing mistakes cost nothing but the third a short breath. Whoever goes on guessing ends at one guess in ten
 * minutes: at most 12 + 144 on the first day, 144 on each later one, from however many addresses. One that stops is
 * back to nothing in two hours.
 */
const ACCOUNT: ThrottlePolicy = {
  firstDelayed: 3,
  baseDelayMs: 2_000,
  maxDelayMs: 10 * 60_000,
  forgetMs: 10 * 60_000,
};

/**
 * An office of thirty behind one address logs in at once, each with a mistake or two still open: sixty at a time pass.
 * A sprayer of common passwords over many accounts ends at one guess a minute.
 */
const SOURCE: ThrottlePolicy = {
  firstDelayed: 60,
  baseDelayMs: 1_000,
  maxDelayMs: 60_000,
  forgetMs: 60_000,
};

/** A class of sixty registers at once; whoever harvests taken names or makes accounts in bulk ends at one a minute. */
const REGISTRATION: ThrottlePolicy = SOURCE;

export const THROTTLE_POLICIES: ThrottlePolicies = {
  account: ACCOUNT,
  source: SOURCE,
  registration: REGISTRATION,
};
