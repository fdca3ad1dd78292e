import type { Append, AppendResult } from '../../events/store.ts';
import type { Hits, Wanted } from '../../search/store.ts';
import { type EngineOptions, SqliteEngine } from './engine.ts';
import type { EraseStep, SqlitePort, SqlResult, SqlValue } from './port.ts';

/** An engine in this thread, for the simulator, tests and short commands. */
export class LocalPort implements SqlitePort {
  /** What kills this thread kills the process. */
  readonly failed = new Promise<never>(() => {});
  readonly #engine: SqliteEngine;

  constructor(options: EngineOptions) {
    this.#engine = new SqliteEngine(options);
  }

  async execute(sql: string, parameters: readonly SqlValue[]): Promise<SqlResult> {
    return this.#engine.execute(sql, parameters);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    return this.#engine.append(batch);
  }

  async erase(step: EraseStep): Promise<number | 'busy'> {
    return this.#engine.erase(step);
  }

  async index(limit: number): Promise<boolean> {
    return this.#engine.index(limit);
  }

  async tidy(): Promise<boolean> {
    return this.#engine.tidy();
  }

  async find(wanted: Wanted): Promise<Hits> {
    return this.#engine.find(wanted);
  }

  async close(): Promise<void> {
    this.#engine.close();
  }
}
