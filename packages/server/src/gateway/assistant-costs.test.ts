/** What assistants may cost, which there are, and what becomes of those that cannot answer (I1, I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { tmpdir } from 'node:os';
import { AssistantState, ErrorCode } from '@sotto/schema';
import { makeAssistant } from '../assistants/accounts.ts';
import { ProviderError } from '../assistants/provider.ts';
import { dawdling, endsOf, saidIn, statesOf, text, wait } from '../testing/answers.ts';
import { type AskedWorld, createAskedWorld, DOWN, LOBBY, searchFor } from '../testing/asked-world.ts';
import { answering } from '../testing/scripted-provider.ts';
import { createWorld, type LoggedIn, refusal } from '../testing/world.ts';

let { world, asking, owner, alice, bob, later, ask, privately, watch, logged } = {} as AskedWorld;

async function begin(...of: Parameters<typeof createAskedWorld>): Promise<void> {
  await world?.close();
  ({ world, asking, owner, alice, bob, later, ask, privately, watch, logged } = await createAskedWorld(
    ...of,
  ));
}

beforeEach(() => begin());

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
  world = undefined as unknown as AskedWorld['world'];
});

describe('what it may cost (I3)', () => {
  test('[BUDGET-3] so many are written at a time, others are told their place, and more than three of one account are refused', async () => {
    await begin({ parallel: 1, queue: 4 });
    world.provider.otherwise = [wait(2_000), ...answering('Yes.')];
    await asking.follow(alice, LOBBY);
    for (let question = 0; question < 5; question++) await ask(alice, LOBBY);
    for (let question = 0; question < 2; question++) await ask(bob, LOBBY);
    await later(500);
    expect(endsOf(alice).map(({ error }) => error?.code)).toEqual([ErrorCode.ASSISTANT_BUSY]);
    expect(endsOf(bob).map(({ error }) => error?.code)).toEqual([ErrorCode.ASSISTANT_BUSY]);
    expect(await refusal(privately(owner))).toBe(ErrorCode.ASSISTANT_BUSY);
    expect(statesOf(bob)[0]).toBe('waiting 4');
    await later(15_000);
    expect(statesOf(bob)).toEqual(
      expect.arrayContaining(['waiting 4', 'waiting 3', 'waiting 2', 'waiting 1', 'DONE']),
    );
    expect(world.provider.mostActive).toBe(1);
    expect(saidIn(alice, LOBBY).filter((said) => said === 'Yes.').length).toBe(5);
  });

  test('[BUDGET-1] [BUDGET-2] the account, the room and the server have a day each, tried again or not', async () => {
    const day = (requests: number) => ({ requests, tokens: 1_000_000 });
    await begin({ budgets: { account: day(2), room: day(3), server: day(4) } }, Date.UTC(2026, 0, 1, 23, 59));
    world.provider.next(
      [{ kind: 'fail', error: new ProviderError('failed', '') }],
      [text('x'), { kind: 'end', tokens: { prompt: 40, answer: 2 } }],
    );
    await ask(alice, LOBBY);
    await later(5_000);
    const list = await asking.ask(alice, 'listAssistants', {});
    expect(list).toMatchObject({ requestsLeft: 1, tokensLeft: 1_000_000 - 42 });
    expect(list.renewedMs).toBe(Date.UTC(2026, 0, 2));
    await ask(alice, LOBBY);
    await ask(alice, LOBBY);
    await later();
    const refused = endsOf(alice).flatMap(({ error }) => error ?? []);
    expect(refused.map(({ code }) => code)).toEqual([ErrorCode.ASSISTANT_BUDGET]);
    expect(refused[0]?.retryAfterMs).toBeGreaterThan(45_000);
    expect(await refusal(privately(alice))).toBe(ErrorCode.ASSISTANT_BUDGET);
    await ask(bob, LOBBY);
    await later();
    await ask(owner, LOBBY);
    await later();
    expect(endsOf(owner)[0]?.error).toMatchObject({
      code: ErrorCode.ASSISTANT_BUDGET,
      detail: 'of the room',
    });
    await later(60_000);
    await ask(alice, LOBBY);
    await later();
    expect(statesOf(alice).at(-1)).toBe('DONE');
  });

  test('[BUDGET-2] a prompt and the longest answer have to fit what is left, with what is being written in full', async () => {
    await begin({
      answerTokens: 1_000,
      budgets: { account: { requests: 100, tokens: 4_000 }, room: undefined, server: undefined },
    });
    world.provider.otherwise = [wait(500), text('x'), { kind: 'end', tokens: { prompt: 5, answer: 1 } }];
    for (let question = 0; question < 4; question++) await ask(alice, LOBBY);
    await later(300);
    const refused = endsOf(alice).filter(({ error }) => error?.code === ErrorCode.ASSISTANT_BUDGET).length;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(4);
    await later();
    await ask(alice, LOBBY);
    await later();
    expect(statesOf(alice).at(-1)).toBe('DONE');
  });

  test('[BUDGET-4] one line in the log for each question, without a word of it', async () => {
    world.provider.next([text('secret answer'), { kind: 'end', tokens: { prompt: 40, answer: 2 } }], DOWN);
    await ask(alice, LOBBY, '@assistant secret question');
    await later();
    await privately(bob, searchFor('secret search')).catch(() => {});
    await later();
    expect(logged()).toMatchObject([
      { asker: alice.number, room: 1, promptTokens: 40, answerTokens: 2, attempts: 1, outcome: 'done' },
      { asker: bob.number, task: 'search', outcome: 'failed' },
    ]);
    expect(JSON.stringify(world.logged)).not.toMatch(/secret/);
  });

  test('[PROVIDER-6] after five failures questions fail at once; after 30 s one is tried, and its success ends that', async () => {
    world.provider.otherwise = DOWN;
    const state = async () => (await asking.ask(alice, 'listAssistants', {})).assistants[0]?.state;
    for (let question = 0; question < 5; question++) {
      await ask(alice, LOBBY);
      await later();
    }
    expect(await state()).toBe(AssistantState.UNREACHABLE);
    await ask(alice, LOBBY);
    await later();
    expect(world.provider.requests.length).toBe(5);
    expect(endsOf(alice).length).toBe(6);
    expect(endsOf(alice).at(-1)?.error?.retryAfterMs).toBeGreaterThan(20_000);
    expect(await refusal(privately(alice))).toBe(ErrorCode.ASSISTANT_UNAVAILABLE);
    await later(30_000);
    world.provider.otherwise = [wait(1_000), ...answering('back')];
    await ask(alice, LOBBY);
    await later(100);
    await ask(bob, LOBBY);
    await later(500);
    expect(world.provider.requests.length).toBe(6);
    expect(endsOf(bob).at(-1)?.error?.code).toBe(ErrorCode.ASSISTANT_UNAVAILABLE);
    await later(3_000);
    expect(await state()).toBe(AssistantState.READY);
    await ask(bob, LOBBY);
    await later(3_000);
    expect(statesOf(bob).at(-1)).toBe('DONE');
  });

  test('[PROVIDER-6] [ASK-4] a provider that is away for ten minutes costs each question one line, and is hardly asked', async () => {
    const questions = 25;
    world.provider.otherwise = [{ kind: 'fail', error: new ProviderError('unreachable', 'no connection') }];
    for (let question = 0; question < questions; question++) {
      await ask(alice, LOBBY);
      await ask(bob, LOBBY);
      await later((10 * 60_000) / questions);
    }
    for (const who of [alice, bob]) {
      const ends = endsOf(who);
      expect(ends.length).toBe(questions);
      expect(new Set(ends.map(({ error }) => error?.code))).toEqual(
        new Set([ErrorCode.ASSISTANT_UNAVAILABLE]),
      );
    }
    expect(saidIn(owner, LOBBY).filter((said) => said !== '@assistant well?')).toEqual([]);
    // Three attempts of each of the first five, of one that was asked meanwhile, and of the trials after 30 s, 1, 2 and 4 minutes.
    expect(world.provider.requests.length).toBeLessThanOrEqual(3 * 10);
    expect(world.provider.active).toBe(0);
  });
});

describe('which there are (I1)', () => {
  test('[ASSIST-4] all of them, the configured one first, online where ready; model and cost for administrators', async () => {
    const assistants = world.store.assistants;
    await makeAssistant({ assistants, ...world }, 'helper', { model: 'small' });
    await later(2_000);
    await ask(alice, LOBBY);
    await later();
    const list = async (who: LoggedIn) => (await asking.ask(who, 'listAssistants', {})).assistants;
    const all = await list(alice);
    expect(all.map(({ user, state }) => [user?.name, state])).toEqual([
      ['assistant', AssistantState.READY],
      ['helper', AssistantState.READY],
    ]);
    expect(all.map(({ model, requestsToday }) => [model, requestsToday])).toEqual([
      ['', 0],
      ['', 0],
    ]);
    expect((await list(owner)).map(({ model, requestsToday }) => [model, requestsToday])).toEqual([
      ['model-1', 1],
      ['small', 0],
    ]);
    const { people } = await asking.ask(alice, 'watchPresence', {
      users: all.map(({ user }) => user?.number ?? 0),
    });
    expect(people.map(({ online }) => online)).toEqual([true, true]);
  });

  test('[ASSIST-3] what the operator changes holds within two seconds, also for answers that are being written', async () => {
    const [record] = await world.store.assistants.assistants();
    if (record === undefined) throw new Error('no assistant');
    world.provider.otherwise = dawdling('half');
    await asking.follow(alice, LOBBY);
    await ask(alice, LOBBY);
    await later(500);
    await world.store.assistants.saveAssistant({ ...record, disabledMs: 1 });
    await later(2_000);
    expect(endsOf(alice).map(({ error }) => error?.code)).toEqual([ErrorCode.ASSISTANT_OFF]);
    await ask(alice, LOBBY);
    await later();
    expect(endsOf(alice).map(({ error }) => error?.code)).toEqual([
      ErrorCode.ASSISTANT_OFF,
      ErrorCode.ASSISTANT_OFF,
    ]);
    expect(await refusal(privately(alice))).toBe(ErrorCode.ASSISTANT_OFF);
    const [listed] = (await asking.ask(alice, 'listAssistants', {})).assistants;
    expect(listed?.state).toBe(AssistantState.DISABLED);
    const { people } = await asking.ask(alice, 'watchPresence', { users: [record.user] });
    expect(people[0]?.online).toBe(false);
    await world.store.assistants.saveAssistant({
      ...record,
      model: 'other',
      url: 'https://elsewhere.example',
    });
    await later(2_000);
    world.provider.otherwise = answering('back');
    await ask(alice, LOBBY);
    await later();
    expect(statesOf(alice).at(-1)).toBe('DONE');
    const { model, access } = world.provider.requests.at(-1) ?? {};
    // The configured key is for the configured address.
    expect([model, access?.url, access?.key]).toEqual(['other', 'https://elsewhere.example', undefined]);
    expect(saidIn(alice, LOBBY)).toEqual([
      '@assistant well?',
      '@assistant well?',
      '@assistant well?',
      'back',
    ]);
  });

  test('[ASSIST-1] a name that is somebody’s keeps the server from starting, and it says so', async () => {
    const url = `${tmpdir()}/assistants-${crypto.randomUUID()}.db`;
    const first = await createWorld({ url });
    await first.user('assistant');
    await first.close();
    await expect(createWorld({ url, assistants: {} })).rejects.toThrow('SOTTO_AI_NAME "assistant"');
    await Bun.file(url).delete();
  });

  test('[ASSIST-3] a server without a provider has none, and says so', async () => {
    await begin('none');
    expect((await asking.ask(alice, 'listAssistants', {})).assistants).toEqual([]);
    expect((await watch(alice, LOBBY)).answers).toEqual([]);
    expect(await refusal(privately(alice))).toBe(ErrorCode.ASSISTANT_OFF);
    expect(await refusal(asking.ask(alice, 'stopAnswer', { answer: 1 }))).toBe(ErrorCode.ASSISTANT_OFF);
  });
});
