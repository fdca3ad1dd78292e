/** Answers that wait or are written. */
import type { RoomNumber } from '@sotto/model';
import type { Answer, AnswerHead } from './answer.ts';

export class UnderWay {
  readonly #byId = new Map<number, Answer>();
  /** Those to a message, by room and sequence. */
  readonly #byQuestion = new Map<string, Set<Answer>>();

  /** The newest first. */
  get all(): readonly Answer[] {
    return [...this.#byId.values()].reverse();
  }

  get(id: number): Answer | undefined {
    return this.#byId.get(id);
  }

  /** To one message; several assistants may be asked by it. */
  to(room: RoomNumber, sequence: number): readonly Answer[] {
    return [...(this.#byQuestion.get(keyOf(room, sequence)) ?? [])];
  }

  add(answer: Answer): void {
    this.#byId.set(answer.head.id, answer);
    const key = questionOf(answer.head);
    if (key !== undefined)
      this.#byQuestion.set(key, (this.#byQuestion.get(key) ?? new Set<Answer>()).add(answer));
  }

  remove(answer: Answer): void {
    this.#byId.delete(answer.head.id);
    const key = questionOf(answer.head);
    const others = key === undefined ? undefined : this.#byQuestion.get(key);
    others?.delete(answer);
    if (key !== undefined && others?.size === 0) this.#byQuestion.delete(key);
  }
}

const keyOf = (room: RoomNumber, sequence: number): string => `${room}:${sequence}`;

const questionOf = ({ task }: AnswerHead): string | undefined =>
  task.kind === 'question' ? keyOf(task.room, task.sequence) : undefined;
