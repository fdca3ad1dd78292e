/** Answers over a way that loses what it likes: what callers have in the end is the exact text. */
import { expect, test } from 'bun:test';
import { AnswerEnd } from '@sotto/schema';
import fc from 'fast-check';
import { FakeAnswers } from '../testing/fake-answers.ts';
import { createWorld, onlineClient, within } from '../testing/harness.ts';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }) },
  { weight: 2, arbitrary: fc.constantFrom('lose', 'keep', 'pass', 'again') },
  { weight: 1, arbitrary: fc.constantFrom('cut', 'settle') },
);
const WORDS: ReadonlySet<string> = new Set(['lose', 'keep', 'pass', 'again', 'cut', 'settle']);

async function tell(steps: readonly string[], losesEnd: boolean): Promise<void> {
  const world = await createWorld();
  const { time, server } = world;
  const answers = new FakeAnswers(server);
  const client = await onlineClient(world);
  const answer = await within(time, client.assistants.search('?'));
  const told: string[] = [];
  const reading = (async () => {
    for await (const { state } of answer.updates()) told.push(state.kind === 'writing' ? state.text : '');
  })();
  let whole = '';
  const acts: Record<string, () => unknown> = {
    lose: () => (answers.isLossy = true),
    keep: () => (answers.isLossy = false),
    again: () => whole !== '' && answers.push(answers.whole(answer.id)),
    pass: () => time.pass(700),
    settle: () => time.settle(),
    cut: () => server.last.cut(),
  };
  for (const each of steps) {
    if (WORDS.has(each)) await acts[each]?.();
    else {
      whole += each;
      answers.write(answer.id, each);
    }
  }
  await time.settle();
  answers.isLossy = losesEnd;
  answers.end(answer.id, { end: AnswerEnd.DONE, text: whole });
  expect(await within(time, answer.text())).toBe(whole);
  await within(time, reading);
  for (const [at, text] of told.slice(0, -1).entries()) {
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThanOrEqual(told[at - 1]?.length ?? 0);
  }
  await client.close();
}

test('[ANSWERS-2] [ANSWERS-3] I1: whatever updates are lost, and wherever the connection breaks, the text is exact', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), tell), { numRuns: 60 });
}, 60_000);

test('[ANSWERS-2] I1: without an end, what is shown comes to the whole text within seconds', async () => {
  const run = fc.asyncProperty(
    fc.array(fc.tuple(fc.boolean(), fc.constantFrom('a', 'bc', '😀')), { minLength: 1, maxLength: 30 }),
    async (pieces) => {
      const world = await createWorld();
      const answers = new FakeAnswers(world.server);
      const client = await onlineClient(world);
      const answer = await within(world.time, client.assistants.search('?'));
      let whole = '';
      for (const [isLost, text] of pieces) {
        answers.isLossy = isLost;
        answers.write(answer.id, text);
        whole += text;
        await world.time.pass(200);
      }
      await world.time.pass(26_000);
      expect(answer.answer.state).toEqual({ kind: 'writing', text: whole });
      await client.close();
    },
  );
  await fc.assert(run, { numRuns: 30 });
}, 60_000);
