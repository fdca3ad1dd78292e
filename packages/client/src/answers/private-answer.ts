/** An answer that only this account is told, as its caller has it in hand. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { abortable } from '../abortable.ts';
import type { Answer, PrivateAnswer } from '../types.ts';
import type { Tracked } from './tracked.ts';

export interface InHand {
  tracked: Tracked;
  describe(tracked: Tracked): Answer;
  stop(id: number): Promise<void>;
}

export function privateAnswer(inHand: InHand): PrivateAnswer {
  const { tracked, describe } = inHand;
  return {
    id: tracked.id,
    get answer() {
      return describe(tracked);
    },
    updates: (signal) => updates(inHand, signal),
    text: (signal) => wholeText(tracked, signal),
    stop: () => stop(inHand),
  };
}

async function* updates({ tracked, describe }: InHand, signal: AbortSignal | undefined) {
  for (let told = -1; signal?.aborted !== true; ) {
    if (tracked.version !== told) {
      told = tracked.version;
      if (tracked.broken !== undefined) throw tracked.broken;
      const { hasEnded } = tracked;
      yield describe(tracked);
      if (hasEnded) return;
    } else await abortable(tracked.change(), signal).catch(() => {});
  }
}

async function wholeText(tracked: Tracked, signal: AbortSignal | undefined): Promise<string> {
  for (;;) {
    if (tracked.broken !== undefined) throw tracked.broken;
    const { state } = tracked;
    switch (state.kind) {
      case 'done':
      case 'stopped':
      case 'cutOff':
        return state.text ?? '';
      case 'failed':
        throw state.error;
      case 'waiting':
      case 'writing':
        await abortable(tracked.change(), signal);
    }
  }
}

/** Where it ended before the server heard of it, it is over as well. */
async function stop({ tracked, stop }: InHand): Promise<void> {
  if (tracked.hasEnded) return;
  try {
    await stop(tracked.id);
  } catch (error) {
    if (!(error instanceof SottoError) || error.code !== ErrorCode.NOT_FOUND) throw error;
  }
}
