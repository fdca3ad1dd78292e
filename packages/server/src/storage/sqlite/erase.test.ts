/** What is erased is in no byte of the files: words that are in the test once are looked for in all of them. */
import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sequence, StreamId } from '@sotto/model';
import { seededRandom } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { encodeContent } from '../../events/content.ts';
import type { Append, NewEvent } from '../../events/store.ts';
import { openStore } from '../open.ts';
import type { Store } from '../store.ts';
import { append, newEvent, sequence, stream, user } from '../testing/fixtures.ts';

let directory: string;
let path: string;
let store: Store;
let words = 0;
/** A seed with which pages are split so that something is left. */
const SEED = 9;
let random = seededRandom(SEED);
const below = (most: number): number => new DataView(random.bytes(4).buffer).getUint32(0) % most;

beforeEach(() => {
  random = seededRandom(SEED);
  words = 0;
  directory = mkdtempSync(join(tmpdir(), 'sotto-erase-'));
  path = join(directory, 'sotto.db');
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const open = async (inThread: boolean): Promise<void> => {
  store = await openStore({ url: `sqlite:${path}`, inThread, uuid: () => crypto.randomUUID() });
};

interface Written {
  stream: StreamId;
  sequence: Sequence;
  word: string;
}

const newWord = (): string => `Zq${(words++).toString(36).padStart(5, '0')}xK`;
const wordsIn = (bytes: string): string[] => bytes.match(/Zq[0-9a-z]{5}xK/g) ?? [];

/** All of which the files hold a copy, wherever. */
function wordsInFiles(): Set<string> {
  const found = new Set<string>();
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (!existsSync(path + suffix)) continue;
    for (const word of wordsIn(readFileSync(path + suffix, 'latin1'))) found.add(word);
  }
  return found;
}

function checkpoint(): void {
  const db = new Database(path, { readwrite: true });
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
}

/** Until all is done; 'busy' where that is not to be. */
async function scrub(): Promise<'done' | 'busy'> {
  for (let from: number | 'busy' = 0; ; ) {
    from = await store.events.scrub(from);
    if (from === 'busy') return 'busy';
    if (from === 0) return 'done';
  }
}

/** Now and then long enough for pages of its own. */
function text(word: string): Uint8Array {
  const value = `${word} `.repeat(1 + below(8) + (below(50) === 0 ? 400 : 0));
  return encodeContent({ case: 'plain', value });
}

const message = (of: StreamId, word: string, fields: Partial<NewEvent> = {}): NewEvent =>
  newEvent({ stream: of, content: text(word), salt: random.bytes(16), ...fields });

/** In many streams at once, so that rows come between rows and pages are split. */
async function write(count: number, streams = 40): Promise<Written[]> {
  const written: Written[] = [];
  for (let done = 0; done < count; ) {
    const batch: { word: string; append: Append }[] = [];
    for (let index = 0; index < 100 && done < count; index++, done++) {
      const word = newWord();
      batch.push({ word, append: append([message(stream(4 * (2 + below(streams))), word)]) });
    }
    const results = await store.events.append(batch.map((one) => one.append));
    for (const [index, result] of results.entries()) {
      const one = batch[index];
      const event = one?.append.events[0];
      if (result.kind !== 'appended' || event === undefined || one === undefined)
        throw new Error(result.kind);
      written.push({ stream: event.stream, sequence: result.sequences[0] ?? sequence(0), word: one.word });
    }
  }
  return written;
}

function editOf({ stream: of, sequence: target }: Written): { word: string; edit: Append } {
  const word = newWord();
  const event = message(of, word, { kind: EventKind.MESSAGE_EDITED, relatesTo: target });
  return { word, edit: append([event], { changes: [{ kind: 'messageEdited', stream: of, target }] }) };
}

async function appendAll(appends: readonly Append[]): Promise<void> {
  for (let from = 0; from < appends.length; from += 100) {
    const results = await store.events.append(appends.slice(from, from + 100));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['appended']));
  }
}

const deletionOf = ({ stream: of, sequence: target }: Written): Append =>
  append(
    [
      newEvent({
        stream: of,
        kind: EventKind.MESSAGE_DELETED,
        relatesTo: target,
        content: new Uint8Array(),
        salt: random.bytes(16),
      }),
    ],
    { changes: [{ kind: 'messageDeleted', stream: of, target, by: user(3), timeMs: 9 }] },
  );

async function index(): Promise<void> {
  while (await store.search.index(500));
}

