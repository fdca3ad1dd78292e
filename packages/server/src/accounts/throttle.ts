/**
 * Growing delays for attempts to log in and to register [THROTTLE-1]. Counts live in storage, so that neither a new
 * connection nor a restart resets them. An attempt is counted before it is evaluated: OPAQUE's KE2 already lets the
 * other side test one password.
 */
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { KeyedLock } from '../keyed-lock.ts';
import type { AccountStore, ThrottleRecord } from './store.ts';

export interface ThrottlePolicy {
  /** The failure with this number is the first to cause a delay. */
  firstDelayed: number;
  /** Delay after it; each further failure doubles it. */
  baseDelayMs: number;
  maxDelayMs: number;
  /** One failure is forgotten each time this long has passed. */
  forgetMs: number;
}

export interface ThrottleKey {
  key: string;
  policy: ThrottlePolicy;
}

/** What an attempt added to the counts, to be given back when it succeeds. */
export interface CountedAttempt {
  readonly counted: readonly { key: string; policy: ThrottlePolicy }[];
}

/** Attempts that are being counted; each is a few storage calls long. Giving back is bounded by what was counted. */
export const COUNTING_MAX = 1_024;
/** Of one source, or on one account: a flood from one address must not take the places of everyone else. */
const COUNTING_EACH_MAX = 64;
const BUSY_RETRY_AFTER_MS = 1_000;

type Store = Pick<AccountStore, 'throttle' | 'saveThrottle' | 'dropThrottles'>;

export class Throttle {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #lock = new KeyedLock();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Counts one attempt against all keys; throws THROTTLED, and counts nothing, while any of them is delayed. */
  async count(keys: readonly ThrottleKey[]): Promise<CountedAttempt> {
    const crowded = keys.some(({ key }) => this.#lock.tasksOn(key) >= COUNTING_EACH_MAX);
    if (crowded || this.#lock.tasks >= COUNTING_MAX) {
      throw new SottoError(ErrorCode.THROTTLED, 'the server is busy', BUSY_RETRY_AFTER_MS);
    }
    return this.#lock.run(
      keys.map(({ key }) => key),
      async () => {
        const now = this.#clock.now();
        const records = await Promise.all(keys.map(({ key }) => this.#store.throttle(key)));
        const waitMs = Math.max(0, ...keys.map(({ policy }, at) => remainingMs(records[at], policy, now)));
        if (waitMs > 0) throw new SottoError(ErrorCode.THROTTLED, '', waitMs);
        await Promise.all(
          keys.map(({ key, policy }, at) =>
            this.#store.saveThrottle(key, withFailure(records[at], policy, now)),
          ),
        );
        return { counted: keys.filter(({ policy }, at) => !saturated(records[at], policy, now)) };
      },
    );
  }

  /** The attempt succeeded: it does not count, and nobody waits because of it. */
  giveBack(attempt: CountedAttempt): Promise<void> {
    return this.#lock.run(
      attempt.counted.map(({ key }) => key),
      async () => {
        const now = this.#clock.now();
        await Promise.all(
          attempt.counted.map(async ({ key, policy }) => {
            const record = settled(await this.#store.throttle(key), policy, now);
            const failures = Math.max(0, record.failures - 1);
            await this.#store.saveThrottle(key, { ...record, failures, notBeforeMs: 0 });
          }),
        );
      },
    );
  }

  /** Forgets records that no longer hold anyone up. */
  async sweep(policies: readonly ThrottlePolicy[]): Promise<void> {
    const longestMs = Math.max(...policies.map((policy) => mostFailures(policy) * policy.forgetMs));
    await this.#store.dropThrottles(this.#clock.now() - longestMs);
  }
}

function delayMs(failures: number, policy: ThrottlePolicy): number {
  if (failures < policy.firstDelayed) return 0;
  return Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (failures - policy.firstDelayed));
}

/** More would not delay longer, only later forgive. */
function mostFailures(policy: ThrottlePolicy): number {
  return policy.firstDelayed + Math.ceil(Math.log2(policy.maxDelayMs / policy.baseDelayMs));
}

/** `updatedMs` of a record is the time up to which failures have been forgotten. */
function settled(record: ThrottleRecord | undefined, policy: ThrottlePolicy, now: number): ThrottleRecord {
  if (record === undefined) return { failures: 0, notBeforeMs: 0, updatedMs: now };
  const forgotten = Math.max(0, Math.floor((now - record.updatedMs) / policy.forgetMs));
  const failures = Math.max(0, record.failures - forgotten);
  const updatedMs = failures === 0 ? now : record.updatedMs + forgotten * policy.forgetMs;
  return { failures, notBeforeMs: record.notBeforeMs, updatedMs };
}

const saturated = (record: ThrottleRecord | undefined, policy: ThrottlePolicy, now: number): boolean =>
  settled(record, policy, now).failures >= mostFailures(policy);

function withFailure(
  record: ThrottleRecord | undefined,
  policy: ThrottlePolicy,
  now: number,
): ThrottleRecord {
  const before = settled(record, policy, now);
  const failures = Math.min(before.failures + 1, mostFailures(policy));
  const delay = delayMs(failures, policy);
  return { failures, notBeforeMs: delay === 0 ? 0 : now + delay, updatedMs: before.updatedMs };
}

/** Never longer than the policy's longest, even after the clock was set back. */
function remainingMs(record: ThrottleRecord | undefined, policy: ThrottlePolicy, now: number): number {
  return Math.min(policy.maxDelayMs, Math.max(0, (record?.notBeforeMs ?? 0) - now));
}
