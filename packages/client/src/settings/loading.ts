/** Reads the settings once, at login; from then on the inbox keeps them up to date [SETTINGS-1]. */
import type { Present } from '../connection/present.ts';
import { toSetting } from '../describe/settings.ts';
import type { Setting } from '../types.ts';
import type { SettingsState } from './state.ts';

/** More pages than an account can have: a server that goes on is not believed. */
const PAGES_MAX = 100;

interface Change {
  sequence: number;
  setting: Setting;
}

export class SettingsLoading {
  readonly #state: SettingsState;
  readonly #onChange: () => void;
  /** What the inbox said while the pages were read; undefined while nothing is read. */
  #meanwhile: Change[] | undefined;
  #loading: Promise<void> | undefined;
  #isLoaded = false;
  /** Counts what voids a reading that is under way. */
  #era = 0;

  constructor(state: SettingsState, onChange: () => void) {
    this.#state = state;
    this.#onChange = onChange;
  }

  /** After each login. Does nothing where they are known; never rejects, since a later login reads them as well. */
  load(present: Present): Promise<void> {
    if (this.#isLoaded) return Promise.resolve();
    this.#loading ??= this.#load(present, this.#era);
    return this.#loading;
  }

  /** The inbox says so. */
  heard(sequence: number, setting: Setting): void {
    this.#meanwhile?.push({ sequence, setting });
    this.#state.tell(setting);
    this.#onChange();
  }

  /** What was read is void: another log, another account. */
  restart(): void {
    this.#era += 1;
    this.#isLoaded = false;
    this.#meanwhile = undefined;
    this.#loading = undefined;
  }

  async #load(present: Present, era: number): Promise<void> {
    const meanwhile: Change[] = [];
    this.#meanwhile = meanwhile;
    const read = await readAll(present).catch(() => undefined);
    if (era !== this.#era) return;
    this.#meanwhile = undefined;
    this.#loading = undefined;
    // Refused, or offline: what there is stays.
    if (read === undefined) return;
    this.#state.replace(read.settings);
    for (const { sequence, setting } of meanwhile) if (sequence > read.asOf) this.#state.tell(setting);
    this.#isLoaded = true;
    this.#onChange();
  }
}

/** `asOf` is that of the first page: what the inbox says after it is told again, in order, which changes nothing. */
async function readAll(present: Present): Promise<{ settings: Setting[]; asOf: number }> {
  const settings: Setting[] = [];
  let asOf = Number.POSITIVE_INFINITY;
  let after = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await present.ask(({ link }) => link.request('readSettings', { after }));
    settings.push(...page.settings.flatMap((setting) => toSetting(setting) ?? []));
    asOf = Math.min(asOf, page.asOf);
    if (page.after === '' || page.after === after) break;
    after = page.after;
  }
  return { settings, asOf };
}
