/** What a line came to, and where what is typed next goes. */
import { ErrorCode, type Sent, type SentDirect, type SottoClient, SottoError } from '@sotto/client';
import type { Target } from './command.ts';
import type { Reply } from './reply.ts';
import type { Outgoing } from './sender.ts';

/** Whoever enters a room talks there next: what follows must not go to where the last message went. */
export function targetAfter(
  reply: Reply,
  last: Target | undefined,
  sent: Outgoing | undefined,
): Target | undefined {
  if (reply.kind === 'joined' || reply.kind === 'created') return { kind: 'room', room: reply.room.number };
  if (reply.kind === 'sendingFile') return reply.target;
  if (reply.kind === 'sentDirect' && last === sent?.target && reachedNobody(reply.sent)) return undefined;
  return reply.kind === 'left' && last?.kind === 'room' ? undefined : last;
}

/** None of them exists: what is typed next would be lost as well. */
export const reachedNobody = (sent: Sent | SentDirect): boolean =>
  sent.kind === 'sentDirect' && sent.outcomes.every(({ delivery }) => delivery === 'unknown');

/** Of the whole session. */
export function isEnd(error: unknown, { status }: SottoClient): boolean {
  return status.kind === 'stopped' && status.reason !== undefined && error === status.reason;
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof SottoError && error.code === ErrorCode.NOT_FOUND;

export function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
