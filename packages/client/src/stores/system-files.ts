/** What every use of this machine's files needs, on Bun and Node.js. */
import { open } from 'node:fs/promises';

/** Of what a system call threw: "ENOENT" and the like; empty for other errors. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** So that a new name is there after a power failure; Windows cannot and need not. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
