/** How people want to be seen: asked for those somebody listens to, and again each minute [SNAPSHOT-2]. */
import type { UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { Profile, Snapshot } from '../types.ts';
import { Batches } from './batches.ts';
import { Cells } from './cells.ts';
import { hasSameFields } from './same.ts';

const GATHER_MS = 20;
const AGAIN_AFTER_MS = 60_000;

export interface ProfilesOptions {
  clock: Clock;
  /** Of those that exist. */
  ask(users: readonly UserNumber[]): Promise<readonly Profile[]>;
}

export class ProfileBook {
  readonly #options: ProfilesOptions;
  readonly #known = new Map<UserNumber, { profile: Profile; atMs: number }>();
  readonly #cells: Cells<UserNumber, Profile | undefined>;
  readonly #batches: Batches<UserNumber>;
  #cancel: (() => void) | undefined;

  constructor(options: ProfilesOptions) {
    this.#options = options;
    const { clock, ask } = options;
    this.#batches = new Batches({
      clock,
      gatherMs: GATHER_MS,
      ask: async (users) => {
        for (const profile of await ask(users)) this.heard(profile);
      },
    });
    this.#cells = new Cells({
      read: (user) => this.#known.get(user)?.profile,
      isSame: hasSameFields,
      onInterest: (user, isWanted) => this.#interest(user, isWanted),
    });
  }

  of(user: UserNumber): Snapshot<Profile | undefined> {
    return this.#cells.of(user);
  }

  heard(profile: Profile): void {
    this.#known.set(profile.user, { profile, atMs: this.#options.clock.now() });
    this.#cells.mark(profile.user);
  }

  connected(): void {
    this.#batches.connected();
  }

  clear(): void {
    this.#known.clear();
    this.#cells.markAll();
    this.#batches.add(this.#cells.wanted);
  }

  #interest(user: UserNumber, isWanted: boolean): void {
    if (!isWanted) {
      this.#batches.remove(user);
      return;
    }
    if (this.#isOld(user)) this.#batches.add([user]);
    this.#cancel ??= this.#options.clock.after(AGAIN_AFTER_MS, () => this.#again());
  }

  #again(): void {
    this.#cancel = undefined;
    const wanted = [...this.#cells.wanted];
    if (wanted.length === 0) return;
    this.#batches.add(wanted);
    this.#cancel = this.#options.clock.after(AGAIN_AFTER_MS, () => this.#again());
  }

  #isOld(user: UserNumber): boolean {
    const known = this.#known.get(user);
    return known === undefined || this.#options.clock.now() - known.atMs >= AGAIN_AFTER_MS;
  }
}
