/** One answer, from the question to its end: what is known of it, and what was told of it so far. */
import { MESSAGE_MAX_BYTES, type RoomNumber, type SessionId, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Task } from '../task.ts';

/** Who asks which assistant for what. */
export interface Asked {
  assistant: UserNumber;
  asker: UserNumber;
  task: Task;
  /** That which alone is told; undefined where the answer is a message. */
  session: SessionId | undefined;
}

export interface AnswerHead extends Asked {
  id: number;
  /** Undefined for a search. */
  room: RoomNumber | undefined;
}

/**
 * What ended it before it was complete. `gone`: the question was deleted, or its asker may not be here any more; `left`: asker
 * or assistant is no member any more.
 */
export type Interruption = 'stopped' | 'shutdown' | 'gone' | 'left' | 'off';

export type AnswerEnding =
  /** `sequence`: of the message it became; `text`: where only the asker is told. Neither: nothing was said. */
  | { kind: 'done' | 'stopped' | 'cutOff'; sequence: number; text: string }
  | { kind: 'failed'; error: SottoError };

/** What there is to tell of an answer. */
export type AnswerNews =
  | { kind: 'waiting'; place: number }
  /** `text` follows the first `offset` UTF-16 units of what was told before. */
  | { kind: 'writing'; offset: number; text: string }
  | AnswerEnding;

export type AnswerPhase = { kind: 'waiting' } | { kind: 'writing' } | { kind: 'ended'; ending: AnswerEnding };

/** Nothing was said, and nothing went wrong. */
export const NOTHING_SAID: AnswerEnding = { kind: 'stopped', sequence: 0, text: '' };

/** Of an answer that ended before anything was written that may be said. */
export function endingWithoutText(by: Interruption): AnswerEnding {
  switch (by) {
    case 'stopped':
    case 'gone':
      return NOTHING_SAID;
    case 'left':
      return { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_NOT_HERE) };
    case 'off':
      return { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_OFF) };
    case 'shutdown':
      return { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE) };
  }
}

export class Answer {
  readonly head: AnswerHead;
  readonly startedMs: number;
  /** Ends what is under way for it. */
  readonly controller = new AbortController();
  phase: AnswerPhase = { kind: 'waiting' };
  /** Somebody may have been told of it. */
  announced = false;
  /** There is more than was told. */
  grown = false;
  interruption: Interruption | undefined;
  /** What it may cite. */
  sources: ReadonlySet<string> = new Set();
  #raw = '';
  #bytes = 0;
  /** As it was told. */
  #told = '';

  constructor(head: AnswerHead, nowMs: number) {
    this.head = head;
    this.startedMs = nowMs;
  }

  /** All that was written. */
  get text(): string {
    return this.#raw;
  }

  /** What was told of it so far, whole. */
  get told(): string {
    return this.#told;
  }

  /** Takes what a message has room for; false: there was more than that. */
  write(text: string): boolean {
    const room = MESSAGE_MAX_BYTES - this.#bytes;
    const fitting = text.length > room ? text.slice(0, room) : text;
    this.#raw += fitting;
    this.#bytes += Buffer.byteLength(fitting);
    return fitting.length === text.length && this.#bytes <= MESSAGE_MAX_BYTES;
  }

  /** What `shown` adds to what was told before; undefined where that is nothing. */
  tell(shown: string): { offset: number; text: string } | undefined {
    const offset = this.#told.length;
    if (shown.length === offset || !shown.startsWith(this.#told)) return undefined;
    this.#told = shown;
    return { offset, text: shown.slice(offset) };
  }

  interrupt(by: Interruption): void {
    if (this.phase.kind === 'ended' || this.interruption !== undefined) return;
    this.interruption = by;
    this.controller.abort();
  }
}
