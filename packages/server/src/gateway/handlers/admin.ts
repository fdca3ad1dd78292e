/** For administrators (M10). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Administration } from '../../accounts/administration.ts';
import type { Refused } from '../../limits/refusals.ts';
import type { People } from '../people.ts';
import { firstTexts } from './page-bytes.ts';
import type { HandlersOf } from './types.ts';

type AdminFrames = 'administerUser' | 'readLimited';

export interface AdminServices {
  administration: Administration;
  people: Pick<People, 'find'>;
  /** What was too much, the latest first. */
  refused: () => readonly Refused[];
}

export function adminHandlers({ administration, people, refused }: AdminServices): HandlersOf<AdminFrames> {
  return {
    async administerUser({ principal }, { user, change }) {
      const target = user && (await people.find(user));
      if (target === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
      switch (change.case) {
        case 'suspend':
          await administration.suspend(principal.user, target, change.value.reason);
          return {};
        case 'restore':
          await administration.restore(principal.user, target);
          return {};
        case 'administrator':
          await administration.appoint(principal.user, target, change.value);
          return {};
        case undefined:
          throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'change');
      }
    },
    async readLimited({ principal: { user } }) {
      if (!user.owner && !user.administrator)
        throw new SottoError(ErrorCode.PERMISSION_DENIED, 'readLimited');
      return { limited: firstTexts(refused(), ({ limit, who }) => limit + who) };
    },
  };
}
