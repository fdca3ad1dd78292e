import type { Health, SottoClient } from '@sotto/client';
import { useEffect, useState } from 'react';

const ASK_EVERY_MS = 3_000;
/** Rates need two answers. */
const ASK_AGAIN_MS = 1_000;

/** Between the last two answers. */
export interface Rates {
  events: number;
  commits: number;
  /** Of one core, from 0. */
  processor: number;
}

export interface Watched {
  health: Health | undefined;
  rates: Rates | undefined;
  /** Of the last time; what was known stays. */
  error: unknown;
}

/** How the server is, again and again while it is looked at. */
export function useHealth(client: SottoClient): Watched {
  const [watched, setWatched] = useState<Watched>({ health: undefined, rates: undefined, error: undefined });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const ask = async (thenMs: number) => {
      try {
        const health = await client.admin.health();
        setWatched((before) => ({
          health,
          rates: ratesOf(before.health, health) ?? before.rates,
          error: undefined,
        }));
      } catch (error) {
        setWatched((before) => ({ ...before, error }));
      }
      if (!isGone) timer = setTimeout(() => void ask(ASK_EVERY_MS), thenMs);
    };
    void ask(ASK_AGAIN_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [client]);
  return watched;
}

/** Undefined where the first is missing, or the server was started again between them. */
export function ratesOf(before: Health | undefined, now: Health): Rates | undefined {
  if (before === undefined || before.startedAt.getTime() !== now.startedAt.getTime()) return undefined;
  const ms = now.at.getTime() - before.at.getTime();
  if (ms <= 0) return undefined;
  const perSecond = (count: number) => (count * 1_000) / ms;
  return {
    events: perSecond(now.log.events - before.log.events),
    commits: perSecond(now.log.commits - before.log.commits),
    processor: (now.processorMs - before.processorMs) / ms,
  };
}
