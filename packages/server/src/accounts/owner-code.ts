/** The code that makes the first account its holder's, on servers that strangers can reach [ACCOUNT-2]. */
import { join } from 'node:path';
import type { Random } from '@sotto/protocol';
import { createPrivateFile, readPrivateFile, removePrivateFile } from '../private-file.ts';
import { makeCode } from './codes.ts';

export const OWNER_CODE_FILE = 'owner-code';

export interface OwnerCode {
  /** For `serve` to print. */
  readonly code: string;
  /** Called once there is an owner. */
  forget(): Promise<void>;
}

/** The same code at every start until it is used. For a server without accounts. `dataDirectory` must exist. */
export async function loadOwnerCode(dataDirectory: string, random: Random): Promise<OwnerCode> {
  const path = join(dataDirectory, OWNER_CODE_FILE);
  const code = (await readPrivateFile(path)) ?? (await createPrivateFile(path, makeCode(random)));
  return { code, forget: () => removePrivateFile(path) };
}
