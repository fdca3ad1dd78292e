import { type AssistantRequest, LineError, sinceDate } from '@sotto/app/commands';
import { type AskOptions, ErrorCode, type PrivateAnswer, type Recipient, SottoError } from '@sotto/client';
import { shownName } from '../../../rooms/sections.ts';
import { goTo } from '../../../routes.ts';
import { DONE, type Outcome, type Scene, said } from '../scene.ts';
import { messageMeant, roomMeant } from './meant.ts';

const BEGINNING = new Date(1);

export async function performAssistants(scene: Scene, request: AssistantRequest): Promise<Outcome> {
  const { assistants } = scene.store.client;
  switch (request.kind) {
    case 'assistants': {
      const { assistants: all } = await assistants.list();
      if (all.length === 0) throw new SottoError(ErrorCode.ASSISTANT_OFF);
      return said(`Ask ${all.map(({ person }) => `@${person.name}`).join(' or ')}: /ai and your question.`);
    }
    case 'ask': {
      const room = roomMeant(scene, request.in);
      const thread = room === scene.room && scene.thread !== undefined ? { thread: scene.thread } : {};
      await assistants.ask(room.number, request.question, { ...by(request), ...thread });
      if (room !== scene.room) goTo({ kind: 'room', room: room.number });
      return DONE;
    }
    case 'stopAnswer': {
      const latest = [...scene.store.answers.get().keys()].at(-1);
      const answer = request.answer ?? latest;
      if (answer === undefined) throw new LineError('no answer is on its way here');
      await assistants.stop(answer);
      return DONE;
    }
    case 'summary': {
      const { number, read, ...room } = roomMeant(scene, request.of);
      const since = read === 0 ? { since: BEGINNING } : {};
      return told(`Unread in ${shownName(room)}`, () =>
        assistants.summarize(number, { ...by(request), ...since }),
      );
    }
    case 'catchUp': {
      const { since } = request;
      if (since.kind === 'after') {
        const { room, message } = await messageMeant(scene, since.message);
        return told(`In ${shownName(room)} since then`, () =>
          assistants.summarize(room.number, { ...by(request), after: message.sequence }),
        );
      }
      const room = roomMeant(scene, request.of);
      return told(`In ${shownName(room)} since then`, () =>
        assistants.summarize(room.number, { ...by(request), since: sinceDate(since, new Date()) }),
      );
    }
    case 'translate': {
      const { room, message } = await messageMeant(scene, request.message);
      const language = request.language ?? languageHere();
      return told(`In ${language}`, () =>
        assistants.translate(room.number, message.sequence, language, by(request)),
      );
    }
    case 'searchAll':
      return told(request.question, () => assistants.search(request.question, by(request)));
  }
}

const by = ({ assistant }: { assistant: Recipient | undefined }): AskOptions =>
  assistant === undefined ? {} : { assistant };

async function told(title: string, ask: () => Promise<PrivateAnswer>): Promise<Outcome> {
  try {
    return { kind: 'private', title, answer: await ask() };
  } catch (error) {
    if (error instanceof SottoError && error.code === ErrorCode.MESSAGE_GONE)
      throw new LineError('nothing was said there since');
    throw error;
  }
}

/** As people call it: "German". */
const languageHere = (): string =>
  new Intl.DisplayNames(['en'], { type: 'language' }).of(navigator.language) ?? 'English';
