/** The example programs as people run them, against a demo server. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, startServer } from './support/server.ts';

const EXAMPLES = join(import.meta.dir, '../../examples');
const TIMEOUT_MS = 60_000;

let directory: string;
let server: ServerProcess;
let programs: Bun.Subprocess<'ignore', 'pipe', 'inherit'>[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-examples-'));
  server = await startServer({ directory: join(directory, 'data'), flags: ['--demo'] });
}, TIMEOUT_MS);

afterEach(async () => {
  for (const program of programs) program.kill('SIGKILL');
  programs = [];
  await server?.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

function run(name: string, ...words: string[]): AsyncIterator<string> {
  const command = [process.execPath, join(EXAMPLES, name), ...words, `127.0.0.1:${server.ports.tls}`];
  const program = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  programs.push(program);
  return linesOf(program.stdout);
}

async function* linesOf(output: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of output.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

test(
  '[FILES-1] [SAVE-1] F1 T18: one program sends files, another one saves them',
  async () => {
    const receiver = run('receive-file.ts', 'bob', 'p2', directory);
    expect(await receiver.next()).toMatchObject({ value: 'bob waits for files' });
    for (const [name, size] of [
      ['small.txt', 100],
      ['large.bin', 3_000_000],
    ] as const) {
      const bytes = crypto.getRandomValues(new Uint8Array(100));
      const content = new Uint8Array(size).map((_, index) => bytes[index % 100] ?? 0);
      await writeFile(join(directory, name), content);
      const sender = run('send-file.ts', 'alice', 'p1', 'lobby', join(directory, name));
      const told = await Array.fromAsync({ [Symbol.asyncIterator]: () => sender });
      expect(told.at(-1)).toMatch(/^offered in message \d+ of lobby$/);
      expect(told.at(-2)).toBe(`finishing: ${size} of ${size} bytes`);
      const path = join(directory, 'downloads', 'alice', name);
      expect(await receiver.next()).toMatchObject({ value: `saved ${path}` });
      expect(new Uint8Array(await readFile(path))).toEqual(content);
    }
  },
  TIMEOUT_MS,
);
