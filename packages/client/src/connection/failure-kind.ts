import { SottoError } from '@sotto/protocol';
import { DialError } from '@sotto/transport';
import type { FailureKind } from '../paths/commands.ts';

/** Whether somebody was there and said no, or nobody answered. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof SottoError) return 'refused';
  const isRefusal =
    error instanceof DialError && (error.reason === 'refused' || error.reason === 'malformed');
  return isRefusal ? 'refused' : 'unreachable';
}
