/** Asking assistants; nothing of it is there yet. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { AssistantArea } from '../types.ts';

export function assistantArea(): AssistantArea {
  const off = () => Promise.reject(new SottoError(ErrorCode.ASSISTANT_OFF));
  return { list: off, ask: off, summarize: off, translate: off, search: off, watch: off, stop: off };
}
