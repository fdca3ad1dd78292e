/** The account's settings and drafts as snapshots. */
import type { Clock } from '@sotto/protocol';
import type { AccountSettings } from '../settings/settings.ts';
import type { Draft, Settings, SettingsSnapshot } from '../types.ts';
import { Cell } from './cell.ts';
import { isSameListOf } from './same.ts';

const DAY_MS = 86_400_000;

export class SettingsCells {
  readonly #clock: Clock;
  readonly settings: Cell<SettingsSnapshot>;
  readonly drafts: Cell<readonly Draft[]>;
  #cancel = () => {};

  constructor(clock: Clock, read: () => AccountSettings) {
    this.#clock = clock;
    this.settings = new Cell({ read: () => toSnapshot(read()), isSame: isSameSettings });
    this.drafts = new Cell({ read: () => read().drafts.list(), isSame: isSameListOf });
  }

  /** `until`: when do-not-disturb ends, which nobody tells. */
  mark(until: Settings['doNotDisturbUntil']): void {
    this.settings.mark();
    this.drafts.mark();
    this.#cancel();
    if (until === undefined) return;
    const leftMs = Math.min(DAY_MS, Math.max(1, until.getTime() - this.#clock.now()));
    this.#cancel = this.#clock.after(leftMs, () => this.mark(this.settings.get().doNotDisturbUntil && until));
  }
}

const toSnapshot = ({ doNotDisturbUntil, blocked, levels }: AccountSettings): SettingsSnapshot => ({
  doNotDisturbUntil,
  blocked: new Set(blocked),
  levels,
});

function isSameSettings(one: SettingsSnapshot, other: SettingsSnapshot): boolean {
  const isSameEnd = one.doNotDisturbUntil?.getTime() === other.doNotDisturbUntil?.getTime();
  const { blocked, levels } = other;
  return (
    isSameEnd &&
    one.blocked.size === blocked.size &&
    one.levels.size === levels.size &&
    [...one.blocked].every((user) => blocked.has(user)) &&
    [...one.levels].every(([room, level]) => levels.get(room) === level)
  );
}
