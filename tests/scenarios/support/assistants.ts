/** A real server with assistants whose models a real model server has, and what it was told. */
import { join } from 'node:path';
import type { SottoClient } from '@sotto/client/node';
import type { RoomNumber, Sequence } from '@sotto/model';
import { makeAssistant, openStore, systemClock, systemRandom } from '@sotto/server/testing';
import { ModelServer } from '@sotto/server/testing/providers';
import { type Guest, type House, type HouseOptions, openHouse } from './house.ts';

export interface AskingHouse extends House {
  readonly models: ModelServer;
  /** Everything that was told to models so far, a text for each request. */
  told(): readonly string[];
}

export interface AskingHouseOptions extends HouseOptions {
  manner: 'openai' | 'ollama';
  /** Beside the first one, `assistant` with the model `small`: names, each with the model of that name. */
  others?: readonly string[];
}

export async function openAskingHouse(options: AskingHouseOptions): Promise<AskingHouse> {
  const { manner, others = [], flags = [], environment = {} } = options;
  const models = await ModelServer.start(manner, { models: ['small', ...others] });
  const house = await openHouse({
    ...options,
    flags: ['--ai-provider', manner, '--ai-url', models.url, '--ai-model', 'small', ...flags],
    environment: { SOTTO_AI_KEY: models.key, ...environment },
    prepare: async (directory) => {
      const store = await openStore({
        url: join(directory, 'sotto.db'),
        inThread: true,
        uuid: () => crypto.randomUUID(),
      });
      const world = { assistants: store.assistants, clock: systemClock, random: systemRandom };
      // The first one made is the first one.
      for (const name of ['assistant', ...others])
        await makeAssistant(world, name, name === 'assistant' ? {} : { model: name });
      await store.close();
    },
  });
  return {
    ...house,
    models,
    told: () => models.requests.map(({ body }) => (typeof body === 'string' ? body : JSON.stringify(body))),
    close: async () => {
      await house.close();
      await models.close();
    },
  };
}

/** Waits for the message with which an assistant answers a question. */
async function answerTo(guest: Guest, room: RoomNumber, question: Sequence) {
  const { message } = await guest.hears(
    'message',
    (event) => event.message.room.number === room && event.message.replyTo === question,
  );
  return message;
}

/** Asks in a room, and waits for what is said to it there. */
export async function askIn(
  guest: Guest,
  room: RoomNumber,
  question: string,
  options: Parameters<SottoClient['assistants']['ask']>[2] = {},
) {
  const { sequence } = await guest.client.assistants.ask(room, question, options);
  return answerTo(guest, room, sequence);
}
