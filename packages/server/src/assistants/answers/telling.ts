/** When something is told of an answer on its way: at most so often, each time with what is new [REPLY-5]. */
import type { Clock } from '@sotto/protocol';
import type { Answer, AnswerHead, AnswerNews } from './answer.ts';
import { shown } from './wording.ts';

/** At most five pieces of one answer a second. */
const TELL_EVERY_MS = 200;
/** Of all answers together about a hundred: each goes to all who look. */
const TELL_SOME_EVERY_MS = 10;

/** `asker`: nobody else hears of it. */
export type Audience = 'all' | 'asker';
export type Tell = (answer: AnswerHead, news: AnswerNews, to: Audience) => void;

export interface TellingOptions {
  clock: Clock;
  tell: Tell;
  /** Those that wait, the first one first. */
  waiting: () => Iterable<Answer>;
}

export class Telling {
  readonly #options: TellingOptions;
  /** Those of which a piece was told of late, with what forgets that. */
  readonly #pace = new Map<Answer, () => void>();
  /** What was told of those that wait. */
  readonly #places = new WeakMap<Answer, number>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** It waits, and may; from now on others hear of it. */
  waits(answer: Answer): void {
    answer.announced = true;
    this.#tellPlaces(answer);
  }

  /** Somebody waits no more: the others move up. */
  placesChanged(): void {
    if (this.#stopped) return;
    const [first] = this.#options.waiting();
    if (first === undefined) return;
    this.#cancel ??= this.#options.clock.after(TELL_EVERY_MS, () => {
      this.#cancel = undefined;
      this.#tellPlaces();
    });
  }

  /** That it begins and the first piece at once, then what comes within a while together. */
  grew(answer: Answer): void {
    answer.announced = true;
    answer.grown = true;
    if (!this.#pace.has(answer)) this.#tellText(answer);
  }

  ended(answer: Answer, news: AnswerNews): void {
    this.#pace.get(answer)?.();
    this.#pace.delete(answer);
    this.#options.tell(answer.head, news, answer.announced ? 'all' : 'asker');
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    for (const calm of this.#pace.values()) calm();
  }

  #tellText(answer: Answer): void {
    const { clock, tell } = this.#options;
    const piece = answer.text === '' ? { offset: 0, text: '' } : answer.tell(shown(answer.text));
    if (piece !== undefined) tell(answer.head, { kind: 'writing', ...piece }, 'all');
    const again = () => {
      this.#pace.delete(answer);
      if (answer.grown) this.#tellText(answer);
    };
    answer.grown = false;
    if (this.#stopped) return;
    this.#pace.set(answer, clock.after(this.#everyMs, again));
  }

  get #everyMs(): number {
    return Math.max(TELL_EVERY_MS, this.#pace.size * TELL_SOME_EVERY_MS);
  }

  /** That of one, or all that changed: these to their askers alone, lest everybody hears of everybody's place again and again. */
  #tellPlaces(only?: Answer): void {
    let place = 0;
    for (const answer of this.#options.waiting()) {
      place++;
      const isMeant = only === undefined ? answer.announced : answer === only;
      if (!isMeant || this.#places.get(answer) === place) continue;
      this.#places.set(answer, place);
      this.#options.tell(answer.head, { kind: 'waiting', place }, answer === only ? 'all' : 'asker');
    }
  }
}
