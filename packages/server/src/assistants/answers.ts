/** All answers on their way: who may ask, whose turn it is, who ends them, and what is told of each. */
import { PRIVATE_ANSWER_KEPT_MS, type RoomNumber, type SessionId, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { Log } from '../logging.ts';
import { authorize } from '../rooms/directory.ts';
import {
  Answer,
  type AnswerEnding,
  type AnswerHead,
  type AnswerNews,
  type Asked,
  type Interruption,
} from './answer.ts';
import type { AttemptsReport } from './attempts.ts';
import { AnswerQueue } from './queue.ts';
import type { Task } from './task.ts';
import { shown } from './wording.ts';
import { endingWithoutText, Writer, type WriterOptions } from './writer.ts';

/** At most five pieces of one answer a second. */
const TELL_EVERY_MS = 200;
/** Ended answers that can still be asked for; the oldest go first. */
const KEPT_MAX = 200;
/** How long a server that stops waits for what was written to be said. */
const STOP_MS = 3_000;

/** `asker`: nobody else hears of it. */
export type Audience = 'all' | 'asker';

export interface AnswersOptions extends WriterOptions {
  logger: Pick<Log, 'info'>;
  tell: (answer: AnswerHead, news: AnswerNews, to: Audience) => void;
}

export class Answers {
  readonly #options: AnswersOptions;
  readonly #writer: Writer;
  readonly #queue: AnswerQueue<Answer>;
  readonly #byId = new Map<number, Answer>();
  /** Those under way that answer a message, by room and sequence. */
  readonly #byQuestion = new Map<string, Set<Answer>>();
  /** Ended ones that one session was told, with what forgets them. */
  readonly #kept = new Map<Answer, () => void>();
  readonly #running = new Set<Promise<void>>();
  /** When a piece was told last, of those that are written. */
  readonly #pace = new Map<Answer, () => void>();
  #places: { cancel: () => void } | undefined;
  readonly #toldPlaces = new WeakMap<Answer, number>();
  #lastId = 0;
  #stopping = false;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#writer = new Writer(options);
    const { parallel, queue } = options.settings;
    this.#queue = new AnswerQueue({ parallel, bound: queue });
  }

  /** A message asks; whatever is wrong with that is told to its sender. */
  askInRoom(asked: Asked): void {
    if (this.#stopping) return;
    const answer = this.#make(asked);
    try {
      this.#admit(answer);
    } catch (failure) {
      this.#ended(answer, this.#writer.failed(failure), undefined);
    }
  }

  /** Rejects with SottoError where it is refused at once. */
  async askPrivately(asker: UserRecord, session: SessionId, assistant: number, task: Task): Promise<Answer> {
    const { assistants, prompts, settings } = this.#options;
    const { speaker } = assistants.ready(assistant);
    const answer = this.#make({ assistant: speaker.user.number, asker: asker.number, task, session });
    try {
      this.#checkAdmission(answer);
      await this.#writer.checkBudget(answer.head, 0);
      const { tokens } = await prompts.build(asker, speaker, task);
      await this.#writer.checkBudget(answer.head, tokens + settings.answerTokens);
      this.#admit(answer);
      return answer;
    } catch (failure) {
      this.#report(answer, this.#writer.failed(failure), undefined);
      throw failure;
    }
  }

  /** Those under way, and those kept, the newest first. */
  *all(): Iterable<Answer> {
    yield* [...this.#kept.keys()].reverse();
    yield* [...this.#byId.values()].reverse();
  }

  place(answer: Answer): number {
    return this.#queue.place(answer);
  }

  countsOf(assistant: UserNumber): { writing: number; waiting: number } {
    const of = (answers: Iterable<Answer>) =>
      [...answers].filter(({ head }) => head.assistant === assistant).length;
    return { writing: of(this.#queue.running), waiting: of(this.#queue.waiting) };
  }

  /** By its asker, or who may do that in its room; NOT_FOUND for others [REPLY-4]. */
  async stop(id: number, by: UserRecord): Promise<void> {
    const answer = this.#byId.get(id);
    if (answer === undefined || !(await this.#mayStop(answer, by)))
      throw new SottoError(ErrorCode.NOT_FOUND, `answer ${id}`);
    this.#interrupt(answer, 'stopped');
  }

  /** The message was deleted: nobody is told an answer to what is erased. */
  questionDeleted(room: RoomNumber, sequence: number): void {
    for (const answer of this.#byQuestion.get(keyOf(room, sequence)) ?? []) this.#interrupt(answer, 'gone');
  }

  /** They are no member any more. */
  left(room: RoomNumber, user: UserNumber): void {
    this.#interruptAll(
      'left',
      (head) => head.room === room && (head.asker === user || head.assistant === user),
    );
  }

  /** The account may no longer be here. */
  askerGone(user: UserNumber): void {
    this.#interruptAll('gone', ({ asker }) => asker === user);
  }

  assistantOff(user: UserNumber): void {
    this.#interruptAll('off', ({ assistant }) => assistant === user);
  }

  /** Takes no more questions; says what was written so far, if that takes no long time [REPLY-3]. */
  async shutdown(): Promise<void> {
    this.#stopping = true;
    this.#interruptAll('shutdown', () => true);
    this.#places?.cancel();
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(STOP_MS, resolve);
    });
    await Promise.race([Promise.all(this.#running), late]);
    cancel();
    for (const forget of this.#kept.values()) forget();
    for (const calm of this.#pace.values()) calm();
  }

  #make(asked: Asked): Answer {
    const room = asked.task.kind === 'search' ? undefined : asked.task.room;
    this.#lastId = (this.#lastId % (2 ** 32 - 1)) + 1;
    return new Answer({ ...asked, room, id: this.#lastId }, this.#options.clock.now());
  }

  #checkAdmission({ head }: Answer): void {
    const { assistants } = this.#options;
    assistants.checkReachable(assistants.ready(head.assistant));
    if (this.#stopping || !this.#queue.takes(head.asker)) throw new SottoError(ErrorCode.ASSISTANT_BUSY);
  }

  #admit(answer: Answer): void {
    this.#checkAdmission(answer);
    const { head } = answer;
    const added = this.#queue.add(answer, head.asker);
    this.#byId.set(head.id, answer);
    if (head.task.kind === 'question') {
      const key = keyOf(head.task.room, head.task.sequence);
      this.#byQuestion.set(key, (this.#byQuestion.get(key) ?? new Set()).add(answer));
    }
    if (added === 'running') this.#run(answer);
    else void this.#wait(answer);
  }

  /** What may not be asked anyway does not wait. */
  async #wait(answer: Answer): Promise<void> {
    try {
      await this.#writer.check(answer.head);
      await this.#writer.checkBudget(answer.head, 0);
    } catch (failure) {
      if (answer.phase.kind === 'waiting') this.#leave(answer, this.#writer.failed(failure), undefined);
      return;
    }
    if (answer.phase.kind !== 'waiting') return;
    answer.announced = true;
    this.#tellPlace(answer);
  }

  #run(answer: Answer): void {
    const running = this.#write(answer)
      .catch(this.#options.onFailure)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #write(answer: Answer): Promise<void> {
    answer.phase = { kind: 'writing' };
    const { ending, report } = await this.#writer.write(answer, () => this.#grew(answer));
    this.#leave(answer, ending, report);
  }

  /** It waits no more, and is not written: others may be. */
  #leave(answer: Answer, ending: AnswerEnding, report: AttemptsReport | undefined): void {
    const { head } = answer;
    this.#pace.get(answer)?.();
    this.#pace.delete(answer);
    this.#byId.delete(head.id);
    if (head.task.kind === 'question') {
      const key = keyOf(head.task.room, head.task.sequence);
      const others = this.#byQuestion.get(key);
      others?.delete(answer);
      if (others?.size === 0) this.#byQuestion.delete(key);
    }
    this.#ended(answer, ending, report);
    for (const next of this.#queue.remove(answer)) {
      if (this.#stopping) next.interrupt('shutdown');
      this.#run(next);
    }
    this.#placesChanged();
  }

  #ended(answer: Answer, ending: AnswerEnding, report: AttemptsReport | undefined): void {
    answer.phase = { kind: 'ended', ending };
    this.#report(answer, ending, report);
    if (answer.head.session !== undefined) this.#keep(answer);
    this.#options.tell(answer.head, ending, answer.announced ? 'all' : 'asker');
  }

  #keep(answer: Answer): void {
    const { clock } = this.#options;
    this.#kept.set(
      answer,
      clock.after(PRIVATE_ANSWER_KEPT_MS, () => this.#kept.delete(answer)),
    );
    const [oldest] = this.#kept;
    if (this.#kept.size <= KEPT_MAX || oldest === undefined) return;
    oldest[1]();
    this.#kept.delete(oldest[0]);
  }

  #interruptAll(by: Interruption, which: (head: AnswerHead) => boolean): void {
    for (const answer of [...this.#byId.values()].reverse())
      if (which(answer.head)) this.#interrupt(answer, by);
  }

  #interrupt(answer: Answer, by: Interruption): void {
    answer.interrupt(by);
    if (answer.phase.kind !== 'waiting') return;
    this.#leave(answer, endingWithoutText(by), undefined);
  }

  async #mayStop({ head }: Answer, by: UserRecord): Promise<boolean> {
    if (head.asker === by.number) return true;
    if (head.task.kind !== 'question') return false;
    try {
      const { directory, clock } = this.#options;
      authorize(await directory.find(head.task.room), by, 'stopAnswers', clock.now());
      return true;
    } catch (refusal) {
      if (refusal instanceof SottoError) return false;
      throw refusal;
    }
  }

  /** That it begins and the first piece at once, then at most five a second. */
  #grew(answer: Answer): void {
    answer.announced = true;
    answer.grown = true;
    if (!this.#pace.has(answer)) this.#tellText(answer);
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
    this.#pace.set(answer, clock.after(TELL_EVERY_MS, again));
  }

  #placesChanged(): void {
    if (this.#stopping || this.#places !== undefined) return;
    if ([...this.#queue.waiting].length === 0) return;
    const cancel = this.#options.clock.after(TELL_EVERY_MS, () => {
      this.#places = undefined;
      for (const answer of this.#queue.waiting) if (answer.announced) this.#tellPlace(answer);
    });
    this.#places = { cancel };
  }

  #tellPlace(answer: Answer): void {
    const place = this.#queue.place(answer);
    if (this.#toldPlaces.get(answer) === place) return;
    this.#toldPlaces.set(answer, place);
    this.#options.tell(answer.head, { kind: 'waiting', place }, 'all');
  }

  /** One line a question [BUDGET-4]. */
  #report({ head, startedMs }: Answer, ending: AnswerEnding, report: AttemptsReport | undefined): void {
    const { logger, clock } = this.#options;
    const end = report?.end;
    logger.info(
      {
        assistant: head.assistant,
        asker: head.asker,
        room: head.room,
        task: head.task.kind,
        promptTokens: report?.tokens.prompt ?? 0,
        answerTokens: report?.tokens.answer ?? 0,
        ms: clock.now() - startedMs,
        attempts: report?.attempts ?? 0,
        outcome: ending.kind,
        ...(ending.kind === 'failed' && { error: ending.error.codeName }),
        ...(end !== undefined && 'fault' in end && { fault: end.fault }),
        ...(end?.kind === 'failed' && { reason: end.detail }),
      },
      'assistant asked',
    );
  }
}

const keyOf = (room: RoomNumber, sequence: number): string => `${room}:${sequence}`;
