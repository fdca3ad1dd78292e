import type { Append, AppendResult } from '../../events/store.ts';
import type { StorageError } from '../errors.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;

export interface SqlResult {
  rows: readonly unknown[];
  /** Rows inserted, updated or deleted. */
  changes: number;
}

/** The way to an engine, in this thread or in a worker: runs what it is given in that order, rejects with StorageError. */
export interface SqlitePort {
  /** Resolves when the engine ended without being asked to; nothing works any more. */
  readonly failed: Promise<StorageError>;
  execute(sql: string, parameters: readonly SqlValue[]): Promise<SqlResult>;
  /** One transaction; see `EventStore.append`. */
  append(batch: readonly Append[]): Promise<readonly AppendResult[]>;
  /** After everything given before; may be called again. */
  close(): Promise<void>;
}
