/** The fake server's assistant: answers as a test writes them, of which it may lose what it likes. */
import { LOBBY } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { AnswerEnd, AssistantState } from '@sotto/schema';
import { ALICE, type FakeServer, HELPER } from './fake-server.ts';

export type AnswerFields = NonNullable<FrameFields<'answerUpdate'>['answer']>;
type Ended = Extract<AnswerFields['state'], { case: 'ended' }>['value'];

interface FakeAnswer {
  about: { id: number; assistant: number; asker: number; room: number; question: number };
  text: string;
  /** How much of the text was pushed, or lost. */
  told: number;
  ended: Ended | undefined;
}

export class FakeAnswers {
  readonly all = new Map<number, FakeAnswer>();
  /** What is pushed now never arrives. */
  isLossy = false;
  readonly #server: FakeServer;
  #lastId = 0;

  constructor(server: FakeServer) {
    this.#server = server;
    server.answer('watchAnswers', () => ({ answers: [...this.all.keys()].map((id) => this.whole(id)) }));
    server.answer('askAssistant', () => ({ answer: this.whole(this.begin({ room: 0, question: 0 })) }));
    server.answer('stopAnswer', ({ answer }) => {
      this.end(answer, { end: AnswerEnd.STOPPED, text: this.#get(answer).text });
      return {};
    });
    server.answer('listAssistants', () => ({
      assistants: [{ user: server.user(HELPER), state: AssistantState.READY, waiting: 2 }],
      requestsLeft: 5,
      renewedMs: 1_000,
    }));
  }

  /** What was asked of the server to tell of all answers, as rooms. */
  get watched(): number[][] {
    return this.#server.named('watchAnswers').map(({ rooms }) => rooms);
  }

  begin(about: Partial<FakeAnswer['about']> = {}): number {
    this.#lastId += 1;
    const id = about.id ?? this.#lastId;
    const whose = { assistant: HELPER, asker: ALICE, room: LOBBY, question: 1, ...about, id };
    this.all.set(id, { about: whose, text: '', told: 0, ended: undefined });
    return id;
  }

  wait(id: number, place: number): void {
    this.push({ ...this.#get(id).about, state: { case: 'waiting', value: place } });
  }

  write(id: number, text: string): void {
    const answer = this.#get(id);
    const value = { offset: answer.told, text };
    answer.text += text;
    answer.told = answer.text.length;
    this.push({ ...answer.about, state: { case: 'writing', value } });
  }

  /** Private ones are told whole. */
  end(id: number, ended: Ended): void {
    const answer = this.#get(id);
    answer.ended = ended;
    this.push({ ...answer.about, state: { case: 'ended', value: ended } });
  }

  about(id: number): FakeAnswer['about'] {
    return this.#get(id).about;
  }

  /** As WatchAnswers tells of it. */
  whole(id: number): AnswerFields {
    const { about, text, ended } = this.#get(id);
    if (ended !== undefined) return { ...about, state: { case: 'ended', value: ended } };
    if (text === '') return { ...about, state: { case: 'waiting', value: 1 } };
    return { ...about, state: { case: 'writing', value: { offset: 0, text } } };
  }

  /** Whatever it is. */
  push(answer: AnswerFields): void {
    const { last } = this.#server;
    if (!this.isLossy) last.send(last.session.push('answerUpdate', { answer }));
  }

  #get(id: number): FakeAnswer {
    const answer = this.all.get(id);
    if (answer === undefined) throw new Error(`no answer ${id}`);
    return answer;
  }
}
