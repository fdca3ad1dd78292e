/** What becomes true while a prompt is being made counts for it [PROMPT-1] (I2, I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { roomStream, type Sequence, type UserNumber } from '@sotto/model';
import { AssistantAccess, ErrorCode } from '@sotto/schema';
import { Blocks } from '../../accounts/blocks.ts';
import { Users } from '../../accounts/users.ts';
import { RoomDirectory } from '../../rooms/directory.ts';
import type { FoundPage } from '../../search/search.ts';
import { numbered } from '../../testing/asking.ts';
import { type LoggedIn, refusal } from '../../testing/world.ts';
import { type House, openHouse } from '../testing/house.ts';
import { createPrompts } from './prompts.ts';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(async () => {
  await house.close();
  expect(house.world.errors).toEqual([]);
});

/** Does `what` once, when this is called for the first time from now on. */
function during(store: object, name: string, what: () => unknown): () => boolean {
  const methods = store as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const original = methods[name];
  if (original === undefined) throw new Error(name);
  let isDone = false;
  methods[name] = async (...given) => {
    const result = await original(...given);
    if (!isDone) {
      isDone = true;
      await what();
    }
    return result;
  };
  return () => isDone;
}

/** Prompts over the house's storage, with rooms of their own in memory; `steps` are what they wait for. */
async function builder({ world }: House, by: LoggedIn) {
  const { store, clock } = world;
  const directory = new RoomDirectory(store.rooms);
  const blocks = new Blocks(store.accounts);
  const users = new Users({ store: store.accounts, clock, onFailure: () => {} });
  const steps = {
    readBefore: store.events.readBefore,
    events: store.events.events,
    states: store.messages.states,
    byNumbers: (numbers: readonly UserNumber[]) => users.byNumbers(numbers),
    find: async (): Promise<FoundPage> => ({ events: [], states: [], next: undefined }),
    userBlocks: (user: UserNumber, other: UserNumber) => blocks.blocks(user, other),
  };
  const prompts = createPrompts({
    directory,
    rooms: store.rooms,
    events: {
      readBefore: (...of) => steps.readBefore(...of),
      events: (...of) => steps.events(...of),
      firstAfter: store.events.firstAfter,
    },
    messages: { ...store.messages, states: (...of) => steps.states(...of) },
    users: { byNumbers: (...of) => steps.byNumbers(...of) },
    blocks: { blocks: (...of) => steps.userBlocks(...of) },
    search: { find: () => steps.find() },
    downloads: undefined,
    clock,
    settings: { contextTokens: 8_000 },
  });
  const asker = await users.byNumber(by.number as UserNumber);
  const assistant = await users.byName('assistant');
  if (asker === undefined || assistant === undefined) throw new Error('nobody');
  return { prompts, directory, asker, speaker: { user: assistant, prompt: '' }, steps };
}

