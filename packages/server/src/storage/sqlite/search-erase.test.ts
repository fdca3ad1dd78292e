/** What was erased is in no byte of the database's files [SEARCH-7]. */
import { expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { encodeContent } from '../../events/content.ts';
import { openStore } from '../open.ts';
import type { Store } from '../store.ts';
import { append, appendOne, newEvent, sequence, stream, user } from '../testing/fixtures.ts';

const MESSAGES = 3_000;
const BATCH = 250;
/** Each message has as many words of its own. */
const OWN_WORDS = 4;
const random = seededRandom(11);
const below = (most: number): number => new DataView(random.bytes(4).buffer).getUint32(0) % most;
let numbered = 0;
/** Some share a beginning, or differ in the last letters only: what of them begins a page of the index stands in a list, too. */
function ownWord(): string {
  switch (below(3)) {
    case 0:
      return random.bytes(10).toHex();
    case 1:
      return `unmistakable${random.bytes(8).toHex()}`;
    default:
      return `unmistakable${String((numbered++ * 919) % 5_003).padStart(7, '0')}`;
  }
}
/** The index stores words without the beginning they share with the word before. */
const TRACE_UNITS = 16;

async function scrub(store: Store): Promise<void> {
  for (let from: number | 'busy' = 0, steps = 0; steps < 1_000; steps++) {
    const next: number | 'busy' = await store.events.scrub(from);
    if (next === 0) return;
    from = next === 'busy' ? from : next;
  }
  throw new Error('no end');
}

const bytesOf = (directory: string): string =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name)).toString('latin1'))
    .join('\n');

test.each([
  ['in this thread', true],
  ['in a worker, read beside it', false],
] as const)(
  '[SEARCH-7] [ERASE-2] M9: words of messages that were deleted or trimmed leave the files, %s',
  async (_where, inThread) => {
    const directory = mkdtempSync(join(tmpdir(), 'sotto-search-'));
    const store = await openStore({ url: join(directory, 'sotto.db'), inThread, uuid: () => 'log' });
    try {
      const own: string[][] = [];
      for (let from = 0; from < MESSAGES; from += BATCH) {
        const events = Array.from({ length: BATCH }, () => {
          const words = Array.from({ length: OWN_WORDS }, ownWord);
          own.push(words);
          const text = `${words.join(' ')} common ${below(500)} words`;
          return newEvent({ content: encodeContent({ case: 'plain', value: text }) });
        });
        await appendOne(store, append(events));
        while (await store.search.index(BATCH));
      }
      const { hits } = await store.search.find({
        ...{
          terms: [{ words: ['common'], isBeginning: false }],
          scopes: [{ stream: stream(8), from: sequence(1) }],
        },
        ...{
          senders: [],
          sinceMs: 0,
          untilMs: 0,
          hasLink: false,
          hasFile: false,
          before: undefined,
          limit: 9,
        },
      });
      expect(hits).toHaveLength(9);
      const deleted = Array.from({ length: 300 }, (_, at) => 1_000 + at * 5);
      await store.events.append(
        deleted.map((target) => {
          const event = newEvent({
            kind: EventKind.MESSAGE_DELETED,
            relatesTo: target,
            content: new Uint8Array(),
          });
          const change = { kind: 'messageDeleted' as const, stream: stream(8), by: user(3), timeMs: 1 };
          return append([event], { changes: [{ ...change, target: sequence(target) }] });
        }),
      );
      await store.events.trim(stream(8), sequence(501));
      let tidying = 0;
      while (await store.search.tidy()) tidying++;
      expect(tidying).toBeGreaterThan(0);
      await scrub(store);
      const bytes = bytesOf(directory);
      const traces = (targets: readonly number[]) =>
        targets.flatMap((target) =>
          (own[target - 1] ?? []).filter((word) => bytes.includes(word.slice(-TRACE_UNITS))),
        );
      // The test would see them: others are there.
      expect(traces([501, 1_001]).length).toBe(2 * OWN_WORDS);
      expect(traces(deleted)).toEqual([]);
      expect(traces(Array.from({ length: 500 }, (_, at) => at + 1))).toEqual([]);
    } finally {
      await store.close();
      rmSync(directory, { recursive: true });
    }
  },
  60_000,
);
