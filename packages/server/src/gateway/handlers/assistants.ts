/** Asking assistants (I1-I3); what they do is in `assistants/`. */
import {
  ASSISTANT_SEARCH_MAX_CHARACTERS,
  LANGUAGE_MAX_CHARACTERS,
  type RoomNumber,
  type Sequence,
  WATCHED_ANSWERS_MAX,
} from '@sotto/model';
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Answer, AnswerHead, AnswerNews } from '../../assistants/answers/answer.ts';
import { mayHear } from '../../assistants/answers/rights.ts';
import type { AssistantParts } from '../../assistants/parts.ts';
import type { Task } from '../../assistants/task.ts';
import { firstThatFit } from '../../fitting.ts';
import { describeUser } from '../../rooms/describe.ts';
import { authorize, type RoomDirectory } from '../../rooms/directory.ts';
import type { AnswerPushes } from '../answer-pushes.ts';
import type { ClientConnection } from '../connection.ts';
import { describeAnswer, STATES } from './answers.ts';
import type { HandlersOf } from './types.ts';

type AssistantFrames = 'listAssistants' | 'askAssistant' | 'watchAnswers' | 'stopAnswer';

/** Of all that WatchAnswers answers with: what is beside the texts takes the rest of a frame. */
const TEXTS_MAX_BYTES = 80 * 1024;
/** With those whose text did not fit: they are there, which who asks has to know. */
const LIST_MAX_BYTES = 112 * 1024;
/** What an answer takes beside its text, rounded up. */
const ANSWER_BYTES = 128;

export interface AssistantServices {
  /** Undefined where the server has none. */
  parts: AssistantParts | undefined;
  pushes: AnswerPushes;
  directory: RoomDirectory;
  now: () => number;
}

export function assistantHandlers({ parts, ...services }: AssistantServices): HandlersOf<AssistantFrames> {
  return parts === undefined ? NONE : handlersOf({ ...services, parts });
}

const off = () => Promise.reject(new SottoError(ErrorCode.ASSISTANT_OFF));
const NONE: HandlersOf<AssistantFrames> = {
  listAssistants: async () => ({ assistants: [] }),
  askAssistant: off,
  watchAnswers: async () => ({ answers: [] }),
  stopAnswer: off,
};

function handlersOf({
  parts,
  pushes,
  directory,
  now,
}: AssistantServices & { parts: AssistantParts }): HandlersOf<AssistantFrames> {
  const { assistants, answers, budget } = parts;
  const hears = (connection: ClientConnection, { head }: Answer): boolean => {
    const { user, session } = connection.principal;
    if (head.session !== undefined) return head.session === session;
    const concerns = head.asker === user.number || pushes.watches(connection, head.room);
    return concerns && mayHear(directory, user, head);
  };
  return {
    async listAssistants({ principal: { user } }) {
      const all = [...assistants.all];
      const isAdministrator = user.owner || user.administrator;
      const numbers = all.map(({ speaker }) => speaker.user.number);
      const costs = isAdministrator ? await budget.ofAssistants(numbers) : [];
      const { requests, tokens, renewedMs } = await budget.left(user.number);
      return {
        assistants: all.map((assistant, index) => ({
          user: describeUser(assistant.speaker.user),
          state: STATES[assistants.state(assistant)],
          ...answers.countsOf(assistant.speaker.user.number),
          ...(isAdministrator && {
            model: assistant.model,
            requestsToday: costs[index]?.requests ?? 0,
            tokensToday: costs[index]?.tokens ?? 0,
          }),
        })),
        ...(requests !== undefined && { requestsLeft: Math.min(requests, 2 ** 32 - 1) }),
        ...(tokens !== undefined && { tokensLeft: tokens }),
        renewedMs,
      };
    },

    async askAssistant({ principal: { user, session } }, { assistant, task }) {
      const answer = await answers.askPrivately(user, session, assistant, readTask(task));
      return { answer: describeAnswer(answer.head, newsOf(answer, answers.place(answer)), true) };
    },

    async watchAnswers(connection, { rooms }) {
      if (rooms.length > WATCHED_ANSWERS_MAX)
        throw new SottoError(
          ErrorCode.ARGUMENT_INVALID,
          `${rooms.length} rooms, at most ${WATCHED_ANSWERS_MAX}`,
        );
      const { user } = connection.principal;
      const watched = [...new Set(rooms)] as RoomNumber[];
      for (const room of watched) authorize(await directory.find(room), user, 'read', now());
      pushes.watch(connection, watched);
      const known = [...answers.all()].filter((answer) => isKnown(answer) && hears(connection, answer));
      const told = known.map((answer) => ({
        head: answer.head,
        news: newsOf(answer, answers.place(answer)),
      }));
      const described = shortened(told).map(({ head, news }) => describeAnswer(head, news, true));
      return { answers: [...firstThatFit(described, bytesOf, LIST_MAX_BYTES)] };
    },

    async stopAnswer({ principal: { user } }, { answer }) {
      await answers.stop(answer, user);
      return {};
    },
  };
}