describe('prompts being made (I3)', () => {
  test.each(['readBefore', 'events', 'states', 'userBlocks'] as const)(
    '[PROMPT-1] whoever is removed while the server reads (%s) is told of nothing, nor is the assistant',
    async (step) => {
      const { alice, bob, garden, say } = house;
      await say(alice, garden, 'secret');
      const sequence = (await say(bob, garden, 'a question')) as Sequence;
      const task = { kind: 'question' as const, room: garden, sequence, thread: 0 };
      for (const leaves of ['asker', 'assistant'] as const) {
        const { prompts, directory, asker, speaker, steps } = await builder(house, bob);
        expect((await prompts.build(asker, speaker, task)).user).toContain('secret');
        const user = leaves === 'asker' ? asker.number : speaker.user.number;
        const hasLeft = during(steps, step, () => directory.setMember(garden, user, undefined));
        const code = leaves === 'asker' ? ErrorCode.NOT_FOUND : ErrorCode.ASSISTANT_NOT_HERE;
        expect(await refusal(prompts.build(asker, speaker, task))).toBe(code);
        expect(hasLeft()).toBe(true);
      }
    },
  );

  test('[PROMPT-1] [PROMPT-9] nor is what was found in a room that one of them left while the server looked', async () => {
    const { world, alice, bob, garden, say } = house;
    const sequence = (await say(alice, garden, 'secret')) as Sequence;
    const task = { kind: 'search' as const, question: 'secret' };
    for (const leaves of ['asker', 'assistant'] as const) {
      const { prompts, directory, asker, speaker, steps } = await builder(house, bob);
      const events = await world.store.events.events(roomStream(garden), [sequence]);
      steps.find = async () => ({ events, states: [], next: undefined });
      expect((await prompts.build(asker, speaker, task)).user).toContain('#garden/');
      const user = leaves === 'asker' ? asker.number : speaker.user.number;
      const hasLeft = during(steps, 'states', () => directory.setMember(garden, user, undefined));
      expect(await refusal(prompts.build(asker, speaker, task))).toBe(ErrorCode.MESSAGE_GONE);
      expect(hasLeft()).toBe(true);
    }
  });

  test('[PROMPT-1] [ASSIST-3] accounts that are suspended or deleted by then ask and answer nothing', async () => {
    const { bob, garden, say } = house;
    const sequence = (await say(bob, garden, 'a question')) as Sequence;
    const { prompts, asker, speaker, steps } = await builder(house, bob);
    const build = () =>
      refusal(prompts.build(asker, speaker, { kind: 'question', room: garden, sequence, thread: 0 }));
    const { byNumbers } = steps;
    for (const gone of [{ deletedMs: 1 }, { suspendedMs: 1 }]) {
      for (const [number, code] of [
        [asker.number, ErrorCode.PERMISSION_DENIED],
        [speaker.user.number, ErrorCode.ASSISTANT_OFF],
      ]) {
        steps.byNumbers = async (numbers) =>
          (await byNumbers(numbers)).map((user) => (user.number === number ? { ...user, ...gone } : user));
        expect(await build()).toBe(code);
      }
    }
    steps.byNumbers = byNumbers;
    expect(await build()).toBeUndefined();
  });

  test('[PROMPT-1] [PROMPT-6] a room that closes its history while the server reads tells the question alone', async () => {
    const { world, alice, bob, garden, say, carrying, question } = house;
    await say(alice, garden, 'secret');
    const file = new TextEncoder().encode('of the file');
    const offered = await carrying.offer(alice, garden, file, { name: 'notes.txt', inline: file });
    const settings = { assistants: AssistantAccess.NO_HISTORY };
    const isClosed = during(world.store.messages, 'states', () =>
      alice.peer.request('changeRoom', { room: numbered(garden), settings }),
    );
    const { texts, user } = await question(bob, garden, '@assistant what now?', { relatesTo: offered });
    expect(isClosed()).toBe(true);
    expect(texts).toEqual([]);
    expect(user).not.toMatch(/secret|of the file|notes/);
  });

  test('[PROMPT-1] [PROMPT-9] nor is anything found in a room that closed its history meanwhile', async () => {
    const { world, alice, bob, garden, say } = house;
    const sequence = (await say(alice, garden, 'secret')) as Sequence;
    const { prompts, directory, asker, speaker, steps } = await builder(house, bob);
    const events = await world.store.events.events(roomStream(garden), [sequence]);
    steps.find = async () => ({ events, states: [], next: undefined });
    await directory.find(garden);
    during(steps, 'states', () =>
      directory.apply(garden, (state) => {
        const settings = { ...state.record.settings, assistants: 'noHistory' as const };
        state.record = { ...state.record, settings };
      }),
    );
    expect(await refusal(prompts.build(asker, speaker, { kind: 'search', question: 'secret' }))).toBe(
      ErrorCode.MESSAGE_GONE,
    );
  });

  test('[PROMPT-1] [PROMPT-4] what is deleted while the server reads is not told', async () => {
    const { alice, bob, garden, say, remove } = house;
    const secret = await say(alice, garden, 'secret');
    const sequence = (await say(bob, garden, 'a question')) as Sequence;
    const task = { kind: 'question' as const, room: garden, sequence, thread: 0 };
    const { prompts, asker, speaker, steps } = await builder(house, bob);
    const isGone = during(steps, 'userBlocks', () => remove(alice, garden, secret));
    // Asked once before anything is read.
    let asked = 0;
    const { userBlocks } = steps;
    steps.userBlocks = async (...of) => (asked++ === 0 ? false : userBlocks(...of));
    expect((await prompts.build(asker, speaker, task)).user).not.toContain('secret');
    expect(isGone()).toBe(true);
  });
});
