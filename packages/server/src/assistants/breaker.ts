/** Whether a provider that fails is asked at all [PROVIDER-6]. Pure: takes *now*, gives the next state. */

/** Questions in a row that failed until no more are let through. */
const FAILURES_MAX = 5;
const HOLD_MS = 30_000;
const HOLD_MAX_MS = 10 * 60_000;

export type Breaker =
  | { kind: 'closed'; failures: number }
  /** Everything fails at once until `untilMs`; `holdMs` is how long that was from the last failure. */
  | { kind: 'open'; untilMs: number; holdMs: number }
  /** One question is let through, and decides. */
  | { kind: 'trial'; holdMs: number };

export const CLOSED: Breaker = { kind: 'closed', failures: 0 };

/** How long until a question may be tried; 0 where it may now. */
export function holdsMs(breaker: Breaker, nowMs: number): number {
  switch (breaker.kind) {
    case 'closed':
      return 0;
    case 'open':
      return Math.max(0, breaker.untilMs - nowMs);
    case 'trial':
      // Whoever comes while one is tried comes too early; how that ends is not known.
      return breaker.holdMs;
  }
}

/** A question is tried; only where `holdsMs` is 0. */
export function tried(breaker: Breaker): Breaker {
  return breaker.kind === 'open' ? { kind: 'trial', holdMs: breaker.holdMs } : breaker;
}

/** `none`: nothing that says anything of the provider. */
export type Verdict = 'success' | 'failure' | 'none';

/** What became of a question that was tried; `wasTrial`: the one that decides. Others may have been begun long before. */
export function settled(breaker: Breaker, verdict: Verdict, nowMs: number, wasTrial: boolean): Breaker {
  if (verdict === 'success') return CLOSED;
  if (breaker.kind === 'trial' && !wasTrial) return breaker;
  switch (verdict) {
    case 'none':
      return breaker.kind === 'trial' ? { kind: 'open', untilMs: nowMs, holdMs: breaker.holdMs } : breaker;
    case 'failure':
      return failed(breaker, nowMs);
  }
}

function failed(breaker: Breaker, nowMs: number): Breaker {
  switch (breaker.kind) {
    case 'closed': {
      const failures = breaker.failures + 1;
      return failures < FAILURES_MAX ? { kind: 'closed', failures } : held(HOLD_MS, nowMs);
    }
    case 'trial':
      return held(Math.min(breaker.holdMs * 2, HOLD_MAX_MS), nowMs);
    case 'open':
      // It was begun before.
      return breaker;
  }
}

const held = (holdMs: number, nowMs: number): Breaker => ({ kind: 'open', untilMs: nowMs + holdMs, holdMs });
