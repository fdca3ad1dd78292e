/** The thread that owns the database, so that a commit's wait for the disk stops nobody else. */
import { StorageError } from '../errors.ts';
import { SqliteEngine } from './engine.ts';
import { unpackBatch } from './packed-batch.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

declare const self: Worker;

let engine: SqliteEngine | undefined;

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  self.postMessage(reply(data));
};

function reply(request: WorkerRequest): WorkerReply {
  try {
    return answer(request);
  } catch (error) {
    if (error instanceof StorageError) return { kind: 'failed', code: error.code, detail: error.detail };
    return { kind: 'failed', code: 'internal', detail: String(error) };
  }
}

function answer(request: WorkerRequest): WorkerReply {
  switch (request.kind) {
    case 'open':
      engine = new SqliteEngine(request.options);
      return { kind: 'done' };
    case 'execute':
      return { kind: 'result', result: opened().execute(request.sql, request.parameters) };
    case 'append':
      return { kind: 'appended', results: opened().append(unpackBatch(request.batch)) };
    case 'erase':
      return { kind: 'erased', next: opened().erase(request.step) };
    case 'index':
      return { kind: 'stepped', isMore: opened().index(request.limit) };
    case 'tidy':
      return { kind: 'stepped', isMore: opened().tidy() };
    case 'find':
      return { kind: 'found', hits: opened().find(request.wanted) };
    case 'close':
      engine?.close();
      return { kind: 'done' };
  }
}

function opened(): SqliteEngine {
  if (engine === undefined) throw new StorageError('closed', 'the database is not open');
  return engine;
}
