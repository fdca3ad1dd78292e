/** The paths that were used, for `/status` [PATH-11]. */
import type { PathStay } from '../types.ts';
import { STAYS_MAX } from './policy.ts';

export class PathHistory {
  #stays: PathStay[] = [];
  /** Told after each change. */
  onChange: () => void = () => {};

  /** Oldest first. */
  get stays(): readonly PathStay[] {
    return this.#stays;
  }

  entered(transport: string, nowMs: number): void {
    const stay = { transport, since: new Date(nowMs), until: undefined, left: '' };
    this.#stays = [...this.#stays, stay].slice(-STAYS_MAX);
    this.onChange();
  }

  /** Does nothing where no path is used. */
  left(why: string, nowMs: number): void {
    const last = this.#stays.at(-1);
    if (last === undefined || last.until !== undefined) return;
    this.#stays = [...this.#stays.slice(0, -1), { ...last, until: new Date(nowMs), left: why }];
    this.onChange();
  }
}
