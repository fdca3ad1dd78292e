import type { Sequence, StreamId } from '@sotto/model';
import type { Append, AppendResult } from '../../events/store.ts';
import type { Hits, Wanted } from '../../search/store.ts';
import type { StorageError } from '../errors.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;

export interface SqlResult {
  rows: readonly unknown[];
  /** Rows inserted, updated or deleted. */
  changes: number;
}

/** See `EventStore`: each is short, since nothing else is stored meanwhile. */
export type EraseStep =
  | { kind: 'trim'; stream: StreamId; before: Sequence }
  | { kind: 'contents'; stream: StreamId; sequences: readonly Sequence[] }
  | { kind: 'scrub'; from: number };

/** The way to an engine, in this thread or in a worker: runs what it is given in that order, rejects with StorageError. */
export interface SqlitePort {
  /** Resolves when the engine ended without being asked to; nothing works any more. */
  readonly failed: Promise<StorageError>;
  execute(sql: string, parameters: readonly SqlValue[]): Promise<SqlResult>;
  /** One transaction; see `EventStore.append`. */
  append(batch: readonly Append[]): Promise<readonly AppendResult[]>;
  /** Answers 0 when there is nothing left to do, otherwise where to go on. */
  erase(step: EraseStep): Promise<number | 'busy'>;
  /** See `SearchStore`. */
  index(limit: number): Promise<boolean>;
  tidy(): Promise<boolean>;
  find(wanted: Wanted): Promise<Hits>;
  /** After everything given before; may be called again. */
  close(): Promise<void>;
}
