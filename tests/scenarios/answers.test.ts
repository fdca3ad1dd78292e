/** The SDK and the server's core agree about answers on their way: both under one virtual clock, on a memory network that breaks (I1, I2). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import {
  type Answer,
  type ClientEvent,
  createClient,
  ErrorCode,
  MemoryStore,
  type SottoClient,
} from '@sotto/client';
import {
  answering,
  createWorld,
  ProviderError,
  type ScriptStep,
  seedSession,
  seedUser,
  type World,
} from '@sotto/server/testing';
import type { Connection } from '@sotto/transport';
import { keepSession } from '../keep-session.ts';

const WORDS = ['One ', 'two ', 'three ', 'four ', 'five ', 'six.'];
const WHOLE = WORDS.join('');
/** A word a second. */
const slowly: ScriptStep[] = [
  ...WORDS.flatMap((text): ScriptStep[] => [
    { kind: 'text', text },
    { kind: 'wait', ms: 1_000 },
  ]),
  { kind: 'end' },
];

interface Guest {
  client: SottoClient;
  events: ClientEvent[];
  /** Cuts what it is connected by; away, it stays so. */
  lose(options?: { isAway: boolean }): void;
  comeBack(): void;
}

let world: World;
let guests: SottoClient[] = [];

beforeEach(async () => {
  world = await createWorld({ assistants: {} });
});

afterEach(async () => {
  for (const client of guests) await run(client.close());
  guests = [];
  await world.close();
});

async function enter(name: string): Promise<Guest> {
  const { store, random, clock, network } = world;
  const user = await seedUser(store, random, name, clock.now());
  const kept = new MemoryStore();
  await keepSession(kept, await seedSession(store, random, user, clock.now()));
  let connection: Connection | undefined;
  let isAway = false;
  const client = await createClient({
    routes: [
      {
        transport: 'memory',
        host: 'server',
        port: 1,
        dial: async ({ events }) => {
          connection = await network.dial({ name: isAway ? 'nobody' : 'server', events });
          return connection;
        },
      },
    ],
    verify: () => {},
    store: kept,
    agent: 'test/1',
    deviceName: 'test',
    environment: {
      clock,
      random,
      sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
      hasher: () => createHash('sha256'),
    },
  });
  guests.push(client);
  const events: ClientEvent[] = [];
  void (async () => {
    for await (const event of client.events()) events.push(event);
  })();
  await run(client.resume());
  return {
    client,
    events,
    lose: (options = { isAway: false }) => {
      isAway = options.isAway;
      if (connection !== undefined) network.cut(connection);
    },
    comeBack: () => {
      isAway = false;
    },
  };
}

const STEP_MS = 20;

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= STEP_MS) await world.clock.advance(STEP_MS);
}

/** As `World.run`, for longer. */
async function run<T>(task: Promise<T>): Promise<T> {
  let isPending = true;
  const settled = () => {
    isPending = false;
  };
  task.then(settled, settled);
  for (let step = 0; isPending && step < 10_000; step += 1) await pass(STEP_MS);
  if (isPending) throw new Error('what the test waits for never came');
  return task;
}

/** A private answer. */
async function translated({ client }: Guest) {
  const { sequence } = await run(client.send('lobby', 'eins zwei drei'));
  return run(client.assistants.translate('lobby', sequence, 'English'));
}

/** Until somebody is told of one. */
async function until(guest: Guest, isIt: (answer: Answer) => boolean): Promise<Answer> {
  for (let tenths = 0; tenths < 600; tenths += 1) {
    for (const event of guest.events) if (event.kind === 'answer' && isIt(event.answer)) return event.answer;
    await pass(100);
  }
  throw new Error('nobody was told');
}

const hasEnded = ({ state }: Answer) => state.kind !== 'waiting' && state.kind !== 'writing';
const textsOf = (events: readonly ClientEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'answer' && event.answer.state.kind === 'writing' ? [event.answer.state.text] : [],
  );

