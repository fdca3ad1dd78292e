/** What one step of erasing takes, while everything else waits. */
import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../open.ts';
import { append, newEvent, sequence, stream } from '../testing/fixtures.ts';
import { SqliteEngine } from './engine.ts';

const OF = stream(8);

async function withEngine(contents: readonly number[], use: (engine: SqliteEngine) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-eraser-'));
  const path = join(directory, 'sotto.db');
  const store = await openStore({ url: `sqlite:${path}`, inThread: true, uuid: () => 'log' });
  const events = contents.map((bytes) => newEvent({ stream: OF, content: new Uint8Array(bytes) }));
  await store.events.append([append(events)]);
  await store.close();
  const engine = new SqliteEngine({ path, shared: false });
  try {
    use(engine);
  } finally {
    engine.close();
    rmSync(directory, { recursive: true });
  }
}

/** What is kept after each step. */
function steps(engine: SqliteEngine, before: number): unknown[] {
  const kept: unknown[] = [];
  for (let next: number | 'busy' = 1; next === 1; ) {
    next = engine.erase({ kind: 'trim', stream: OF, before: sequence(before) });
    kept.push(...engine.execute('select first_kept from streams', []).rows);
  }
  return kept.map((row) => Object.values(row as object)[0]);
}

test('[ERASE-3] [RETENTION-1] O7: a step of trimming takes so many events, and fewer where they are long', async () => {
  await withEngine(
    Array.from({ length: 250 }, () => 10),
    (engine) => expect(steps(engine, 250)).toEqual([101, 201, 250]),
  );
  await withEngine(
    Array.from({ length: 10 }, () => 16_000),
    (engine) => expect(steps(engine, 10)).toEqual([6, 10]),
  );
  await withEngine([100_000, 100_000, 1], (engine) => expect(steps(engine, 4)).toEqual([2, 3, 4]));
});
