/** For administrators (M10). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Administration } from '../../accounts/administration.ts';
import type { People } from '../people.ts';
import type { HandlersOf } from './types.ts';

type AdminFrames = 'administerUser' | 'readLimited';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export interface AdminServices {
  administration: Administration;
  people: Pick<People, 'find'>;
}

export function adminHandlers({ administration, people }: AdminServices): HandlersOf<AdminFrames> {
  return {
    async administerUser({ principal }, { user, change }) {
      const target = user && (await people.find(user));
      if (target === undefined || target.deletedMs > 0) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
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
    readLimited: async () => notBuilt(),
  };
}
