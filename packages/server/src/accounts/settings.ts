/** What an account keeps for all its devices: drafts, notification levels, blocks, do-not-disturb (M9) [SETTING-1] to [SETTING-5]. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  checkSetting,
  inboxStream,
  PAGE_MAX,
  type RoomNumber,
  SETTINGS_MAX,
  type UserNumber,
} from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, type Setting, SettingSchema } from '@sotto/schema';
import { encodeContent, newEvent } from '../events/content.ts';
import type { EventLog } from '../events/log.ts';
import type { NewEvent } from '../events/store.ts';
import { firstThatFit } from '../fitting.ts';
import { KeyedLock } from '../keyed-lock.ts';
import type { Blocks } from './blocks.ts';
import type { AccountStore, UserRecord } from './store.ts';

/** Keys are short and plain. */
const KEY_MAX_CHARACTERS = 64;

export interface AccountSettingsOptions {
  store: AccountStore;
  log: Pick<EventLog, 'append'>;
  clock: Clock;
  random: Random;
  blocks: Blocks;
  isMember: (user: UserRecord, room: RoomNumber) => Promise<boolean>;
}

export class AccountSettings {
  readonly #options: AccountSettingsOptions;
  /** One at a time for each account, so that the count holds. */
  readonly #lock = new KeyedLock();

  constructor(options: AccountSettingsOptions) {
    this.#options = options;
  }

  /** In the account, and in its inbox for its devices, in one commit. */
  async set(
    actor: { user: UserRecord; device: NewEvent['device'] },
    written: Pick<Setting, 'setting'> | undefined,
  ): Promise<void> {
    const setting = create(SettingSchema, { setting: written?.setting ?? { case: undefined } });
    const reading = checkSetting(setting);
    if (reading.kind === 'invalid')
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `setting: ${reading.reason}`);
    const { key, removes } = reading;
    if (!removes) await this.#needObject(actor.user, setting);
    const { number } = actor.user;
    await this.#lock.run([`${number}`], async () => {
      const known = await this.#options.store.hasSetting(number, key);
      if (removes && !known) return;
      if (!known && (await this.#options.store.settingCount(number)) >= SETTINGS_MAX)
        throw new SottoError(ErrorCode.LIMIT_REACHED, `${SETTINGS_MAX} settings`);
      await this.#save(actor, setting, key, removes);
    });
    if (setting.setting.case !== 'block') return;
    const { user, blocked } = setting.setting.value;
    this.#options.blocks.changed(number, user as UserNumber, blocked);
  }

  /** Ascending by key, those above `after`; `after` of the answer is empty at the end. */
  async page(user: UserNumber, after: string): Promise<{ settings: Setting[]; after: string; asOf: number }> {
    if (after.length > KEY_MAX_CHARACTERS) throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'after');
    const found = await this.#options.store.settings(user, after, PAGE_MAX + 1);
    const fitting = firstThatFit(
      found.settings.slice(0, PAGE_MAX),
      ({ value }) => value.length + ENTRY_BYTES,
    );
    const more = fitting.length < found.settings.length;
    return {
      settings: fitting.map(({ value }) => fromBinary(SettingSchema, value)),
      after: more ? (fitting.at(-1)?.key ?? '') : '',
      asOf: found.head,
    };
  }

  async #needObject(user: UserRecord, { setting }: Setting): Promise<void> {
    const { store, isMember } = this.#options;
    switch (setting.case) {
      case 'draft':
      case 'notifications': {
        const { room } = setting.value;
        if (await isMember(user, room as RoomNumber)) return;
        throw new SottoError(ErrorCode.NOT_FOUND, `room ${room}`);
      }
      case 'block': {
        const other = setting.value.user as UserNumber;
        if (other === user.number)
          throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'nobody blocks themselves');
        if ((await store.userByNumber(other)) !== undefined) return;
        throw new SottoError(ErrorCode.NOT_FOUND, `user ${other}`);
      }
      case 'doNotDisturb':
      case undefined:
        return;
    }
  }

  async #save(
    { user, device }: { user: UserRecord; device: NewEvent['device'] },
    setting: Setting,
    key: string,
    removes: boolean,
  ): Promise<void> {
    const { log, clock, random } = this.#options;
    const event = newEvent(
      {
        stream: inboxStream(user.number),
        kind: EventKind.SETTING_CHANGED,
        sender: user.number,
        device,
        timeMs: clock.now(),
      },
      encodeContent({ case: 'setting', value: setting }),
      random,
    );
    const value = removes ? undefined : toBinary(SettingSchema, setting);
    const result = await log.append({
      events: [event],
      changes: [{ kind: 'settingSaved', user: user.number, key, value }],
    });
    if (result.kind !== 'appended') throw new Error(`a setting cannot end in ${result.kind}`);
  }
}

/** A setting in a page, without its value, rounded up. */
const ENTRY_BYTES = 16;
