/** Asking assistants: in rooms by a message, and for what only this account is told. */
import { mentionsIn, readName, type Sequence, WATCHED_ANSWERS_MAX } from '@sotto/model';
import { type Clock, type FrameFields, SottoError } from '@sotto/protocol';
import { AssistantState, ErrorCode, type Assistant as WireAssistant } from '@sotto/schema';
import type { Answers } from '../answers/answers.ts';
import { privateAnswer } from '../answers/private-answer.ts';
import { toDate } from '../describe/values.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext, tell } from './context.ts';

/** So long the first assistant is not asked for again. */
const FIRST_KEPT_MS = 10_000;
/** Such a line has to begin with that, or it is something else. */
const BLOCK = /^(?:```|~~~|[>|#]|[-*+] |\d+[.)] )/;

const STATES: Partial<Record<AssistantState, sdk.AssistantInfo['state']>> = {
  [AssistantState.READY]: 'ready',
  [AssistantState.DISABLED]: 'disabled',
};

type Task = NonNullable<FrameFields<'askAssistant'>['task']>;

export interface AssistantCallsOptions {
  context: CallContext;
  answers: Answers;
  clock: Clock;
  send: sdk.SottoClient['send'];
}

export class AssistantCalls implements sdk.AssistantArea {
  readonly #options: AssistantCallsOptions;
  #first: { person: sdk.Person | undefined; atMs: number } | undefined;

  constructor(options: AssistantCallsOptions) {
    this.#options = options;
  }

  async list(): Promise<sdk.AssistantsReport> {
    const { context, clock } = this.#options;
    const { assistants, requestsLeft, tokensLeft, renewedMs } = await ask(context, 'listAssistants', {});
    const infos = assistants.flatMap((assistant) => this.#info(assistant) ?? []);
    this.#first = { person: infos[0]?.person, atMs: clock.now() };
    return { assistants: infos, requestsLeft, tokensLeft, renewedAt: toDate(renewedMs) };
  }

  async ask(
    room: sdk.RoomName,
    question: string,
    { assistant, ...options }: sdk.AskOptions & sdk.RoomSendOptions = {},
  ): Promise<sdk.Sent> {
    const asked = assistant === undefined ? await this.#default() : await this.#named(assistant);
    return this.#options.send(room, addressed(question, asked, this.#peer(room)), options);
  }

  async summarize(
    room: sdk.RoomName,
    { after = 0 as Sequence, since, ...options }: sdk.AskOptions & sdk.SummaryOptions = {},
  ): Promise<sdk.PrivateAnswer> {
    const value = { room: this.#number(room), after, sinceMs: since?.getTime() ?? 0 };
    return this.#private({ case: 'summary', value }, options);
  }

  async translate(
    room: sdk.RoomName,
    message: Sequence,
    language: string,
    options: sdk.AskOptions = {},
  ): Promise<sdk.PrivateAnswer> {
    const value = { room: this.#number(room), sequence: message, language };
    return this.#private({ case: 'translation', value }, options);
  }

  search(question: string, options: sdk.AskOptions = {}): Promise<sdk.PrivateAnswer> {
    return this.#private({ case: 'search', value: question }, options);
  }

  async watch(rooms: readonly sdk.RoomName[]): Promise<readonly sdk.Answer[]> {
    if (rooms.length > WATCHED_ANSWERS_MAX) {
      const detail = `${rooms.length} rooms, at most ${WATCHED_ANSWERS_MAX}`;
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, detail);
    }
    return this.#options.answers.watch(rooms.map((room) => this.#number(room)));
  }

  async stop(answer: number): Promise<void> {
    await ask(this.#options.context, 'stopAnswer', { answer });
  }

  /** Once: another one would cost once more. */
  async #private(task: Task, { assistant }: sdk.AskOptions): Promise<sdk.PrivateAnswer> {
    const { context, answers } = this.#options;
    const number = assistant === undefined ? 0 : await context.userNumber(assistant);
    const { mark } = answers;
    const { answer } = await tell(context, 'askAssistant', { assistant: number, task });
    return privateAnswer({
      tracked: await answers.started(answer, mark),
      describe: (tracked) => answers.describe(tracked),
      stop: (id) => this.stop(id),
    });
  }

  async #default(): Promise<sdk.Person> {
    const { clock } = this.#options;
    const isKnown = this.#first !== undefined && clock.now() < this.#first.atMs + FIRST_KEPT_MS;
    const person = isKnown ? this.#first?.person : (await this.list()).assistants[0]?.person;
    if (person === undefined) throw new SottoError(ErrorCode.ASSISTANT_OFF);
    return person;
  }

  async #named(assistant: sdk.Recipient): Promise<sdk.Person> {
    const { people, userNumber } = this.#options.context;
    const number = await userNumber(assistant);
    await people.ensure([number]);
    const person = people.named(number);
    if (!person.assistant) throw new SottoError(ErrorCode.ASSISTANT_OFF, person.name);
    return person;
  }

  #number(room: sdk.RoomName): sdk.Room['number'] {
    return this.#options.context.names.joined(room).number;
  }

  /** The other one of a direct room. Where rooms are not known yet a name too many does no harm. */
  #peer(room: sdk.RoomName): sdk.Person | undefined {
    try {
      return this.#options.context.names.joined(room).peer;
    } catch {
      return undefined;
    }
  }

  #info(assistant: WireAssistant): sdk.AssistantInfo | undefined {
    const { user, state, writing, waiting, model, requestsToday, tokensToday } = assistant;
    if (user === undefined) return undefined;
    return {
      person: this.#options.context.people.learn(user),
      state: STATES[state] ?? 'unreachable',
      writing,
      waiting,
      model: model === '' ? undefined : model,
      requestsToday,
      tokensToday,
    };
  }
}

/** As it is where it names the assistant already, or nobody else hears it. */
function addressed(question: string, { name, number }: sdk.Person, peer: sdk.Person | undefined): string {
  const reading = readName(name);
  const isNamed = reading.kind === 'valid' && mentionsIn(question).names.includes(reading.key);
  if (isNamed || peer?.number === number) return question;
  return `@${name}${BLOCK.test(question) ? '\n' : ' '}${question}`;
}
