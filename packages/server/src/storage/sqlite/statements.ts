import type { Database, Statement } from 'bun:sqlite';

const STATEMENTS_MAX = 256;

/** Prepared statements by their text; the oldest makes room, so keep none of them. */
export class Statements {
  readonly #db: Database;
  readonly #cached = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  get(sql: string): Statement {
    const known = this.#cached.get(sql);
    if (known !== undefined) return known;
    if (this.#cached.size >= STATEMENTS_MAX) this.#dropOldest();
    const statement = this.#db.prepare(sql);
    this.#cached.set(sql, statement);
    return statement;
  }

  finalize(): void {
    for (const statement of this.#cached.values()) statement.finalize();
    this.#cached.clear();
  }

  #dropOldest(): void {
    const [oldest] = this.#cached;
    if (oldest === undefined) return;
    oldest[1].finalize();
    this.#cached.delete(oldest[0]);
  }
}
