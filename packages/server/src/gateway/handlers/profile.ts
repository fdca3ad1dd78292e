/** How somebody is seen, and what an account keeps (M9). */
import { create } from '@bufbuild/protobuf';
import { PAGE_MAX, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, ProfileSchema } from '@sotto/schema';
import type { Profiles } from '../../accounts/profiles.ts';
import type { AccountSettings } from '../../accounts/settings.ts';
import { firstThatFit } from '../../fitting.ts';
import type { Users } from '../people.ts';
import type { HandlersOf } from './types.ts';

export interface ProfileServices {
  profiles: Profiles;
  settings: AccountSettings;
  users: Pick<Users, 'byNumbers'>;
}

type ProfileFrames = 'readProfiles' | 'setProfile' | 'setSetting' | 'readSettings';

export function profileHandlers({ profiles, settings, users }: ProfileServices): HandlersOf<ProfileFrames> {
  return {
    async readProfiles(_connection, { users: wanted }) {
      if (wanted.length > PAGE_MAX)
        throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${wanted.length} users, at most ${PAGE_MAX}`);
      const found = await users.byNumbers([...new Set(wanted)] as UserNumber[]);
      const living = found.filter(({ deletedMs }) => deletedMs === 0).map(({ number }) => number);
      const known = await profiles.of(living);
      const fitting = firstThatFit(
        living.map((user) => ({ user, ...known.get(user) })),
        ({ about = '', statusText = '' }) => Buffer.byteLength(about + statusText) + FIELDS_BYTES,
      );
      return { profiles: [...fitting] };
    },

    async setProfile({ principal }, { profile }) {
      await profiles.set(principal, profile ?? create(ProfileSchema));
      return {};
    },

    async setSetting({ principal }, { setting }) {
      await settings.set(principal, setting);
      return {};
    },

    readSettings: ({ principal }, { after }) => settings.page(principal.user.number, after),
  };
}

/** The other fields of a profile at their longest. */
const FIELDS_BYTES = 420;
