/** The OPAQUE server secret [ACCOUNT-7]: outside the database, so that a stolen database alone tells no password. */
import { join } from 'node:path';
import { createPrivateFile, readPrivateFile } from '../private-file.ts';
import { OpaqueServer } from './opaque.ts';

export const SECRET_FILE = 'login-secret';

/**
 * Reads the secret, or makes it at the first start. Without it no account can log in again, so where accounts exist and
 * the file is gone this throws rather than make another one. `dataDirectory` must exist.
 */
export async function loadSecret(dataDirectory: string, accountsExist: boolean): Promise<string> {
  const path = join(dataDirectory, SECRET_FILE);
  const secret = await readPrivateFile(path);
  if (secret === undefined) {
    if (accountsExist)
      throw new Error(`${path} is missing, and no account can log in without it. ${RESTORE}`);
    return createPrivateFile(path, await OpaqueServer.createSetup());
  }
  await OpaqueServer.open(secret).catch(() => {
    throw new Error(`${path} is damaged: it does not hold a login secret. ${RESTORE}`);
  });
  return secret;
}

const RESTORE = 'Restore the file from a backup, with mode 600; it belongs to the database beside it.';
