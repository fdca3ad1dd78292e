/** Full text (M9). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type SearchFrames = 'searchMessages';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export function searchHandlers(): HandlersOf<SearchFrames> {
  return {
    searchMessages: async () => notBuilt(),
  };
}
