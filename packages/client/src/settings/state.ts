/** The settings of an account as this device knows them: the server's, and on top of them what is on its way there. */
import type { Setting } from '../types.ts';

/** A setting replaces the earlier one of its key. */
export function keyOf(setting: Setting): string {
  switch (setting.kind) {
    case 'draft':
      return draftKey(setting.draft.room, setting.draft.thread);
    case 'notifications':
      return `notify:${setting.room}`;
    case 'block':
      return `block:${setting.user}`;
    case 'doNotDisturb':
      return 'dnd';
  }
}

export const draftKey = (room: number, thread: number | undefined): string => `draft:${room}:${thread ?? 0}`;

export class SettingsState {
  readonly #told = new Map<string, Setting>();
  readonly #unsaved = new Map<string, Setting>();
  readonly #onChange: () => void;

  /** `onChange`: what `get` and `list` give may be something else now. */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  get(key: string): Setting | undefined {
    return this.#unsaved.get(key) ?? this.#told.get(key);
  }

  /** What the server said last. */
  told(): readonly Setting[] {
    return [...this.#told.values()];
  }

  /** What it has not answered. */
  unsaved(): readonly Setting[] {
    return [...this.#unsaved.values()];
  }

  list(): readonly Setting[] {
    return [...new Map([...this.#told, ...this.#unsaved]).values()];
  }

  /** What the server says it is. */
  tell(setting: Setting): void {
    this.#told.set(keyOf(setting), setting);
    this.#onChange();
  }

  /** Counts from now on, whatever the server says, until `settle`. */
  change(setting: Setting): void {
    this.#unsaved.set(keyOf(setting), setting);
    this.#onChange();
  }

  /** What `change` was given is with the server, or was refused. */
  settle(setting: Setting, isSaved: boolean): void {
    const key = keyOf(setting);
    if (isSaved) this.#told.set(key, setting);
    if (this.#unsaved.get(key) === setting) this.#unsaved.delete(key);
    this.#onChange();
  }

  /** The server's whole list, in place of what it said before. */
  replace(settings: readonly Setting[]): void {
    this.#told.clear();
    for (const setting of settings) this.#told.set(keyOf(setting), setting);
    this.#onChange();
  }

  clear(): void {
    this.#told.clear();
    this.#unsaved.clear();
    this.#onChange();
  }
}
