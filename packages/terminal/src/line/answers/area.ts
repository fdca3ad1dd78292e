/** Everything about assistants in one run of the line client: asking, what is on its way, and what only this account is told. */

import type { AssistantRequest } from '@sotto/app/commands';
import { type Answer, type ClientEvent, ErrorCode, type PrivateAnswer, SottoError } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { Board, type ShowAbove } from '../board.ts';
import type { Conversation } from '../command.ts';
import type { Context } from '../context.ts';
import { findConversation } from '../conversations.ts';
import type { LineIo } from '../io.ts';
import type { Presenter, Reply } from '../reply.ts';
import type { Outgoing } from '../sender.ts';
import { answerRows } from '../text/answer-rows.ts';
import { isOnItsWay } from './answers.ts';
import { AssistantDesk } from './desk.ts';
import { Expected } from './expected.ts';
import { ReadingMarks } from './marks.ts';

export interface AnswerAreaParts {
  context: Context;
  io: LineIo;
  presenter: Presenter;
  /** Leaving: what is cut off says nothing. */
  signal: AbortSignal;
  /** Rows above the prompt; undefined in a pipe. */
  show: ShowAbove | undefined;
  /** What messages are translated into where no language is named: "German". */
  language: string;
  isBlocked(answer: Answer): boolean;
  /** Sends a question on its way, and goes where it is asked if one is nowhere yet. */
  send(question: Outgoing, line: number): Promise<void>;
  onFailed(): void;
}

type AnswerEvent = Extract<ClientEvent, { kind: 'answer' }>;

export class AnswerArea {
  readonly #parts: AnswerAreaParts;
  readonly #desk: AssistantDesk;
  readonly #board: Board;
  readonly #marks: ReadingMarks;
  readonly #expected = new Expected();
  /** That will be messages, and that only this account is told. */
  readonly #coming = new Map<number, Answer>();
  readonly #private = new Map<number, Answer>();
  readonly #running = new Set<Promise<void>>();
  #here: Conversation | undefined;
  #watched: number | undefined;

