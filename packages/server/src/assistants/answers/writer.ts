/** Carries one question through: asks its provider, counts what that costs, and says what came of it. */
import { type RoomNumber, roomStream, SERVER_DEVICE, type UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../../digest.ts';
import { encodeContent } from '../../events/content.ts';
import type { Messages } from '../../messages/messages.ts';
import type { Assistant, Assistants } from '../assistants.ts';
import type { Verdict } from '../breaker.ts';
import type { Budget, Hold } from '../budget.ts';
import type { AssistantSettings } from '../settings.ts';
import type { Prompt, Prompts } from '../task.ts';
import {
  type Answer,
  type AnswerEnding,
  type AnswerHead,
  endingWithoutText,
  NOTHING_SAID,
} from './answer.ts';
import { type AttemptsReport, ask } from './attempts.ts';
import { AskerGone, type Rights } from './rights.ts';
import { type Cut, finished } from './wording.ts';

const CLIENT_MESSAGE_ID_BYTES = 16;

export interface WriterOptions {
  assistants: Assistants;
  budget: Budget;
  prompts: Prompts;
  settings: AssistantSettings;
  rights: Pick<Rights, 'check'>;
  messages: Pick<Messages, 'send'>;
  clock: Clock;
  /** Of what is no fault of the provider or of those who ask. */
  onFailure: (failure: unknown) => void;
}

export interface Written {
  ending: AnswerEnding;
  /** Undefined where nothing was asked. */
  report: AttemptsReport | undefined;
}

export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Whether the budgets have room for so many tokens, and an answer to them. */
  checkBudget(head: AnswerHead, tokens: number): Promise<void> {
    return this.#options.budget.check(spenderOf(head), tokens);
  }

  /** Never rejects. `grew` is called when it begins, and after each piece of text. */
  async write(answer: Answer, grew: () => void): Promise<Written> {
    let report: AttemptsReport | undefined;
    try {
      const { assistant } = await this.#options.rights.check(answer.head);
      if (answer.interruption === undefined) report = await this.#ask(answer, assistant, grew);
      return { report, ending: await this.#end(answer, report) };
    } catch (failure) {
      return { report, ending: this.failed(failure) };
    }
  }

  /** What is told of it. */
  failed(failure: unknown): AnswerEnding {
    if (failure instanceof AskerGone) return NOTHING_SAID;
    if (failure instanceof SottoError) return { kind: 'failed', error: failure };
    this.#options.onFailure(failure);
    return { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE) };
  }

  async #ask(answer: Answer, assistant: Assistant, grew: () => void): Promise<AttemptsReport> {
    const { assistants, budget, settings, clock } = this.#options;
    const settle = assistants.tried(assistant);
    let hold: Hold | undefined;
    let report: AttemptsReport | undefined;
    try {
      report = await ask({
        provider: assistants.provider(assistant),
        model: assistant.model,
        maxAnswerTokens: settings.answerTokens,
        timeoutMs: settings.timeoutMs,
        clock,
        signal: answer.controller.signal,
        prompt: async () => {
          const prompt = await this.#prompt(answer.head);
          hold ??= await budget.take(spenderOf(answer.head), prompt.tokens + settings.answerTokens);
          grew();
          return prompt;
        },
        write: (text, { sources }) => {
          answer.sources = sources;
          const isFull = !answer.write(text);
          grew();
          return !isFull;
        },
      });
      return report;
    } finally {
      settle(verdict(answer, report));
      if (hold !== undefined) await this.#settle(hold, report);
    }
  }

  /** By the rights of this moment [PROMPT-1]. */
  async #prompt(head: AnswerHead): Promise<Prompt> {
    const { asker, assistant } = await this.#options.rights.check(head);
    return this.#options.prompts.build(asker, assistant.speaker, head.task);
  }

  async #settle(hold: Hold, report: AttemptsReport | undefined): Promise<void> {
    const { prompt = 0, answer = 0 } = report?.tokens ?? {};
    const reached = report?.reached ?? false;
    // What cannot be stored was counted in full.
    await this.#options.budget
      .settle(hold, { reached, tokens: prompt + answer })
      .catch(this.#options.onFailure);
  }

  async #end(answer: Answer, report: AttemptsReport | undefined): Promise<AnswerEnding> {
    const { interruption, text } = answer;
    if (interruption === undefined) return this.#said(answer, report);
    const isSaid = (interruption === 'stopped' || interruption === 'shutdown') && text.trim() !== '';
    return isSaid ? this.#say(answer, interruption) : endingWithoutText(interruption);
  }

  #said(answer: Answer, report: AttemptsReport | undefined): Promise<AnswerEnding> {
    const end = report?.end;
    switch (end?.kind) {
      case 'complete':
        return this.#say(answer, undefined);
      case 'cutOff':
        return this.#say(answer, end.why);
      case 'refused':
        throw end.error;
      case 'failed':
      case 'aborted':
      case undefined:
        throw new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE);
    }
  }

  async #say(answer: Answer, cut: Cut | undefined): Promise<AnswerEnding> {
    const { head } = answer;
    const text = finished(answer.text, answer.sources, cut);
    if (text === '') throw new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE);
    const kind = cut === undefined ? 'done' : cut === 'stopped' ? 'stopped' : 'cutOff';
    if (head.task.kind !== 'question') return { kind, sequence: 0, text };
    const { room, sequence, thread } = head.task;
    const { assistant } = await this.#options.rights.check(head);
    const actor = { user: assistant.speaker.user, device: SERVER_DEVICE };
    const sent = await this.#options.messages.send(
      actor,
      room,
      {
        content: encodeContent({ case: 'plain', value: text }),
        file: NO_BYTES,
        clientMessageId: messageIdOf(head.assistant, room, sequence),
        relatesTo: sequence,
        thread,
      },
      'answer',
    );
    return { kind, sequence: sent.sequence, text: '' };
  }
}

const NO_BYTES = new Uint8Array(0);

/** What the breaker learns of it. */
function verdict(answer: Answer, report: AttemptsReport | undefined): Verdict {
  switch (report?.end.kind) {
    case 'complete':
    case 'cutOff':
      return 'success';
    case 'failed':
      return 'failure';
    case 'aborted':
      return answer.text === '' ? 'none' : 'success';
    case 'refused':
    case undefined:
      return 'none';
  }
}

const spenderOf = ({ asker, assistant, room }: AnswerHead) => ({ asker, assistant, room });

/** The same for the same question: the log takes one answer to it [REPLY-1]. */
function messageIdOf(assistant: UserNumber, room: RoomNumber, question: number): Uint8Array {
  return sha256Of(`sotto answer ${assistant} ${roomStream(room)} ${question}`).subarray(
    0,
    CLIENT_MESSAGE_ID_BYTES,
  );
}
