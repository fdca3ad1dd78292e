/** What asking costs, and who may still ask on this day [BUDGET-1] [BUDGET-2]. Durable; one check at a time. */
import type { RoomNumber, UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { AssistantSettings, DayBudget } from './settings.ts';
import type { AssistantStore, UsageRecord, UsageSubject } from './store.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Days since 1970, UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

export interface Spender {
  asker: UserNumber;
  assistant: UserNumber;
  /** Undefined where it is asked in none. */
  room: RoomNumber | undefined;
}

/** What was counted for a question that is being written: all that it may cost, until it is settled. */
export interface Hold {
  readonly day: number;
  readonly spender: Spender;
  readonly tokens: number;
}

export interface Left {
  /** Undefined where nothing limits it. */
  requests: number | undefined;
  tokens: number | undefined;
  renewedMs: number;
}

export interface BudgetOptions {
  store: Pick<AssistantStore, 'usage' | 'addUsage'>;
  limits: AssistantSettings['budgets'];
  clock: Clock;
}

export class Budget {
  readonly #options: BudgetOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** Throws ASSISTANT_BUDGET where a question of so many tokens does not fit any more. */
  check(spender: Spender, tokens: number): Promise<void> {
    return this.#inTurn(() => this.#check(this.#day, spender, tokens));
  }

  /** As `check`, and counts the question in full. Settle it whatever happens. */
  take(spender: Spender, tokens: number): Promise<Hold> {
    return this.#inTurn(async () => {
      const day = this.#day;
      await this.#check(day, spender, tokens);
      await this.#add(day, spender, 1, tokens);
      return { day, spender, tokens };
    });
  }

  /** What it came to. `reached` false: no provider was reached, and nothing counts. */
  settle(hold: Hold, { reached, tokens }: { reached: boolean; tokens: number }): Promise<void> {
    const used = reached ? tokens : 0;
    if (reached && used === hold.tokens) return Promise.resolve();
    return this.#inTurn(() => this.#add(hold.day, hold.spender, reached ? 0 : -1, used - hold.tokens));
  }

  /** Of what one account may ask for, wherever it asks. */
  async left(asker: UserNumber): Promise<Left> {
    const day = this.#day;
    const { account, server } = this.#options.limits;
    const [own, all] = await this.#used(day, [
      { kind: 'account', number: asker },
      { kind: 'server', number: 0 },
    ]);
    const least = (of: keyof DayBudget): number | undefined => {
      const limits = [account && account[of] - (own?.[of] ?? 0), server && server[of] - (all?.[of] ?? 0)];
      const known = limits.filter((limit) => limit !== undefined);
      return known.length === 0 ? undefined : Math.max(0, Math.min(...known));
    };
    return { requests: least('requests'), tokens: least('tokens'), renewedMs: (day + 1) * DAY_MS };
  }

  /** What assistants cost today, in the order given. */
  async ofAssistants(assistants: readonly UserNumber[]): Promise<DayBudget[]> {
    return this.#used(
      this.#day,
      assistants.map((number) => ({ kind: 'assistant', number })),
    );
  }

  get #day(): number {
    return dayOf(this.#options.clock.now());
  }

  async #check(day: number, spender: Spender, tokens: number): Promise<void> {
    const { limits, clock } = this.#options;
    const limited = subjectsOf(spender).flatMap((subject) => {
      const { kind } = subject;
      const limit = kind === 'assistant' ? undefined : limits[kind];
      return kind === 'assistant' || limit === undefined ? [] : [{ subject, limit, whose: WHOSE[kind] }];
    });
    const used = await this.#used(
      day,
      limited.map(({ subject }) => subject),
    );
    for (const [index, { limit, whose }] of limited.entries()) {
      const { requests, tokens: spent } = used[index] ?? NOTHING;
      if (requests + 1 <= limit.requests && spent + tokens <= limit.tokens) continue;
      const waitMs = Math.max(0, (day + 1) * DAY_MS - clock.now());
      throw new SottoError(ErrorCode.ASSISTANT_BUDGET, whose, waitMs);
    }
  }

  async #used(day: number, subjects: readonly UsageSubject[]): Promise<DayBudget[]> {
    if (subjects.length === 0) return [];
    const records = await this.#options.store.usage(day, subjects);
    const known = new Map(records.map((record) => [keyOf(record.subject), record]));
    return subjects.map((subject) => {
      const { requests, tokens } = known.get(keyOf(subject)) ?? NOTHING;
      return { requests, tokens };
    });
  }

  #add(day: number, spender: Spender, requests: number, tokens: number): Promise<void> {
    const used: UsageRecord[] = subjectsOf(spender).map((subject) => ({ subject, requests, tokens }));
    return this.#options.store.addUsage(day, used);
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const NOTHING: DayBudget = { requests: 0, tokens: 0 };
const WHOSE = { account: 'of the account', room: 'of the room', server: 'of the server' } as const;

const keyOf = ({ kind, number }: UsageSubject): string => `${kind}:${number}`;

const subjectsOf = ({ asker, assistant, room }: Spender): UsageSubject[] => [
  { kind: 'account', number: asker },
  ...(room === undefined ? [] : [{ kind: 'room' as const, number: room }]),
  { kind: 'server', number: 0 },
  { kind: 'assistant', number: assistant },
];
