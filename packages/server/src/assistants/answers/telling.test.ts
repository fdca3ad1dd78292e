import { expect, test } from 'bun:test';
import type { UserNumber } from '@sotto/model';
import { VirtualClock } from '@sotto/protocol/testing';
import { Answer } from './answer.ts';
import { Telling } from './telling.ts';

const SECONDS = 10;

/** How many pieces are told in all, where so many answers grow by a word every 20 ms. */
async function piecesOf(answers: number): Promise<{ told: number; texts: ReadonlySet<string> }> {
  const clock = new VirtualClock();
  const heard = new Map<number, string>();
  let told = 0;
  const telling = new Telling({
    clock,
    waiting: () => [],
    tell: ({ id }, news) => {
      if (news.kind !== 'writing') return;
      told++;
      expect(news.offset).toBe(heard.get(id)?.length ?? 0);
      heard.set(id, (heard.get(id) ?? '') + news.text);
    },
  });
  const written = Array.from({ length: answers }, (_, id) => {
    const asked = { assistant: 9 as UserNumber, asker: 1 as UserNumber, session: undefined, room: undefined };
    return new Answer({ ...asked, id, task: { kind: 'search', question: 'why' } }, 0);
  });
  for (let ms = 0; ms < SECONDS * 1_000; ms += 20) {
    for (const answer of written) {
      answer.write('word ');
      telling.grew(answer);
    }
    await clock.advance(20);
  }
  await clock.advance(2_000);
  telling.stop();
  expect(clock.pending).toBe(0);
  return { told, texts: new Set(heard.values()) };
}

test('[REPLY-5] I2: at most five pieces of one answer a second, and nothing of it is left out', async () => {
  const { told, texts } = await piecesOf(1);
  expect(told).toBeGreaterThan(4 * SECONDS);
  expect(told).toBeLessThanOrEqual(5 * SECONDS + 2);
  expect([...texts]).toEqual(['word '.repeat(SECONDS * 50)]);
});

test('[REPLY-5] O7: about a hundred a second of all together, and nothing of any is left out', async () => {
  const { told, texts } = await piecesOf(100);
  expect(told).toBeGreaterThan(80 * SECONDS);
  expect(told).toBeLessThanOrEqual(120 * SECONDS);
  expect([...texts]).toEqual(['word '.repeat(SECONDS * 50)]);
});
