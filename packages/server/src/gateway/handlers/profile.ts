/** How somebody is seen, and what an account keeps (M9). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type ProfileFrames = 'readProfiles' | 'setProfile' | 'setSetting' | 'readSettings';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export function profileHandlers(): HandlersOf<ProfileFrames> {
  return {
    readProfiles: async () => notBuilt(),
    setProfile: async () => notBuilt(),
    setSetting: async () => notBuilt(),
    readSettings: async () => notBuilt(),
  };
}