function expectGrowing(texts: readonly string[]): void {
  expect(texts.length).toBeGreaterThan(2);
  for (const [at, text] of texts.entries()) {
    expect(WHOLE.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(texts[at - 1]?.length ?? -1);
  }
}

describe('answers, from the model to those who ask and watch (I1, I2)', () => {
  test('[ANSWERS-1] [REPLY-5] I1 I2: a question in a room: its asker and who watches see it grow, then the message', async () => {
    const alice = await enter('alice');
    const bob = await enter('bob');
    expect(await run(bob.client.assistants.watch(['lobby']))).toEqual([]);
    world.provider.next(slowly);
    const { sequence } = await run(alice.client.assistants.ask('lobby', 'count!'));
    for (const guest of [alice, bob]) {
      const end = await until(guest, hasEnded);
      expect(end).toMatchObject({
        question: sequence,
        asker: { name: 'alice' },
        assistant: { assistant: true },
      });
      expect(end.state).toMatchObject({ kind: 'done', sequence: sequence + 1 });
      expectGrowing(textsOf(guest.events));
      const said = guest.events.findIndex(
        (event) => event.kind === 'message' && event.message.sequence === sequence + 1,
      );
      expect(guest.events[said]).toMatchObject({ message: { text: WHOLE, replyTo: sequence } });
      expect(said).toBeLessThan(
        guest.events.findIndex((event) => event.kind === 'answer' && hasEnded(event.answer)),
      );
    }
  });

  test('[ANSWERS-3] [REPLY-6] I1: connections that break in mid-answer, and the answer is whole', async () => {
    const alice = await enter('alice');
    world.provider.next(slowly);
    const answer = await translated(alice);
    const texts: string[] = [];
    const reading = (async () => {
      for await (const { state } of answer.updates()) if (state.kind === 'writing') texts.push(state.text);
    })();
    for (let cuts = 0; cuts < 4; cuts += 1) {
      await pass(1_300);
      alice.lose();
    }
    expect(await run(answer.text())).toBe(WHOLE);
    await run(reading);
    expectGrowing(texts);
    expect(world.provider.requests).toHaveLength(1);
  });

  test('[ANSWERS-3] [REPLY-6] I1: an answer that ended while its asker was away is there at the return, not after a minute', async () => {
    const alice = await enter('alice');
    for (const awayMs of [30_000, 90_000]) {
      world.provider.next(slowly);
      alice.comeBack();
      await pass(15_000);
      const answer = await translated(alice);
      alice.lose({ isAway: true });
      await pass(awayMs);
      alice.comeBack();
      const text = run(answer.text().catch((error) => error.codeName));
      expect(await text).toBe(awayMs < 60_000 ? WHOLE : 'ASSISTANT_UNAVAILABLE');
    }
  });

  test('[ANSWERS-4] [REPLY-4] I1: stopped by its asker, a private answer is what was written', async () => {
    const alice = await enter('alice');
    world.provider.next(slowly);
    const answer = await translated(alice);
    await pass(2_500);
    await run(answer.stop());
    const text = await run(answer.text());
    expect(text.startsWith('One two three')).toBe(true);
    expect(text).not.toContain('six');
    expect(answer.answer.state.kind).toBe('stopped');
    await run(answer.stop());
  });

  test('[ANSWERS-1] [ASK-4] I1 I3: a provider that fails: the asker is told why, those who watch are not', async () => {
    const alice = await enter('alice');
    const bob = await enter('bob');
    await run(bob.client.assistants.watch(['lobby']));
    const refused = (): ScriptStep[] => [{ kind: 'fail', error: new ProviderError('refused', 'no') }];
    world.provider.next(refused(), refused());
    await run(alice.client.assistants.ask('lobby', 'count!'));
    const { state } = await until(alice, hasEnded);
    expect(state).toMatchObject({ kind: 'failed', error: { code: ErrorCode.ASSISTANT_UNAVAILABLE } });
    const answer = await translated(alice);
    const failure = await run(answer.text().catch((error) => error));
    expect(failure).toMatchObject({ code: ErrorCode.ASSISTANT_UNAVAILABLE });
    await pass(60_000);
    expect(bob.events.some((event) => event.kind === 'answer' && event.answer.state.kind === 'writing')).toBe(
      false,
    );
  });

  test('[ANSWERS-2] [REPLY-6] I3: more text than a frame holds: all answers are told of, and each is whole in the end', async () => {
    const alice = await enter('alice');
    const long = 'long '.repeat(3_000);
    world.provider.otherwise = [{ kind: 'text', text: long }, { kind: 'wait', ms: 5_000 }, { kind: 'end' }];
    const texts = [];
    for (let answers = 0; answers < 8; answers += 1) {
      const answer = await translated(alice);
      alice.lose({ isAway: answers > 5 });
      texts.push(answer.text());
      await pass(answers > 5 ? 0 : 6_000);
      if (answers > 5) alice.comeBack();
      await pass(3_000);
    }
    for (const text of await run(Promise.all(texts))) expect(text.trim()).toBe(long.trim());
  });

  test('[ANSWERS-6] [ASSIST-4] I1: the list names the assistant, ready, and what it answers is cheap to ask again', async () => {
    const alice = await enter('alice');
    const { assistants } = await run(alice.client.assistants.list());
    expect(assistants).toMatchObject([
      { person: { name: 'assistant', assistant: true }, state: 'ready', waiting: 0 },
    ]);
    world.provider.next(answering('Twice two is four.'));
    const answer = await translated(alice);
    expect(await run(answer.text())).toBe('Twice two is four.');
  });
});
