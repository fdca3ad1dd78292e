/** The example programs as people run them, against a demo server. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelServer } from '@sotto/server/testing/providers';
import { type ServerProcess, startServer } from './support/server.ts';

const EXAMPLES = join(import.meta.dir, '../../examples');
const TIMEOUT_MS = 60_000;

let directory: string;
let server: ServerProcess;
let models: ModelServer;
let programs: Bun.Subprocess<'ignore', 'pipe', 'inherit'>[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-examples-'));
  models = await ModelServer.start('openai', { models: ['small'] });
  server = await startServer({
    directory: join(directory, 'data'),
    flags: ['--demo', '--ai-provider', 'openai', '--ai-url', models.url, '--ai-model', 'small'],
    environment: { SOTTO_AI_KEY: models.key },
  });
}, TIMEOUT_MS);

afterEach(async () => {
  for (const program of programs) program.kill('SIGKILL');
  programs = [];
  await server?.kill('SIGKILL');
  await models?.close();
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

test(
  '[ANSWERS-1] [ANSWERS-6] I1: a program asks in a room, and prints the answer as it comes; why there is none as well',
  async () => {
    const text = 'The moon pulls at the sea.';
    models.next({ kind: 'answer', text, pauseMs: 100 });
    const asking = run('ask.ts', 'alice', 'p1', 'lobby', 'What is a tide?');
    expect(await Array.fromAsync({ [Symbol.asyncIterator]: () => asking })).toEqual([text]);
    models.next({ kind: 'status', status: 400 });
    const failing = run('ask.ts', 'alice', 'p1', 'lobby', 'And an ebb?');
    const [told] = await Array.fromAsync({ [Symbol.asyncIterator]: () => failing });
    expect(told).toStartWith('The assistant could not answer');
  },
  TIMEOUT_MS,
);
