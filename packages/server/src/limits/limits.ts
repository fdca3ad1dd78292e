/** How much one account, one source prefix and one room may bring (O7). */
import type { RoomNumber, UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { Buckets, type Rate } from './buckets.ts';
import type { Cost } from './cost.ts';
import { Refusals, type Refused } from './refusals.ts';
import { LIMIT_NAMES, type LimitSettings } from './settings.ts';

/** Allowances of one kind that are kept at a time; where a flood brings more, the ones used longest ago begin anew. */
const KEYS_MAX = 100_000;

export interface Requester {
  user: { number: UserNumber; name: string };
  /** See `sourcePrefix`. */
  source: string;
}

/** The room that it is said in, if its sender is in it: others' allowance is not for strangers to use up. */
export interface RequestedRoom {
  number: RoomNumber;
  name: string;
}

interface Kind<Key> {
  name: string;
  buckets: Buckets<Key> | undefined;
}

/** One allowance and what is wanted of it. */
interface Claim {
  limit: string;
  who: string;
  waitMs: number;
  take: () => void;
}

export class Limits {
  readonly #clock: Clock;
  readonly #refusals = new Refusals();
  readonly #kinds: ReturnType<typeof kindsOf>;

  constructor(settings: LimitSettings, clock: Clock) {
    this.#clock = clock;
    this.#kinds = kindsOf(settings);
  }

  /** Takes what it costs of every allowance, or nothing of any: then the refusal that has the longest to wait. */
  take(cost: Cost, requester: Requester, room: RequestedRoom | undefined): SottoError | undefined {
    const claims = this.#claims(cost, requester, room);
    const worst = claims.reduce<Claim | undefined>(
      (most, claim) => (claim.waitMs > (most?.waitMs ?? 0) ? claim : most),
      undefined,
    );
    if (worst === undefined) {
      for (const claim of claims) claim.take();
      return undefined;
    }
    return this.refuse(ErrorCode.RATE_LIMITED, worst.limit, worst.who, worst.waitMs);
  }

  /** Counts a refusal. */
  refuse(code: ErrorCode, limit: string, who: string, waitMs: number): SottoError {
    this.#refusals.count(limit, who, this.#clock.now());
    return new SottoError(code, limit, waitMs);
  }

  /** The latest first. */
  refused(): readonly Refused[] {
    return this.#refusals.list();
  }

  /** How often anything was refused. */
  get refusedTimes(): number {
    return this.#refusals.times;
  }

  #claims(cost: Cost, { user, source }: Requester, room: RequestedRoom | undefined): Claim[] {
    const kinds = this.#kinds;
    switch (cost.kind) {
      case 'free':
        return [];
      case 'request':
        return this.#claim(kinds.accountRequests, user.number, user.name, cost.requests);
      case 'messages':
        return [
          ...this.#claim(kinds.accountMessages, user.number, user.name, cost.messages),
          ...this.#claim(kinds.accountBytes, user.number, user.name, cost.bytes),
          ...this.#claim(kinds.sourceMessages, source, source, cost.messages),
          ...this.#claim(kinds.sourceBytes, source, source, cost.bytes),
          ...(room === undefined
            ? []
            : this.#claim(kinds.roomMessages, room.number, room.name, cost.messages)),
          ...(room === undefined ? [] : this.#claim(kinds.roomBytes, room.number, room.name, cost.bytes)),
        ];
    }
  }

  #claim<Key>({ name, buckets }: Kind<Key>, key: Key, who: string, amount: number): Claim[] {
    if (buckets === undefined || amount === 0) return [];
    const nowMs = this.#clock.now();
    const waitMs = buckets.waitMs(key, amount, nowMs);
    return [{ limit: name, who, waitMs, take: () => buckets.take(key, amount, nowMs) }];
  }
}

function kindsOf(settings: LimitSettings) {
  const kind = <Key>(of: keyof typeof LIMIT_NAMES): Kind<Key> => {
    const rate: Rate | undefined = settings[of];
    return { name: LIMIT_NAMES[of], buckets: rate && new Buckets<Key>(rate, KEYS_MAX) };
  };
  return {
    accountMessages: kind<UserNumber>('accountMessages'),
    accountBytes: kind<UserNumber>('accountBytes'),
    accountRequests: kind<UserNumber>('accountRequests'),
    sourceMessages: kind<string>('sourceMessages'),
    sourceBytes: kind<string>('sourceBytes'),
    roomMessages: kind<RoomNumber>('roomMessages'),
    roomBytes: kind<RoomNumber>('roomBytes'),
  };
}
