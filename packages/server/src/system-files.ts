/** What every use of this machine's files needs. */
import { open } from 'node:fs/promises';

/** Of what a system call threw: ENOENT and the like. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isMissing = (error: unknown): boolean => systemCode(error) === 'ENOENT';

/** What was made, renamed or removed in it is so still after the power failed; Windows cannot and need not. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
