/** What files may take, and what somebody's do. */
import type { UserNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import type { FileStore, Quotas } from './store.ts';

export interface FileLimits extends Quotas {
  /** Of one file. */
  fileMax: number | undefined;
}

export const NO_FILE_LIMITS: FileLimits = { fileMax: undefined, accountMax: undefined, totalMax: undefined };

/** Where a limit is 0 there is none. */
export async function usageOf(
  store: Pick<FileStore, 'usedBy'>,
  { fileMax = 0, accountMax = 0 }: FileLimits,
  user: UserNumber,
): Promise<FrameFields<'fileUsage'>> {
  return { used: await store.usedBy(user), accountMax, fileMax };
}
