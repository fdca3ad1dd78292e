/** All answers on their way: who may ask, whose turn it is, who ends them, and what is told of each. */
import type { RoomNumber, SessionId, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../../accounts/store.ts';
import type { Log } from '../../logging.ts';
import type { Assistants } from '../assistants.ts';
import type { Task } from '../task.ts';
import {
  Answer,
  type AnswerEnding,
  type AnswerHead,
  type Asked,
  endingWithoutText,
  type Interruption,
} from './answer.ts';
import type { AttemptsReport } from './attempts.ts';
import { KeptAnswers } from './kept.ts';
import { AnswerQueue } from './queue.ts';
import { reportOf } from './report.ts';
import { Rights, type RightsOptions } from './rights.ts';
import { sleep } from './sleep.ts';
import { type Tell, Telling } from './telling.ts';
import { UnderWay } from './under-way.ts';
import { Writer, type WriterOptions } from './writer.ts';

/** How long a server that stops waits for what was written to be said. */
const STOP_MS = 3_000;
/** For what was said to leave, since a goodbye overtakes it. */
const LEAVE_MS = 50;

export interface AnswersOptions extends RightsOptions, Omit<WriterOptions, 'rights'> {
  assistants: Assistants;
  logger: Pick<Log, 'info'>;
  tell: Tell;
}

export class Answers {
  readonly #options: AnswersOptions;
  readonly #rights: Rights;
  readonly #writer: Writer;
  readonly #queue: AnswerQueue<Answer>;
  readonly #underWay = new UnderWay();
  readonly #kept: KeptAnswers;
  readonly #telling: Telling;
  readonly #running = new Set<Promise<void>>();
  #lastId = 0;
  #stopping = false;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#rights = new Rights(options);
    this.#writer = new Writer({ ...options, rights: this.#rights });
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
    yield* this.#underWay.all;
  }

  place(answer: Answer): number {
    return this.#queue.place(answer);
  }

  /** Of all assistants. */
  get counts(): { writing: number; waiting: number } {
    return { writing: this.#queue.running.size, waiting: [...this.#queue.waiting].length };
  }

  countsOf(assistant: UserNumber): { writing: number; waiting: number } {
    const of = (answers: Iterable<Answer>) =>
      [...answers].filter(({ head }) => head.assistant === assistant).length;
    return { writing: of(this.#queue.running), waiting: of(this.#queue.waiting) };
  }

  /** By its asker, or who may do that in its room; NOT_FOUND for others [REPLY-4]. */
  async stop(id: number, by: UserRecord): Promise<void> {
    const answer = this.#underWay.get(id);
    if (answer === undefined || !(await this.#rights.mayStop(answer.head, by)))
      throw new SottoError(ErrorCode.NOT_FOUND, `answer ${id}`);
    this.#interrupt(answer, 'stopped');
  }

  /** The message was deleted: nobody is told an answer to what is erased. */
  questionDeleted(room: RoomNumber, sequence: number): void {
    for (const answer of this.#underWay.to(room, sequence)) this.#interrupt(answer, 'gone');
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
      const ended = new AbortController();
      const late = sleep(this.#options.clock, STOP_MS, ended.signal);
      await Promise.race([Promise.all(this.#running), late]);
      ended.abort();
      await sleep(this.#options.clock, LEAVE_MS);
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
    const added = this.#queue.add(answer, answer.head.asker);
    this.#underWay.add(answer);
    if (added === 'running') this.#run(answer);
    else void this.#wait(answer);
  }

  /** What may not be asked anyway does not wait. */
  async #wait(answer: Answer): Promise<void> {
    try {
      await this.#rights.check(answer.head);
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
    this.#underWay.remove(answer);
    try {
      this.#ended(answer, ending, report);
    } finally {
      // Whatever fails, its place is free.
      for (const next of this.#queue.remove(answer)) {
        if (this.#stopping) next.interrupt('shutdown');
        this.#run(next);
      }
      this.#telling.placesChanged();
    }
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
    for (const answer of this.#underWay.all) if (which(answer.head)) this.#interrupt(answer, by);
  }

  #interrupt(answer: Answer, by: Interruption): void {
    answer.interrupt(by);
    if (answer.phase.kind !== 'waiting') return;
    this.#leave(answer, endingWithoutText(by), undefined);
  }
}
