/** The assistants of a client without a server. What was asked goes into `calls`; a test says what comes of it. */
import {
  type Answer,
  type AssistantArea,
  type AssistantInfo,
  ErrorCode,
  type PrivateAnswer,
  type Recipient,
  type RoomName,
  type RoomSendOptions,
  type Sent,
  SottoError,
} from '@sotto/client';
import { ALICE, person, ROOM, sequence } from './people.ts';

export const ASSISTANT = { ...person(8, 'assistant'), assistant: true };
export const HELPER = { ...person(9, 'helper'), assistant: true };

export const info = (of: typeof ASSISTANT, changes: Partial<AssistantInfo> = {}): AssistantInfo => ({
  person: of,
  state: 'ready',
  writing: 0,
  waiting: 0,
  model: undefined,
  requestsToday: 0,
  tokensToday: 0,
  ...changes,
});

/** To alice, about her message 5 in "room". */
export const answer = (state: Answer['state'], changes: Partial<Answer> = {}): Answer => ({
  id: 17,
  assistant: ASSISTANT,
  asker: ALICE,
  room: ROOM,
  question: sequence(5),
  thread: undefined,
  state,
  ...changes,
});

/** Only alice is told. */
export const privately = (state: Answer['state'], changes: Partial<Answer> = {}): Answer =>
  answer(state, { question: undefined, ...changes });

const byWhom = (assistant: Recipient | undefined) => (assistant === undefined ? [] : [`by ${assistant}`]);

type Send = (room: RoomName, text: string, options: RoomSendOptions) => Promise<Sent>;

export class FakeAssistants {
  assistants: AssistantInfo[] = [];
  left: { requests: number | undefined; tokens: number | undefined } = { requests: 97, tokens: 195_000 };
  /** What comes of the next private ones, in order; an error ends it there. */
  coming: (Answer | Error)[] = [];
  /** The refusal of the next private one. */
  refusal: SottoError | undefined;
  /** The rooms that are watched, and what that tells of. */
  watching: readonly RoomName[] = [];
  watched: Answer[] = [];
  /** Answers that cannot be stopped. */
  readonly gone = new Set<number>();
  readonly #call: (...words: unknown[]) => void;
  readonly #send: Send;

  constructor(call: (...words: unknown[]) => void, send: Send) {
    this.#call = call;
    this.#send = send;
  }

  get area(): AssistantArea {
    return {
      list: async () => ({
        assistants: this.assistants,
        requestsLeft: this.left.requests,
        tokensLeft: this.left.tokens,
        renewedAt: new Date(0),
      }),
      ask: async (room, question, { assistant, ...options } = {}) => {
        const asked = this.assistants.find((one) => one.person.number === assistant) ?? this.assistants[0];
        if (asked === undefined) throw new SottoError(ErrorCode.ASSISTANT_OFF);
        return this.#send(room, `@${asked.person.name} ${question}`, options);
      },
      summarize: async (room, { after, since, assistant } = {}) =>
        this.#private('summarize', room, after, since?.toISOString(), ...byWhom(assistant)),
      translate: async (room, at, language, { assistant } = {}) =>
        this.#private('translate', room, at, language, ...byWhom(assistant)),
      search: async (question, { assistant } = {}) =>
        this.#private('searchAll', question, ...byWhom(assistant)),
      watch: async (rooms) => {
        this.watching = rooms;
        return this.watched;
      },
      stop: async (id) => {
        this.#call('stop', id);
        if (this.gone.has(id)) throw new SottoError(ErrorCode.NOT_FOUND, `answer ${id}`);
      },
    };
  }

  #private(...words: readonly unknown[]): PrivateAnswer {
    this.#call(...words);
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    const coming = this.coming.splice(0);
    return {
      id: 17,
      answer: privately({ kind: 'waiting', place: 1 }),
      async *updates() {
        for (const one of coming) {
          if (one instanceof Error) throw one;
          yield one;
        }
      },
      text: async () => '',
      stop: async () => undefined,
    };
  }
}
