/** What the server's log has of a question: one line, and never text [BUDGET-4]. */
import type { LogFields } from '../../logging.ts';
import type { Answer, AnswerEnding } from './answer.ts';
import type { AttemptsReport } from './attempts.ts';

export function reportOf(
  { head, startedMs, interruption }: Answer,
  ending: AnswerEnding,
  report: AttemptsReport | undefined,
  nowMs: number,
): LogFields {
  const end = report?.end;
  return {
    assistant: head.assistant,
    asker: head.asker,
    room: head.room,
    task: head.task.kind,
    promptTokens: report?.tokens.prompt ?? 0,
    answerTokens: report?.tokens.answer ?? 0,
    ms: nowMs - startedMs,
    attempts: report?.attempts ?? 0,
    outcome: ending.kind,
    ...(interruption !== undefined && { interruption }),
    ...(ending.kind === 'failed' && { error: ending.error.codeName }),
    ...(end !== undefined && 'fault' in end && { fault: end.fault }),
    ...(end?.kind === 'failed' && { reason: end.detail }),
  };
}
