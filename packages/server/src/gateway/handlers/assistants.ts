/** Asking assistants (I1-I3); what they do is in `assistants/`. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type AssistantFrames = 'listAssistants' | 'askAssistant' | 'watchAnswers' | 'stopAnswer';

export function assistantHandlers(): HandlersOf<AssistantFrames> {
  const off = () => new SottoError(ErrorCode.ASSISTANT_OFF);
  return {
    listAssistants: async () => ({ assistants: [] }),
    askAssistant: () => Promise.reject(off()),
    watchAnswers: async () => ({ answers: [] }),
    stopAnswer: () => Promise.reject(off()),
  };
}
