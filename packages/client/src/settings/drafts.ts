/** Unsent texts: kept here at once, told to the server when the typing rests [SETTINGS-2]. */
import type { Sequence } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { Retry } from '@sotto/schema';
import { NotConnected } from '../errors.ts';
import type * as sdk from '../types.ts';
import { draftKey, type SettingsState } from './state.ts';

const DEBOUNCE_MS = 1_000;
/** How long closing waits for drafts to reach the server. */
const FLUSH_LIMIT_MS = 2_000;
/** Changes that could not be told are tried again as often, when another login comes. */
const RETRY_MS = 5_000;

export interface DraftBookOptions {
  clock: Clock;
  state: SettingsState;
  room(name: sdk.RoomName): sdk.Room;
  save(setting: sdk.Setting): Promise<void>;
}

type DraftSetting = Extract<sdk.Setting, { kind: 'draft' }>;

export class DraftBook implements sdk.Drafts {
  readonly #options: DraftBookOptions;
  readonly #waiting = new Map<string, { setting: DraftSetting; cancel: () => void }>();
  readonly #saving = new Set<Promise<void>>();
  /** By key: several of one draft can be on their way while no path comes, and only the newest counts. */
  readonly #newest = new Map<string, DraftSetting>();

  constructor(options: DraftBookOptions) {
    this.#options = options;
  }

  get(room: sdk.RoomName, { thread }: { thread?: Sequence } = {}): sdk.Draft | undefined {
    const setting = this.#options.state.get(draftKey(this.#options.room(room).number, thread));
    return setting?.kind === 'draft' && setting.draft.text !== '' ? setting.draft : undefined;
  }

  list(): readonly sdk.Draft[] {
    return this.#options.state
      .list()
      .flatMap((setting) => (setting.kind === 'draft' && setting.draft.text !== '' ? [setting.draft] : []));
  }

  set(room: sdk.RoomName, text: string, { thread, replyTo }: sdk.DraftOptions = {}): void {
    const { number } = this.#options.room(room);
    if (text === '' && this.get(number, thread === undefined ? {} : { thread }) === undefined) return;
    const setting: DraftSetting = { kind: 'draft', draft: { room: number, thread, replyTo, text } };
    this.#options.state.change(setting);
    this.#schedule(setting, DEBOUNCE_MS);
  }

  /** Of an earlier run, which could not tell it. */
  restore(setting: DraftSetting): void {
    this.#options.state.change(setting);
    this.#schedule(setting, DEBOUNCE_MS);
  }

  /** Tells the server what it was not told yet, and waits for that a while. */
  async flush(): Promise<void> {
    for (const { setting, cancel } of [...this.#waiting.values()]) {
      cancel();
      this.#save(setting);
    }
    if (this.#saving.size === 0) return;
    const limit = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(FLUSH_LIMIT_MS, limit.resolve);
    await Promise.race([Promise.allSettled(this.#saving), limit.promise]);
    cancel();
  }

  drop(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
    this.#newest.clear();
  }

  #schedule(setting: DraftSetting, afterMs: number): void {
    const key = draftKey(setting.draft.room, setting.draft.thread);
    this.#waiting.get(key)?.cancel();
    this.#newest.set(key, setting);
    const cancel = this.#options.clock.after(afterMs, () => this.#save(setting));
    this.#waiting.set(key, { setting, cancel });
  }

  #save(setting: DraftSetting): void {
    const key = draftKey(setting.draft.room, setting.draft.thread);
    this.#waiting.delete(key);
    const saving = this.#options.save(setting).catch((error: unknown) => this.#failed(setting, error));
    this.#saving.add(saving);
    void saving.finally(() => this.#saving.delete(saving));
  }

  /** It stays what it is here; told again where that can help. */
  #failed(setting: DraftSetting, error: unknown): void {
    const { state } = this.#options;
    if (this.#newest.get(draftKey(setting.draft.room, setting.draft.thread)) !== setting) return;
    state.change(setting);
    const waitMs = error instanceof SottoError ? error.retryAfterMs : 0;
    const isForNow =
      error instanceof NotConnected || (error instanceof SottoError && error.info.retry === Retry.LATER);
    if (isForNow) this.#schedule(setting, Math.max(RETRY_MS, waitMs));
  }
}
