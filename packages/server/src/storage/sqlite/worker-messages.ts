/** Between `worker-port.ts` and `worker.ts`. Requests are answered in order, one reply each. */
import type { AppendResult } from '../../events/store.ts';
import type { Hits, Wanted } from '../../search/store.ts';
import type { StorageErrorCode } from '../errors.ts';
import type { EngineOptions } from './engine.ts';
import type { PackedBatch } from './packed-batch.ts';
import type { EraseStep, SqlResult, SqlValue } from './port.ts';

export type WorkerRequest =
  /** The first one. */
  | { kind: 'open'; options: EngineOptions }
  | { kind: 'execute'; sql: string; parameters: readonly SqlValue[] }
  | { kind: 'append'; batch: PackedBatch }
  | { kind: 'erase'; step: EraseStep }
  | { kind: 'index'; limit: number }
  | { kind: 'tidy' }
  | { kind: 'find'; wanted: Wanted }
  /** The last one; the worker ends after its reply. */
  | { kind: 'close' };

export type WorkerReply =
  | { kind: 'done' }
  | { kind: 'result'; result: SqlResult }
  | { kind: 'appended'; results: readonly AppendResult[] }
  | { kind: 'erased'; next: number | 'busy' }
  /** Of the index, or of tidying it. */
  | { kind: 'stepped'; isMore: boolean }
  | { kind: 'found'; hits: Hits }
  | { kind: 'failed'; code: StorageErrorCode; detail: string };