/** Its asker may have been told of it, or is now. */
const isKnown = ({ announced, head }: Answer): boolean => announced || head.session !== undefined;

/** As it is now, whole. */
function newsOf({ phase, told }: Answer, place: number): AnswerNews {
  switch (phase.kind) {
    case 'waiting':
      return { kind: 'waiting', place };
    case 'writing':
      return { kind: 'writing', offset: 0, text: told };
    case 'ended':
      return phase.ending;
  }
}

interface Told {
  head: AnswerHead;
  news: AnswerNews;
}

/** Where texts take too much, it is said that there is text, so that it is asked for again [REPLY-6]. */
function shortened(all: readonly Told[]): readonly Told[] {
  let bytes = 0;
  return all.map(({ head, news }) => {
    const text = 'text' in news ? news.text : '';
    const textBytes = Buffer.byteLength(text);
    bytes += ANSWER_BYTES + textBytes;
    if (bytes <= TEXTS_MAX_BYTES || text === '') return { head, news };
    bytes -= textBytes;
    return { head, news: { kind: 'writing', offset: text.length, text: '' } };
  });
}

const bytesOf = ({ state }: ReturnType<typeof describeAnswer>): number => {
  const text = state?.case === 'writing' || state?.case === 'ended' ? (state.value.text ?? '') : '';
  return ANSWER_BYTES + Buffer.byteLength(text);
};

/** Throws ARGUMENT_INVALID. */
function readTask(task: FrameMessage<'askAssistant'>['task']): Task {
  switch (task.case) {
    case 'summary': {
      const { room, after, sinceMs } = task.value;
      if (!Number.isFinite(sinceMs) || sinceMs < 0) throw invalid(`since_ms ${sinceMs}`);
      return { kind: 'summary', room: room as RoomNumber, after, sinceMs };
    }
    case 'translation': {
      const { room, sequence } = task.value;
      const language = task.value.language.trim();
      if (language === '' || [...language].length > LANGUAGE_MAX_CHARACTERS)
        throw invalid(`language: 1 to ${LANGUAGE_MAX_CHARACTERS} characters`);
      return { kind: 'translation', room: room as RoomNumber, sequence: sequence as Sequence, language };
    }
    case 'search': {
      const question = task.value.trim();
      if (question === '' || [...question].length > ASSISTANT_SEARCH_MAX_CHARACTERS)
        throw invalid(`search: 1 to ${ASSISTANT_SEARCH_MAX_CHARACTERS} characters`);
      return { kind: 'search', question };
    }
    case undefined:
      throw invalid('no task');
  }
}

const invalid = (detail: string): SottoError => new SottoError(ErrorCode.ARGUMENT_INVALID, detail);
