/**
 * `npm run bench:assistants`: chat beside 50 answers that are written, and what a provider that is down costs. Prints tables in
 * Markdown and writes `out/assistants.json`. Figures are for comparing within one run: machines differ.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureOutage, type OutageFigures } from './assistants-outages.ts';
import { isKept, report } from './assistants-report.ts';
import { ASKERS, AssistantStage, WATCHERS } from './assistants-stage.ts';
import { ANSWER_MS, CHAT_TRANSPORTS, measureWindows, type WindowFigures } from './assistants-windows.ts';
import { onCore } from './process.ts';
import { CREDENTIALS_FILE, type Credentials, seedDatabase } from './seed.ts';

const LOAD_CORE = 1;
const CROWD = ASKERS + WATCHERS;
const WORDS_PER_SECOND = 30;

await onCore(LOAD_CORE, import.meta.path, run);

async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-assistants-'));
  try {
    await seedDatabase(directory, CROWD + 2 * CHAT_TRANSPORTS.length);
    const users: Credentials[] = await Bun.file(join(directory, CREDENTIALS_FILE)).json();
    const windows = await beside(directory, users);
    const outages: OutageFigures[] = [];
    for (const mode of ['refuses', 'fails', 'silent'] as const) {
      console.error(`a provider that ${mode} ...`);
      outages.push(await measureOutage(directory, users, mode));
    }
    console.log(report(windows, outages));
    await mkdir(join(import.meta.dir, 'out'), { recursive: true });
    const results = JSON.stringify({ windows, outages }, null, 2);
    await Bun.write(join(import.meta.dir, 'out', 'assistants.json'), `${results}\n`);
    process.exitCode = isKept(windows) ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function beside(directory: string, users: readonly Credentials[]): Promise<WindowFigures> {
  console.error(`chat beside ${ASKERS} answers ...`);
  await using stage = await AssistantStage.open(directory, users, {
    mode: 'answers',
    words: (ANSWER_MS / 1_000) * WORDS_PER_SECOND,
    wordsPerSecond: WORDS_PER_SECOND,
  });
  return await measureWindows(stage, users.slice(CROWD));
}
