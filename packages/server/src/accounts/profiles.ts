/** How people want to be seen (M9) [PROFILE-1] to [PROFILE-4]. */
import { create } from '@bufbuild/protobuf';
import { checkProfile, inboxStream, type UserNumber } from '@sotto/model';
import { displayNameSkeleton } from '@sotto/model/names-skeleton';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, type Profile, ProfileSchema } from '@sotto/schema';
import { encodeContent, newEvent } from '../events/content.ts';
import type { EventLog } from '../events/log.ts';
import type { NewEvent } from '../events/store.ts';
import type { ProfileRecord } from './profile-store.ts';
import { isReserved } from './reserved-names.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { UserChanges } from './user-changes.ts';

export interface ProfilesOptions {
  store: AccountStore;
  log: Pick<EventLog, 'append'>;
  clock: Clock;
  random: Random;
  changes: UserChanges;
}

export class Profiles {
  readonly #options: ProfilesOptions;

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  /** Of those that have one, by user; a status that has ended is left out. */
  async of(users: readonly UserNumber[]): Promise<ReadonlyMap<UserNumber, ProfileRecord>> {
    if (users.length === 0) return new Map();
    const { store, clock } = this.#options;
    const found = await store.profiles([...new Set(users)]);
    return new Map(found.map((profile) => [profile.user, asOf(profile, clock.now())]));
  }

  /** Told to the account's devices by its inbox, and to those who watch it. */
  async set(
    { user, device }: { user: UserRecord; device: NewEvent['device'] },
    written: Profile,
  ): Promise<void> {
    const { store, clock, log, random, changes } = this.#options;
    const reading = checkProfile(written);
    if (reading.kind === 'invalid') throw new SottoError(ErrorCode.ARGUMENT_INVALID, reading.reason);
    const { displayName, statusUntilMs } = reading.profile;
    const profile = { ...reading.profile, statusUntilMs: Math.trunc(statusUntilMs), user: user.number };
    const skeleton = displayName === '' ? undefined : displayNameSkeleton(displayName);
    if (
      (skeleton !== undefined && isReserved(skeleton)) ||
      !(await store.saveProfile(profile, skeleton, clock.now()))
    )
      throw new SottoError(ErrorCode.NAME_TAKEN, 'display name');
    const head = {
      stream: inboxStream(user.number),
      kind: EventKind.PROFILE_CHANGED,
      sender: user.number,
      device,
      timeMs: clock.now(),
    };
    const content = encodeContent({ case: 'profile', value: create(ProfileSchema, profile) });
    await log.append({ events: [newEvent(head, content, random)], changes: [] });
    await changes.changed(user.number);
  }
}

const asOf = (profile: ProfileRecord, nowMs: number): ProfileRecord =>
  profile.statusUntilMs > 0 && profile.statusUntilMs <= nowMs
    ? { ...profile, statusText: '', statusEmoji: '', statusUntilMs: 0 }
    : profile;
