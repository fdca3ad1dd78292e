/** For administrators (M10). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type AdminFrames = 'administerUser' | 'readLimited';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export function adminHandlers(): HandlersOf<AdminFrames> {
  return {
    administerUser: async () => notBuilt(),
    readLimited: async () => notBuilt(),
  };
}
