/** Answers of assistants while they are written. */
import type { Answer, ClientEvent } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { type AppClock, Gathered } from './gathered.ts';
import { type Readable, Slice } from './slice.ts';

export class Answers {
  readonly #known = new Map<number, Answer>();
  readonly #all = new Slice<ReadonlyMap<number, Answer>>(new Map());
  readonly #gathered: Gathered;

  constructor(clock: AppClock) {
    this.#gathered = new Gathered(clock, () => this.#all.set(new Map(this.#known)));
  }

  get all(): Readable<ReadonlyMap<number, Answer>> {
    return this.#all;
  }

  take(event: ClientEvent): void {
    if (event.kind !== 'answer') return;
    const { answer } = event;
    if (isShown(answer)) this.#known.set(answer.id, answer);
    else if (!this.#known.delete(answer.id)) return;
    this.#gathered.changed();
  }

  dismiss(id: number): void {
    if (this.#known.delete(id)) this.#gathered.now();
  }

  stop(): void {
    this.#gathered.stop();
  }
}

/** What became a message is that message; what only this account is told has a place of its own. */
function isShown({ state, question }: Answer): boolean {
  return (
    question !== undefined &&
    (state.kind === 'waiting' || state.kind === 'writing' || state.kind === 'failed')
  );
}

export const answersIn = (
  all: ReadonlyMap<number, Answer>,
  room: RoomNumber,
  thread: Sequence | undefined,
): readonly Answer[] =>
  [...all.values()].filter((answer) => answer.room?.number === room && answer.thread === thread);
