/** Anything that people, operators and providers do, in any order: every question ends once, and nothing stays behind (I3). */
import { expect, test } from 'bun:test';
import { seeded } from '@sotto/protocol/testing';
import { AnswerEnd } from '@sotto/schema';
import { ProviderError, type ProviderFault } from '../assistants/provider.ts';
import { text, updatesOf, wait } from '../testing/answers.ts';
import { Asking, named, numbered } from '../testing/asking.ts';
import type { ScriptStep } from '../testing/scripted-provider.ts';
import { plain, remove } from '../testing/talk.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

const SEEDS = 12;
const STEPS = 60;
const FAULTS: readonly ProviderFault[] = ['rateLimited', 'failed', 'unreachable', 'refused', 'malformed'];

/** A provider in any mood. */
function scriptOf(below: (most: number) => number): ScriptStep[] {
  const steps: ScriptStep[] = Array.from({ length: below(6) }, () =>
    below(2) === 0 ? wait(below(1_500)) : text(`word${below(100)} `),
  );
  const fault = FAULTS[below(FAULTS.length)] ?? 'failed';
  switch (below(6)) {
    case 0:
      return [
        ...steps,
        { kind: 'fail', error: new ProviderError(fault, 'down', below(2) === 0 ? below(5_000) : undefined) },
      ];
    case 1:
      return [...steps, { kind: 'hang' }];
    case 2:
      return steps;
    default:
      return [...steps, text('end'), { kind: 'end' }];
  }
}

/** What everybody saw of it, once nothing goes on any more. */
function judge(world: World, people: readonly LoggedIn[], questions: number): number {
  expect(world.errors).toEqual([]);
  expect(world.provider.active).toBe(0);
  expect(world.provider.mostActive).toBeLessThanOrEqual(2);
  const reports = world.logged.filter((fields) => 'outcome' in fields);
  expect(reports.length).toBe(questions);
  for (const who of people) {
    const byId = Map.groupBy(updatesOf(who), ({ id }) => id);
    for (const [, updates] of byId) {
      const ends = updates.filter(({ state }) => state.case === 'ended');
      const isOwn = updates[0]?.asker === who.number;
      expect(ends.length).toBeLessThanOrEqual(1);
      if (isOwn) expect(ends.length).toBe(1);
      if (ends.length === 1) expect(updates.at(-1)?.state.case).toBe('ended');
      let known = 0;
      for (const { state, question } of updates) {
        if (state.case === 'writing' && isOwn) {
          expect(state.value.offset).toBe(known);
          known += state.value.text.length;
        }
        if (state.case === 'ended' && state.value.end === AnswerEnd.DONE && question > 0)
          expect(state.value.sequence).toBeGreaterThan(question);
      }
    }
  }
  return reports.filter(({ outcome }) => outcome === 'done').length;
}

async function live(seed: number): Promise<{ done: number; questions: number }> {
  const world = await createWorld({
    seed,
    assistants: {
      parallel: 2,
      queue: 4,
      timeoutMs: 3_000,
      budgets: { account: undefined, room: { requests: 40, tokens: 1e6 }, server: undefined },
    },
  });
  const below = seeded(seed);
  const asking = new Asking(world);
  const owner = await world.user('owner');
  const people = [await world.user('ann'), await world.user('ben'), await world.user('cat')];
  const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const tea = await asking.room(owner, 'tea');
  await asking.ask(owner, 'addMember', { room: numbered(tea), user: named('assistant') });
  const [record] = await world.store.assistants.assistants();
  if (record === undefined) throw new Error('no assistant');
  world.provider.otherwise = () => scriptOf(below);
  for (const who of people) await asking.ask(who, 'joinRoom', { room: numbered(tea) });
  let questions = 0;
  const asked: { who: LoggedIn; sequence: number }[] = [];
  const acts: (() => Promise<unknown>)[] = [
    async () => {
      const who = oneOf(people);
      const fields = {
        room: tea,
        clientMessageId: world.random.bytes(16),
        content: plain('@assistant well?'),
      };
      const { sequence } = await asking.ask(who, 'sendMessage', fields);
      questions++;
      asked.push({ who, sequence });
    },
    async () => {
      questions++;
      await asking.ask(oneOf(people), 'askAssistant', { task: { case: 'search', value: 'well' } });
    },
    async () => {
      const who = oneOf(people);
      const update = updatesOf(who).at(-1);
      if (update !== undefined) await asking.ask(who, 'stopAnswer', { answer: update.id });
    },
    async () => {
      const one = asked.at(-1 - below(3));
      const change = { room: tea, clientMessageId: world.random.bytes(16), change: remove };
      if (one !== undefined)
        await asking.ask(one.who, 'changeMessage', { ...change, sequence: one.sequence });
    },
    async () => {
      const who = oneOf(people);
      await asking.ask(who, 'leaveRoom', { room: numbered(tea) });
      await world.clock.advance(below(500));
      await asking.ask(who, 'joinRoom', { room: numbered(tea) });
    },
    () => asking.ask(oneOf(people), 'watchAnswers', { rooms: below(2) === 0 ? [] : [tea] }),
    async () => {
      if (below(4) > 0) return;
      await world.store.assistants.saveAssistant({ ...record, disabledMs: 1 });
      await world.clock.advance(below(3_000));
      await world.store.assistants.saveAssistant(record);
      await world.clock.advance(2_000);
    },
  ];
  for (let step = 0; step < STEPS; step++) {
    // What is refused is refused.
    await (below(2) === 0 ? acts[0] : oneOf(acts))?.().catch(() => {});
    await world.clock.advance(below(1_200));
  }
  await world.clock.advance(60_000);
  const done = judge(world, people, questions);
  const before = world.clock.now();
  await world.close();
  expect(world.clock.now() - before).toBeLessThan(1_000);
  return { done, questions };
}

test('[ASK-4] [BUDGET-3] [BUDGET-4] [REPLY-5] [REPLY-7] I3: whatever people, operators and providers do, each question ends once and is logged once, and nothing goes on', async () => {
  const sum = { done: 0, questions: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { done, questions } = await live(seed);
    sum.done += done;
    sum.questions += questions;
  }
  expect(sum.questions).toBeGreaterThan(SEEDS * 20);
  expect(sum.done).toBeGreaterThan(SEEDS * 2);
}, 60_000);