  constructor(parts: AnswerAreaParts) {
    this.#parts = parts;
    this.#marks = new ReadingMarks(parts.context.client.rooms);
    this.#desk = new AssistantDesk({
      ...parts,
      marks: this.#marks,
      start: (answer, line, told) => this.#start(answer, line, told),
      latest: () => this.#latest(),
    });
    this.#board = new Board(parts.show, {
      count: () => this.#shown().length,
      rows: (columns) =>
        answerRows(
          this.#shown().map((answer) => ({
            answer,
            mine: this.#isMine(answer),
            here: answer.room?.number === this.#watched,
            stop: this.#mayStop(answer),
          })),
          columns,
        ),
    });
  }

  /** Undefined for what is told later, or as a message. `line` counts the lines of input. */
  perform(request: AssistantRequest, line: number): Promise<Reply | undefined> {
    return this.#desk.perform(request, line);
  }

  /** A question of this run has its number. */
  asked({ room, sequence }: { room: RoomNumber; sequence: Sequence }): void {
    this.#expected.asked(room, sequence);
  }

  /** After the event was shown. */
  async follow(event: ClientEvent): Promise<void> {
    if (event.kind === 'answer') await this.#take(event);
    else if (event.kind === 'message') this.#replied(event.message);
    else if (event.kind === 'roomEntered') this.#entered(event.room.number);
    else if (event.kind === 'logReplaced') this.#marks.clear();
    else if (event.kind === 'roomExited') this.#left(event.room.number);
  }

  /** Answers are watched where one is. */
  look(here: Conversation | undefined): void {
    this.#here = here;
    this.#watch();
  }

  /** Resolves when all that was asked here is answered, in a pipe; who closes a terminal wants to leave. */
  async settled(): Promise<void> {
    if (this.#parts.io.interactive) return;
    await Promise.all(this.#running);
    await this.#expected.settled();
  }

  stop(): void {
    this.#board.stop();
  }

  #entered(number: number): void {
    const room = this.#parts.context.client.rooms.find((one) => one.number === number);
    if (room !== undefined) this.#marks.entered(room);
    this.#watch();
  }

  #left(number: number): void {
    for (const [id, { room }] of this.#coming) if (room?.number === number) this.#coming.delete(id);
    this.#board.changed();
  }

  /** What only this account is told comes another way as well. */
  async #take({ answer }: AnswerEvent): Promise<void> {
    const { room, question, state } = answer;
    if (question === undefined) return;
    const isMine = this.#isMine(answer);
    // Where it was asked may be left by now: then only the end is of interest.
    if (isOnItsWay(state) && room !== undefined) this.#coming.set(answer.id, answer);
    else this.#coming.delete(answer.id);
    this.#board.changed();
    if (!isMine) return;
    await this.#tell(answer, undefined);
    if (isOnItsWay(state)) this.#expected.alive();
    else if (room === undefined) this.#expected.endedSomewhere(question);
    else this.#expected.ended(room.number, question);
  }

  /** The end may be lost, the message is not. */
  #replied({ room, sender, replyTo }: Extract<ClientEvent, { kind: 'message' }>['message']): void {
    if (!sender.assistant || replyTo === undefined) return;
    for (const [id, { assistant, question, room: where }] of this.#coming)
      if (assistant.number === sender.number && question === replyTo && where?.number === room.number)
        this.#coming.delete(id);
    this.#expected.ended(room.number, replyTo);
    this.#board.changed();
  }

  /** Runs in the background. */
  #start(asked: PrivateAnswer, line: number, told: () => void): void {
    const running = this.#run(asked, line, told).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #run(asked: PrivateAnswer, line: number, told: () => void): Promise<void> {
    const { signal, context } = this.#parts;
    try {
      for await (const answer of asked.updates(signal)) {
        if (isOnItsWay(answer.state)) this.#private.set(asked.id, answer);
        else this.#private.delete(asked.id);
        this.#board.changed();
        if (answer.state.kind === 'done') told();
        await this.#tell(answer, line);
      }
    } catch (error) {
      if (signal.aborted || context.client.status.kind === 'stopped') return;
      const state = { kind: 'failed', error: asSottoError(error) } as const;
      await this.#tell({ ...asked.answer, state }, line);
    } finally {
      this.#private.delete(asked.id);
      this.#board.changed();
    }
  }

  /** Never rejects: printing does not. */
  async #tell(answer: Answer, line: number | undefined): Promise<void> {
    const { io, presenter, onFailed } = this.#parts;
    const failed = answer.state.kind === 'failed' && !isNothing(answer);
    if (failed) onFailed();
    const lines = presenter.answer(answer, io.interactive ? undefined : line);
    await (failed && presenter.failuresOn === 'error' ? io.complain(lines) : io.print(lines));
  }

  /** Those on their way that are of interest here, the latest last. */
  #shown(): readonly Answer[] {
    const coming = [...this.#coming.values()].filter(
      (answer) =>
        (this.#isMine(answer) || answer.room?.number === this.#watched) && !this.#parts.isBlocked(answer),
    );
    return [...coming, ...this.#private.values()].sort((a, b) => a.id - b.id);
  }

  /** Of what was asked here, before that of others. */
  #latest(): Answer | undefined {
    const shown = this.#shown();
    return (
      shown.findLast((answer) => this.#isMine(answer)) ?? shown.findLast((answer) => this.#mayStop(answer))
    );
  }

  #isMine({ asker }: Answer): boolean {
    return asker.number === this.#parts.context.client.me?.number;
  }

  #mayStop(answer: Answer): boolean {
    if (this.#isMine(answer)) return true;
    const { client } = this.#parts.context;
    // It may be left by now, before that was shown.
    const room = client.rooms.find(({ number }) => number === answer.room?.number);
    return room !== undefined && client.can(room.number, 'stopAnswers');
  }

  /** Watching is a nicety: where it fails, the message comes all the same. */
  #watch(): void {
    const { context, show } = this.#parts;
    if (show === undefined) return;
    const here = this.#here;
    const room = here === undefined ? undefined : findConversation(context.client.rooms, here);
    if (room?.number === this.#watched) return;
    this.#watched = room?.number;
    context.client.assistants.watch(room === undefined ? [] : [room.number]).then(
      (answers) => this.#replace(answers),
      () => undefined,
    );
  }

  #replace(answers: readonly Answer[]): void {
    this.#coming.clear();
    for (const answer of answers)
      if (answer.question !== undefined && isOnItsWay(answer.state)) this.#coming.set(answer.id, answer);
    this.#board.changed();
  }
}

/** There was nothing to tell of: no failure. */
const isNothing = ({ question, state }: Answer): boolean =>
  question === undefined && state.kind === 'failed' && state.error.code === ErrorCode.MESSAGE_GONE;

const asSottoError = (error: unknown): SottoError =>
  error instanceof SottoError ? error : new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE);