for (const inThread of [true, false]) {
  describe(`erasing, ${inThread ? 'in this thread' : 'in a worker'}`, () => {
    test('[ERASE-2] M9: words of deleted messages and of their edits are in no byte of the files', async () => {
      await open(inThread);
      const written = await write(4_000);
      const edited = written.filter(() => below(4) === 0);
      const gone = new Map<Written, string[]>();
      const edits = edited.map((one) => ({ one, ...editOf(one) }));
      for (const { one, word } of edits) gone.set(one, [word]);
      await appendAll(edits.map(({ edit }) => edit));
      await index();
      expect(wordsInFiles().size).toBeGreaterThan(4_000);
      const deleted = written.filter(() => below(3) === 0);
      const erased = new Set(deleted.flatMap((one) => [one.word, ...(gone.get(one) ?? [])]));
      await appendAll(deleted.map(deletionOf));
      // Without it there is something left: pages were split while the words were there.
      checkpoint();
      const before = wordsInFiles();
      expect([...erased].filter((word) => before.has(word)).length).toBeGreaterThan(0);
      expect(await scrub()).toBe('done');
      const left = wordsInFiles();
      expect([...erased].filter((word) => left.has(word))).toEqual([]);
      const kept = written.filter(({ word }) => !erased.has(word));
      expect(kept.filter(({ word }) => !left.has(word))).toEqual([]);
    });

    test('[ERASE-3] M10: of what retention took no word is left, nor of what was said of it later', async () => {
      await open(inThread);
      const written = await write(1_000, 4);
      const last = written.filter((one) => one.stream === stream(8)).at(-1)?.sequence ?? sequence(0);
      const before = sequence(last - 20);
      const oldest = written.find((one) => one.stream === stream(8));
      if (oldest === undefined) throw new Error('nothing was written');
      const { word: lateEdit, edit } = editOf(oldest);
      await appendAll([edit]);
      await index();
      await store.events.trim(stream(8), before);
      expect(await scrub()).toBe('done');
      const left = wordsInFiles();
      const gone = written.filter((one) => one.stream === stream(8) && one.sequence < before);
      expect(gone.length).toBeGreaterThan(100);
      expect([lateEdit, ...gone.map(({ word }) => word)].filter((word) => left.has(word))).toEqual([]);
      expect(await store.events.stream(stream(8))).toMatchObject({ firstKept: before });
      expect((await store.events.readBefore(stream(8), sequence(0), 200)).length).toBe(22);
      const ofOthers = written.filter((one) => one.stream !== stream(8) || one.sequence >= before);
      expect(ofOthers.filter(({ word }) => !left.has(word))).toEqual([]);
    });

    test('[ERASE-3] A5: contents erased for an account that went leave no word', async () => {
      await open(inThread);
      const written = await write(400, 3);
      await index();
      const ofStream = written.filter((one) => one.stream === stream(12));
      const erased = ofStream.filter((_, at) => at % 2 === 0);
      await store.events.eraseContents(
        stream(12),
        erased.map((one) => one.sequence),
      );
      expect(await scrub()).toBe('done');
      const left = wordsInFiles();
      expect(erased.filter(({ word }) => left.has(word))).toEqual([]);
      const events = await store.events.read(stream(12), sequence(0), 200);
      expect(events.filter(({ content }) => content.length === 0).map((event) => event.sequence)).toEqual(
        erased.map((one) => one.sequence),
      );
    });

    test('[ERASE-2] somebody who reads what was there before is waited for', async () => {
      await open(inThread);
      const [one] = await write(1);
      if (one === undefined) throw new Error('nothing was written');
      const reader = new Database(path, { readwrite: true });
      reader.exec('begin');
      reader.query('select count(*) from events').get();
      await store.events.append([deletionOf(one)]);
      expect(await scrub()).toBe('busy');
      expect(wordsInFiles().has(one.word)).toBe(true);
      reader.exec('commit');
      reader.close();
      expect(await scrub()).toBe('done');
      expect(wordsInFiles().has(one.word)).toBe(false);
    });
  });
}

test('[ERASE-2] the database is whole after it was scrubbed between all kinds of changes', async () => {
  await open(true);
  let written: Written[] = [];
  for (let round = 0; round < 12; round++) {
    written.push(...(await write(150)));
    await index();
    const deleted = written.filter(() => below(3) === 0);
    await appendAll(deleted.map(deletionOf));
    written = written.filter((one) => !deleted.includes(one));
    if (round % 2 === 0) expect(await scrub()).toBe('done');
  }
  const db = new Database(path, { readwrite: true });
  expect(db.query('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  db.close();
  for (const one of written) {
    const [event] = await store.events.events(one.stream, [one.sequence]);
    expect(wordsIn(Buffer.from(event?.content ?? []).toString('latin1'))).toContain(one.word);
  }
});
