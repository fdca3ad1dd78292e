/** Reading what goes on happening: what comes meanwhile is gathered, to be applied to what was read. */
import { SottoError } from '@sotto/protocol';
import { Retry } from '@sotto/schema';
import type { LogEntry } from '../sync/entry.ts';

export interface BookInReading {
  /** What happened while it is read. */
  meanwhile: LogEntry[] | undefined;
}

export interface Reading<T> {
  /** Undefined where the server refuses it, now and later. */
  told: T | undefined;
  meanwhile: readonly LogEntry[];
}

/** Undefined where another reading of the book has begun, or nobody holds it any more. Rejects with what may pass. */
export async function readBook<T>(
  book: BookInReading,
  isHeld: () => boolean,
  read: () => Promise<T>,
): Promise<Reading<T> | undefined> {
  const meanwhile: LogEntry[] = [];
  book.meanwhile = meanwhile;
  const told = await read().catch((error: unknown) => {
    if (error instanceof SottoError && error.info.retry !== Retry.LATER) return undefined;
    throw error;
  });
  if (!isHeld() || book.meanwhile !== meanwhile) return undefined;
  book.meanwhile = undefined;
  return { told, meanwhile };
}
