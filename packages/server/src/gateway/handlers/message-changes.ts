/** What is done to messages, and ways to find them (M9). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type MessageChangeFrames =
  | 'changeMessage'
  | 'readThread'
  | 'readRevisions'
  | 'readPins'
  | 'readReactions'
  | 'readMentions'
  | 'readUnread'
  | 'typing';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export function messageChangeHandlers(): HandlersOf<MessageChangeFrames> {
  return {
    changeMessage: async () => notBuilt(),
    readThread: async () => notBuilt(),
    readRevisions: async () => notBuilt(),
    readPins: async () => notBuilt(),
    readReactions: async () => notBuilt(),
    readMentions: async () => notBuilt(),
    readUnread: async () => notBuilt(),
    typing: async () => notBuilt(),
  };
}
