/** The assistants of this server as they are now: read again and again, since `sotto admin` changes them [ASSIST-3]. */
import type { UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { repeat } from '../accounts/repeat.ts';
import type { UserRecord } from '../accounts/store.ts';
import { type Breaker, CLOSED, holdsMs, settled, tried, type Verdict } from './breaker.ts';
import type { OpenProvider, Provider, ProviderAccess } from './provider.ts';
import { type AssistantSettings, DEFAULT_URLS } from './settings.ts';
import type { AssistantRecord, AssistantStore } from './store.ts';
import type { Speaker } from './task.ts';

/** Changes by another process hold within twice that. */
const POLL_MS = 1_000;

export type AssistantState = 'ready' | 'unreachable' | 'disabled';

/** What is asked, and how. */
export interface Assistant {
  speaker: Speaker;
  model: string;
  access: ProviderAccess;
  disabled: boolean;
}

export interface AssistantsOptions {
  store: Pick<AssistantStore, 'assistants'>;
  users: { byNumbers(users: readonly UserNumber[]): Promise<readonly UserRecord[]> };
  settings: AssistantSettings;
  open: OpenProvider;
  /** The one that the configuration names. */
  first: UserNumber;
  clock: Clock;
  /** It can be asked from now on, or no longer. */
  online: (user: UserNumber, online: boolean) => void;
  /** It answers nobody any more. */
  off: (user: UserNumber) => void;
  onFailure: (failure: unknown) => void;
}

export class Assistants {
  readonly #options: AssistantsOptions;
  /** The first one first. */
  #all: ReadonlyMap<UserNumber, Assistant> = new Map();
  #numbers: readonly UserNumber[] = [];
  readonly #providers = new Map<UserNumber, { of: string; provider: Provider }>();
  readonly #breakers = new Map<UserNumber, { of: string; breaker: Breaker }>();
  readonly #online = new Set<UserNumber>();
  #refreshing: Promise<void> | undefined;
  #stop: (() => void) | undefined;

  constructor(options: AssistantsOptions) {
    this.#options = options;
  }

  /** Reads them, and from now on again and again. */
  async start(): Promise<void> {
    await this.#read();
    this.#stop = repeat(this.#options.clock, POLL_MS, () => void this.refresh());
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  get all(): Iterable<Assistant> {
    return this.#all.values();
  }

  /** In order. */
  get numbers(): readonly UserNumber[] {
    return this.#numbers;
  }

  has(user: UserNumber): boolean {
    return this.#all.has(user);
  }

  /** 0: the first. Throws ASSISTANT_OFF where there is none that answers. */
  ready(user: number): Assistant {
    const [first] = this.#all.values();
    const found = user === 0 ? first : this.#all.get(user as UserNumber);
    if (found === undefined || found.disabled) throw new SottoError(ErrorCode.ASSISTANT_OFF);
    return found;
  }

  state(assistant: Assistant): AssistantState {
    if (assistant.disabled) return 'disabled';
    return this.#breaker(assistant).kind === 'closed' ? 'ready' : 'unreachable';
  }

  /** Throws ASSISTANT_UNAVAILABLE while its provider is not asked. */
  checkReachable(assistant: Assistant): void {
    const waitMs = holdsMs(this.#breaker(assistant), this.#options.clock.now());
    if (waitMs > 0) throw new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE, '', waitMs);
  }

  /** It is asked now; say once what came of it. */
  tried(assistant: Assistant): (verdict: Verdict) => void {
    this.checkReachable(assistant);
    const begun = tried(this.#breaker(assistant));
    this.#setBreaker(assistant, begun);
    return (verdict) => {
      const now = this.#options.clock.now();
      const after = settled(this.#breaker(assistant), verdict, now, begun.kind === 'trial');
      this.#setBreaker(assistant, after);
    };
  }

  provider({ speaker: { user }, access }: Assistant): Provider {
    const of = JSON.stringify(access);
    const known = this.#providers.get(user.number);
    if (known?.of === of) return known.provider;
    const provider = this.#options.open(access);
    this.#providers.set(user.number, { of, provider });
    return provider;
  }

  /** Something of them, or of their accounts, may have changed. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read()
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    const { store, users, settings, first } = this.#options;
    const stored = await store.assistants();
    const records = stored.toSorted((a, b) => Number(b.user === first) - Number(a.user === first));
    const accounts = new Map(
      (await users.byNumbers(records.map(({ user }) => user))).map((user) => [user.number, user]),
    );
    const before = this.#all;
    this.#all = new Map(
      records.flatMap((record) => {
        const user = accounts.get(record.user);
        return user === undefined || user.deletedMs > 0
          ? []
          : [[record.user, assistantOf(record, user, settings)]];
      }),
    );
    this.#numbers = [...this.#all.keys()];
    this.#tell(before);
  }

  #tell(before: ReadonlyMap<UserNumber, Assistant>): void {
    for (const user of new Set([...before.keys(), ...this.#all.keys()])) this.#announce(user);
    for (const [user, { disabled }] of before)
      if (!disabled && (this.#all.get(user)?.disabled ?? true)) this.#options.off(user);
  }

  #announce(user: UserNumber): void {
    const assistant = this.#all.get(user);
    const online = assistant !== undefined && this.state(assistant) === 'ready';
    if (online === this.#online.has(user)) return;
    if (online) this.#online.add(user);
    else this.#online.delete(user);
    this.#options.online(user, online);
  }

  /** Another provider begins anew. */
  #breaker(assistant: Assistant): Breaker {
    const known = this.#breakers.get(assistant.speaker.user.number);
    return known?.of === identity(assistant) ? known.breaker : CLOSED;
  }

  #setBreaker(assistant: Assistant, breaker: Breaker): void {
    const { number } = assistant.speaker.user;
    const present = this.#all.get(number);
    const of = identity(assistant);
    const isPresent = present !== undefined && identity(present) === of;
    // What is asked elsewhere meanwhile may be asked here again: a trial that nobody ends would hold for ever.
    if (!isPresent && this.#breakers.get(number)?.of !== of) return;
    this.#breakers.set(number, { of, breaker });
    this.#announce(number);
  }
}

const identity = ({ access, model }: Assistant): string => JSON.stringify([access, model]);

/** With what is its own, and the rest as the configuration has it. */
export function assistantOf(
  record: AssistantRecord,
  user: UserRecord,
  settings: AssistantSettings,
): Assistant {
  return {
    speaker: { user, prompt: record.prompt ?? settings.prompt },
    model: record.model ?? settings.model,
    access: accessOf(record, settings),
    disabled: record.disabledMs > 0 || user.suspendedMs > 0,
  };
}

/** The key of the configuration goes nowhere but where the configuration says. */
function accessOf(
  { provider, url, keyVariable }: AssistantRecord,
  { access, keyOf }: AssistantSettings,
): ProviderAccess {
  const kind = provider ?? access.kind;
  const at = url ?? (kind === access.kind ? access.url : DEFAULT_URLS[kind]);
  const key = at === access.url ? access.key : undefined;
  return { kind, url: at, key: keyVariable === undefined ? key : keyOf(keyVariable) };
}
