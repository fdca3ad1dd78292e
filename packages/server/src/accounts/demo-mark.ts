/** Tells the data directory of a demo from every other [ACCOUNT-8]. */
import { join } from 'node:path';
import { createPrivateFile, readPrivateFile } from '../private-file.ts';

export const DEMO_MARK_FILE = 'demo';

const MARK_TEXT = 'Everybody knows the passwords of alice, bob and cam in the database beside this file.';

/**
 * Marks a directory whose accounts are to be made by `--demo`. A directory is a demo's for ever or never: throws where
 * a marked one is served without `--demo`, and where one with accounts and no mark is served with it.
 */
export async function settleDemoMark(
  dataDirectory: string,
  { demo, accountsExist }: { demo: boolean; accountsExist: boolean },
): Promise<void> {
  const path = join(dataDirectory, DEMO_MARK_FILE);
  const marked = (await readPrivateFile(path)) !== undefined;
  if (marked === demo) return;
  if (marked) throw new Error(`${dataDirectory} ${MADE_BY_DEMO}; serve it with --demo, ${ELSEWHERE}`);
  if (accountsExist) throw new Error(`${dataDirectory} ${NO_DEMO}; leave out --demo, ${ELSEWHERE}`);
  // Before the accounts, so that a start that is cut off leaves none without it.
  await createPrivateFile(path, MARK_TEXT);
}

const MADE_BY_DEMO = 'was made by --demo, and everybody knows its passwords';
const NO_DEMO = 'has accounts that --demo did not make';
const ELSEWHERE = 'or give another directory with --data';
