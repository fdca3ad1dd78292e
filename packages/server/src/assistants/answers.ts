/** All answers on their way: who may ask, whose turn it is, who ends them, and what is told of each. */
import type { RoomNumber, SessionId, UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { Log } from '../logging.ts';
import { authorize } from '../rooms/directory.ts';
import { Answer, type AnswerEnding, type AnswerHead, type Asked, type Interruption } from './answer.ts';
import type { AttemptsReport } from './attempts.ts';
import { KeptAnswers } from './kept.ts';
import { AnswerQueue } from './queue.ts';
import { reportOf } from './report.ts';
import type { Task } from './task.ts';
import { type Tell, Telling } from './telling.ts';
import { endingWithoutText, Writer, type WriterOptions } from './writer.ts';

/** How long a server that stops waits for what was written to be said. */
const STOP_MS = 3_000;
/** For what was said to leave, since a goodbye overtakes it. */
const LEAVE_MS = 50;

export interface AnswersOptions extends WriterOptions {
  logger: Pick<Log, 'info'>;
  tell: Tell;
}

export class Answers {
  readonly #options: AnswersOptions;
  readonly #writer: Writer;
  readonly #queue: AnswerQueue<Answer>;
  readonly #byId = new Map<number, Answer>();
  /** Those under way that answer a message, by room and sequence. */
  readonly #byQuestion = new Map<string, Set<Answer>>();
  readonly #kept: KeptAnswers;
  readonly #telling: Telling;
  readonly #running = new Set<Promise<void>>();
  #lastId = 0;
  #stopping = false;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#writer = new Writer(options);
    const { parallel, queue } = options.settings;
    this.#queue = new AnswerQueue({ parallel, bound: queue });
    this.#kept = new KeptAnswers(options.clock);
    this.#telling = new Telling({ ...options, waiting: () => this.#queue.waiting });
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
    yield* this.#kept.all;
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
    if (this.#running.size > 0) {
      const late = sleep(this.#options.clock, STOP_MS);
      await Promise.race([Promise.all(this.#running), late.done]);
      late.cancel();
      await sleep(this.#options.clock, LEAVE_MS).done;
    }
    this.#kept.stop();
    this.#telling.stop();
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
    if (answer.phase.kind === 'waiting') this.#telling.waits(answer);
  }

  #run(answer: Answer): void {
    const running = this.#write(answer)
      .catch(this.#options.onFailure)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #write(answer: Answer): Promise<void> {
    answer.phase = { kind: 'writing' };
    const { ending, report } = await this.#writer.write(answer, () => this.#telling.grew(answer));
    this.#leave(answer, ending, report);
  }

  /** It waits no more, and is not written: others may be. */
  #leave(answer: Answer, ending: AnswerEnding, report: AttemptsReport | undefined): void {
    const { head } = answer;
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
    this.#telling.placesChanged();
  }

  #ended(answer: Answer, ending: AnswerEnding, report: AttemptsReport | undefined): void {
    answer.phase = { kind: 'ended', ending };
    this.#report(answer, ending, report);
    if (answer.head.session !== undefined) this.#kept.add(answer);
    this.#telling.ended(answer, ending);
  }

  /** One line a question. */
  #report(answer: Answer, ending: AnswerEnding, report: AttemptsReport | undefined): void {
    const { logger, clock } = this.#options;
    logger.info(reportOf(answer, ending, report, clock.now()), 'assistant asked');
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
}

const keyOf = (room: RoomNumber, sequence: number): string => `${room}:${sequence}`;

function sleep(clock: Clock, ms: number): { done: Promise<void>; cancel: () => void } {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  return { done, cancel: clock.after(ms, resolve) };
}
