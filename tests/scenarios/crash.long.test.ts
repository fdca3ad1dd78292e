/** As crash.test.ts, with more kills (T13, M6, M7). */
import { afterAll, beforeAll, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIXTURES, surviveKills } from './support/kills.ts';

const KILLS = 100;
const TIMEOUT_MS = 600_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-crash-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

for (const transports of MIXTURES)
  test(
    `[SEND-1] ${KILLS} kills of the server lose nothing acknowledged and double nothing, over ${transports.join(' and ')}`,
    () => surviveKills(directory, transports, KILLS),
    TIMEOUT_MS,
  );
