/** Carries out `/ai`. */

import type { AssistantRequest } from '@sotto/app/commands';
import { sinceDate } from '@sotto/app/commands';
import {
  type Answer,
  type AssistantInfo,
  ErrorCode,
  type JoinedRoom,
  type PrivateAnswer,
  type Recipient,
  SottoError,
} from '@sotto/client';
import { LineError } from '../command.ts';
import { type Context, messageMeant, roomMeant } from '../context.ts';
import { isPerson } from '../conversations.ts';
import type { Reply } from '../reply.ts';
import type { Outgoing } from '../sender.ts';
import { personLabel, recipientLabel, roomLabel } from '../text/words.ts';
import type { ReadingMarks } from './marks.ts';

export interface DeskParts {
  context: Context;
  marks: ReadingMarks;
  language: string;
  send(question: Outgoing, line: number): Promise<void>;
  /** Shows what comes of it; `told` is called when it is there whole. */
  start(answer: PrivateAnswer, line: number, told: () => void): void;
  /** The latest on its way that may be stopped from here. */
  latest(): Answer | undefined;
}

/** Before everything that was said: 0 stands for nothing named. */
const BEGINNING = new Date(1);
const NOTHING = (): void => undefined;

export class AssistantDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  async perform(request: AssistantRequest, line: number): Promise<Reply | undefined> {
    const { client } = this.#parts.context;
    switch (request.kind) {
      case 'assistants':
        return {
          kind: 'assistants',
          report: await client.assistants.list(),
          administrator: client.me?.administrator === true,
        };
      case 'ask':
        await this.#parts.send(await this.#question(request), line);
        return undefined;
      case 'summary':
        return this.#summary(request, line);
      case 'catchUp':
        return this.#catchUp(request, line);
      case 'translate': {
        const { room, sequence } = await messageMeant(this.#parts.context, request.message);
        const language = request.language ?? this.#parts.language;
        const options = await this.#options(request.assistant);
        const asked = await client.assistants.translate(room.number, sequence, language, options);
        this.#parts.start(asked, line, NOTHING);
        return undefined;
      }
      case 'searchAll': {
        const options = await this.#options(request.assistant);
        return this.#told(undefined, line, () => client.assistants.search(request.question, options));
      }
      case 'stopAnswer':
        return this.#stop(request.answer);
    }
  }

  /** Where one is nowhere yet, it is between the two. */
  async #question({
    in: named,
    assistant,
    question: text,
  }: Extract<AssistantRequest, { kind: 'ask' }>): Promise<Outgoing> {
    const { context } = this.#parts;
    const { person } = this.#named((await context.client.assistants.list()).assistants, assistant);
    const asked = { text, shown: false, asks: true };
    const alone: Outgoing = { ...asked, target: { kind: 'people', recipients: [person.name] } };
    if (named === undefined && context.here === undefined) return alone;
    const room = roomMeant(context, named);
    if (room.kind !== 'direct')
      return { ...asked, target: { kind: 'room', room: room.number }, assistant: person.number };
    if (room.peer !== undefined && isPerson(room.peer, person.number)) return alone;
    const label = `@${personLabel(person)}`;
    throw new LineError(
      `no assistant is in your direct messages with ${roomLabel(room)}; ask in a room, or write to ${label} itself`,
    );
  }

  #named(assistants: readonly AssistantInfo[], wanted: Recipient | undefined): AssistantInfo {
    const [first] = assistants;
    if (first === undefined) throw new SottoError(ErrorCode.ASSISTANT_OFF);
    if (wanted === undefined) return first;
    const found = assistants.find(({ person }) => isPerson(person, wanted));
    if (found !== undefined) return found;
    throw new LineError(
      `${recipientLabel(wanted)} is no assistant; /ai lists them. A question that begins so is asked by /ai ask`,
    );
  }

  /** Of what is unread in the eyes of whoever sits here, not by what was shown meanwhile. */
  async #summary(
    { of, assistant }: Extract<AssistantRequest, { kind: 'summary' }>,
    line: number,
  ): Promise<Reply | undefined> {
    const { context, marks } = this.#parts;
    const room = roomMeant(context, of);
    const after = marks.of(room);
    const { head } = context.client.rooms.find(({ number }) => number === room.number) ?? room;
    const options = {
      ...(await this.#options(assistant)),
      ...(after === 0 ? { since: BEGINNING } : { after }),
    };
    return this.#told(
      room,
      line,
      () => context.client.assistants.summarize(room.number, options),
      () => marks.set(room.number, head),
    );
  }

  async #catchUp(
    { of, since, assistant }: Extract<AssistantRequest, { kind: 'catchUp' }>,
    line: number,
  ): Promise<Reply | undefined> {
    const { context } = this.#parts;
    const { assistants } = context.client;
    const by = await this.#options(assistant);
    if (since.kind === 'after') {
      const { room, sequence } = await messageMeant(context, since.message);
      return this.#told(room, line, () => assistants.summarize(room.number, { ...by, after: sequence }));
    }
    const room = roomMeant(context, of);
    const options = { ...by, since: sinceDate(since, new Date()) };
    return this.#told(room, line, () => assistants.summarize(room.number, options));
  }

  /** Nothing where none is named: the server knows the first. */
  async #options(wanted: Recipient | undefined): Promise<{ assistant?: Recipient }> {
    if (wanted === undefined) return {};
    const { assistants } = await this.#parts.context.client.assistants.list();
    return { assistant: this.#named(assistants, wanted).person.number };
  }

  /** Without a room: of all. */
  async #told(
    room: JoinedRoom | undefined,
    line: number,
    ask: () => Promise<PrivateAnswer>,
    told = NOTHING,
  ): Promise<Reply | undefined> {
    try {
      this.#parts.start(await ask(), line, told);
      return undefined;
    } catch (error) {
      if (error instanceof SottoError && error.code === ErrorCode.MESSAGE_GONE)
        return { kind: 'nothingSaid', room };
      throw error;
    }
  }

  async #stop(number: number | undefined): Promise<Reply> {
    const answer = number ?? this.#parts.latest()?.id;
    if (answer === undefined) throw new LineError('no answer is on its way here');
    try {
      await this.#parts.context.client.assistants.stop(answer);
    } catch (error) {
      if (!(error instanceof SottoError) || error.code !== ErrorCode.NOT_FOUND) throw error;
      throw new LineError(`answer ${answer} is there already, or not yours to stop`);
    }
    return { kind: 'done', did: { kind: 'stopAnswer', answer } };
  }
}
