import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../open.ts';
import { sequence, stream } from '../testing/fixtures.ts';

const WRITER = join(import.meta.dir, '../testing/kill-writer.ts');
const PAGE = 500;

/** Appends in a process of its own, kills it after `acknowledgements`; returns the last acknowledged sequence. */
async function writeUntilKilled(path: string, mode: string, acknowledgements: number): Promise<number> {
  const writer = Bun.spawn([process.execPath, WRITER, path, mode], { stdout: 'pipe', stderr: 'inherit' });
  const decoder = new TextDecoder();
  let printed = '';
  for await (const chunk of writer.stdout) {
    printed += decoder.decode(chunk, { stream: true });
    if (printed.split('\n').length > acknowledgements) writer.kill('SIGKILL');
  }
  await writer.exited;
  // What follows the last newline may be cut off.
  return Number(printed.split('\n').at(-2));
}

describe('killed SQLite', () => {
  for (const mode of ['worker', 'thread']) {
    test(`M7 every acknowledged event survives SIGKILL, without gaps, with a ${mode} [LOG-5]`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'sotto-kill-'));
      const path = join(directory, 'sotto.db');
      for (const acknowledgements of [1, 7, 20]) {
        const acknowledged = await writeUntilKilled(path, mode, acknowledgements);
        const store = await openStore({ url: path, inThread: true, uuid: () => crypto.randomUUID() });
        const { head } = await store.events.stream(stream(8));
        expect(Number(head)).toBeGreaterThanOrEqual(acknowledged);
        // Whole batches only: each has six events.
        expect(head % 6).toBe(0);
        let read = 0;
        for (let page = await store.events.read(stream(8), sequence(0), PAGE); page.length > 0; ) {
          for (const event of page) expect(event.sequence).toBe(sequence(++read));
          page = await store.events.read(stream(8), sequence(read), PAGE);
        }
        expect(read).toBe(head);
        await store.close();
      }
      rmSync(directory, { recursive: true });
    }, 30_000);
  }
});
