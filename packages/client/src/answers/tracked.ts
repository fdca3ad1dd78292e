/** One answer on its way, as far as this client was told of it. An end is the end, whatever is said later. */
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import {
  AnswerEnd,
  ErrorCode,
  type Answer as WireAnswer,
  type AnswerEnded as WireEnded,
} from '@sotto/schema';
import { toSequenceOrNothing } from '../describe/values.ts';
import type { AnswerState, Room } from '../types.ts';
import { Pieces } from './pieces.ts';

export type EndState = Exclude<AnswerState, { kind: 'waiting' | 'writing' }>;
type Progress = { kind: 'waiting'; place: number } | { kind: 'writing' } | { kind: 'ended'; end: EndState };

const END_KINDS: Partial<Record<AnswerEnd, 'done' | 'stopped' | 'cutOff'>> = {
  [AnswerEnd.DONE]: 'done',
  [AnswerEnd.STOPPED]: 'stopped',
  [AnswerEnd.CUT_OFF]: 'cutOff',
};

export class Tracked {
  readonly id: number;
  /** Counts those that were ever known. */
  readonly order: number;
  readonly assistant: UserNumber;
  readonly asker: UserNumber;
  readonly roomNumber: RoomNumber;
  readonly question: Sequence | undefined;
  readonly thread: Sequence | undefined;
  /** Once it is known. */
  room: Room | undefined;
  /** A caller has it in hand. */
  isHeld = false;
  heardAtMs = 0;
  /** The question for all answers that was asked last when something was heard of it. */
  heardInRound = 0;
  /** When the server did not know it any more. */
  goneAtMs: number | undefined;
  endedAtMs: number | undefined;
  /** The message that it became, where that was seen. */
  message: Sequence | undefined;
  /** Counts changes. */
  version = 0;
  /** What was told last to those who listen to events. */
  toldVersion = 0;
  isNaming = false;
  readonly #pieces = new Pieces();
  #progress: Progress;
  /** Why nothing more is heard of it. */
  #broken: Error | undefined;
  #change = Promise.withResolvers<void>();

  constructor(wire: WireAnswer, order: number) {
    this.order = order;
    this.id = wire.id;
    this.assistant = wire.assistant as UserNumber;
    this.asker = wire.asker as UserNumber;
    this.roomNumber = wire.room as RoomNumber;
    this.question = toSequenceOrNothing(wire.question);
    this.thread = toSequenceOrNothing(wire.thread);
    this.#progress = { kind: 'waiting', place: 1 };
  }

  get isPrivate(): boolean {
    return this.question === undefined;
  }

  get hasEnded(): boolean {
    return this.#progress.kind === 'ended';
  }

  /** Some of its text was not heard, and is not coming by itself. */
  get hasGap(): boolean {
    return !this.hasEnded && this.#pieces.hasGap;
  }

  get state(): AnswerState {
    return this.#stateOf(this.#progress);
  }

  get broken(): Error | undefined {
    return this.#broken;
  }

  /** A server that was started again counts from the beginning: the same number can be another answer. */
  isSame({ assistant, asker, room, question }: WireAnswer): boolean {
    const isSamePlace = room === this.roomNumber && question === (this.question ?? 0);
    return assistant === this.assistant && asker === this.asker && isSamePlace;
  }

  /** `isWhole`: as the server has it, where nothing was heard of it since that was asked. Whether something changed. */
  apply(state: WireAnswer['state'], isWhole: boolean): boolean {
    if (this.hasEnded) return false;
    switch (state.case) {
      case 'waiting':
        return this.#waits(Math.max(1, state.value));
      case 'writing':
        return this.#writes(state.value.offset, state.value.text, isWhole);
      case 'ended':
        return this.end(this.#toEnd(state.value));
      case undefined:
        return false;
    }
  }

  end(end: EndState): boolean {
    if (this.hasEnded) return false;
    this.#progress = { kind: 'ended', end };
    this.#changed();
    return true;
  }

  /** Nothing more is heard, and nobody knows what comes of it. */
  break(reason: Error): void {
    if (this.hasEnded) return;
    this.#broken = reason;
    this.#changed();
  }

  /** Resolves at the next change. */
  change(): Promise<void> {
    return this.#change.promise;
  }

  #stateOf(progress: Progress): AnswerState {
    switch (progress.kind) {
      case 'waiting':
        return progress;
      case 'writing':
        return { kind: 'writing', text: this.#pieces.text };
      case 'ended':
        return progress.end;
    }
  }

  #waits(place: number): boolean {
    const { kind } = this.#progress;
    // Nothing goes back in the queue once it has text; before, an attempt may have failed.
    if (kind === 'writing' && this.#pieces.text !== '') return false;
    if (this.#progress.kind === 'waiting' && this.#progress.place === place && this.version > 0) return false;
    this.#progress = { kind: 'waiting', place };
    this.#changed();
    return true;
  }

  #writes(offset: number, text: string, isWhole: boolean): boolean {
    const isWholeText = isWhole && offset === 0;
    const grew = isWholeText ? this.#pieces.replace(text) : this.#pieces.add(offset, text);
    if (!grew && this.#progress.kind === 'writing') return false;
    this.#progress = { kind: 'writing' };
    this.#changed();
    return true;
  }

  #toEnd({ end, sequence, text, error }: WireEnded): EndState {
    const { isPrivate } = this;
    const kind = END_KINDS[end] ?? (end === AnswerEnd.FAILED || sequence === 0 ? 'failed' : 'done');
    if (kind !== 'failed') {
      const whole = new Pieces();
      if (isPrivate) whole.add(0, text);
      return {
        kind,
        sequence: toSequenceOrNothing(isPrivate ? 0 : sequence),
        text: isPrivate ? whole.text : undefined,
      };
    }
    const { code, detail, retryAfterMs } = error ?? {};
    return { kind, error: new SottoError(code || ErrorCode.ASSISTANT_UNAVAILABLE, detail, retryAfterMs) };
  }

  #changed(): void {
    this.version += 1;
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}
