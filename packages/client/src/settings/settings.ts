/** `client.account.settings`: what is set counts here at once and on the account's other devices soon [SETTINGS-1]. */
import type { RoomNumber, UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind } from '@sotto/schema';
import type { Present } from '../connection/present.ts';
import { fromSetting, toSetting } from '../describe/settings.ts';
import { userNumber } from '../references.ts';
import type { LogEntry } from '../sync/entry.ts';
import type * as sdk from '../types.ts';
import { DraftBook } from './drafts.ts';
import { SettingsLoading } from './loading.ts';
import { SettingsState } from './state.ts';

export interface SettingsOptions {
  present: Present;
  clock: Clock;
  /** Throws NOT_FOUND for rooms that this account is not in. */
  room(name: sdk.RoomName): sdk.Room;
  userNumber(user: sdk.Recipient): Promise<UserNumber>;
  /** Somebody is blocked, or not any more. */
  onBlocks(): void;
  /** Anything of what is set may be another now. */
  onChange?(): void;
  /** Resolves once the device has what is set, where it keeps that [KEPT-1]; never rejects. */
  keep?(): Promise<void>;
}

export class AccountSettings implements sdk.Settings {
  readonly drafts: DraftBook;
  readonly #options: SettingsOptions;
  readonly #state: SettingsState;
  readonly #loading: SettingsLoading;

  constructor(options: SettingsOptions) {
    this.#options = options;
    this.#state = new SettingsState(options.onChange);
    this.#loading = new SettingsLoading(this.#state, options.onBlocks);
    const { clock, room } = options;
    const save = (setting: sdk.Setting) => this.#saveDraft(setting);
    this.drafts = new DraftBook({ clock, room, state: this.#state, save });
  }

  get doNotDisturbUntil(): Date | undefined {
    const setting = this.#state.get('dnd');
    const until = setting?.kind === 'doNotDisturb' ? setting.until : undefined;
    return until !== undefined && until.getTime() > this.#options.clock.now() ? until : undefined;
  }

  get blocked(): readonly UserNumber[] {
    return this.#state
      .list()
      .flatMap((setting) => (setting.kind === 'block' && setting.blocked ? [setting.user] : []));
  }

  isBlocked(user: UserNumber): boolean {
    const setting = this.#state.get(`block:${user}`);
    return setting?.kind === 'block' && setting.blocked;
  }

  /** What another than 'default' was chosen for. */
  get levels(): ReadonlyMap<RoomNumber, sdk.NotificationLevel> {
    const chosen = this.#state
      .list()
      .flatMap((setting) =>
        setting.kind === 'notifications' && setting.level !== 'default'
          ? [[setting.room, setting.level] as const]
          : [],
      );
    return new Map(chosen);
  }

  notificationLevel(room: sdk.RoomName): sdk.NotificationLevel {
    return this.#levelIn(this.#options.room(room).number);
  }

  notifies({ room, sender, mine, mentionsMe }: sdk.Message): boolean {
    if (mine || this.isBlocked(sender.number) || this.doNotDisturbUntil !== undefined) return false;
    const level = this.#levelIn(room.number);
    if (level === 'nothing') return false;
    return mentionsMe || level === 'all' || (level === 'default' && room.kind === 'direct');
  }

  async setNotificationLevel(room: sdk.RoomName, level: sdk.NotificationLevel): Promise<void> {
    await this.#set({ kind: 'notifications', room: this.#options.room(room).number, level });
  }

  setDoNotDisturb(until: Date | undefined): Promise<void> {
    return this.#set({ kind: 'doNotDisturb', until });
  }

  block(user: sdk.Recipient): Promise<void> {
    return this.#setBlock(user, true);
  }

  unblock(user: sdk.Recipient): Promise<void> {
    return this.#setBlock(user, false);
  }

  /** What the server said last. */
  get saved(): readonly sdk.Setting[] {
    return this.#state.told();
  }

  /** Settings that it has not heard of. */
  get unsavedDrafts(): readonly sdk.Setting[] {
    return this.#state.unsaved().filter(({ kind }) => kind === 'draft');
  }

  /** Of an earlier run: what the server said then, and drafts that it has not heard of, which it is told [KEPT-1]. */
  restore(saved: readonly sdk.Setting[], drafts: readonly sdk.Setting[]): void {
    this.#state.replace(saved);
    for (const setting of drafts) if (setting.kind === 'draft') this.drafts.restore(setting);
  }

  /** After each login. */
  load(): Promise<void> {
    return this.#loading.load(this.#options.present);
  }

  happened({ sequence, kind, content }: LogEntry): void {
    if (kind !== EventKind.SETTING_CHANGED || content.case !== 'setting') return;
    const setting = toSetting(content.value);
    if (setting !== undefined) this.#loading.heard(sequence, setting);
  }

  /** The log is another one: what was read of it says nothing now. */
  replaced(): void {
    this.#loading.restart();
  }

  /** Another account logs in. */
  reset(): void {
    this.#loading.restart();
    this.drafts.drop();
    this.#state.clear();
  }

  #levelIn(room: RoomNumber): sdk.NotificationLevel {
    const setting = this.#state.get(`notify:${room}`);
    return setting?.kind === 'notifications' ? setting.level : 'default';
  }

  async #setBlock(user: sdk.Recipient, blocked: boolean): Promise<void> {
    const number = userNumber(user) ?? (await this.#options.userNumber(user));
    await this.#set({ kind: 'block', user: number, blocked });
  }

  #set(setting: sdk.Setting): Promise<void> {
    this.#state.change(setting);
    if (setting.kind === 'block') this.#options.onBlocks();
    return this.#save(setting);
  }

  /** The device never has one that is older than the server's: the next run would tell it again. */
  async #saveDraft(setting: sdk.Setting): Promise<void> {
    const { keep } = this.#options;
    await keep?.();
    await this.#save(setting);
    void keep?.();
  }

  /** Setting a thing twice is setting it once, so it is asked again on the next path. */
  async #save(setting: sdk.Setting): Promise<void> {
    let isSaved = false;
    try {
      await this.#options.present.ask(({ link }) =>
        link.request('setSetting', { setting: fromSetting(setting) }),
      );
      isSaved = true;
    } finally {
      this.#state.settle(setting, isSaved);
      if (!isSaved && setting.kind === 'block') this.#options.onBlocks();
    }
  }
}
