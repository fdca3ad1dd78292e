/** Tables written down as data, so that a migration reads like the schema it makes. */
import type { Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Capabilities } from '../capabilities.ts';

type Column =
  | { type: 'number' | 'flag'; optional?: true }
  | { type: 'bytes' | 'text'; max: number; optional?: true };

export interface TableDefinition {
  name: string;
  /** Primary key; rows are kept in its order. */
  key: readonly string[];
  /** NOT NULL unless optional. */
  columns: Readonly<Record<string, Column>>;
  unique?: readonly (readonly string[])[];
  indexes?: readonly (readonly string[])[];
  /** Column to the table whose one-column key it holds. */
  references?: Readonly<Record<string, { table: string; column: string }>>;
}

/** An integer that a double holds exactly. */
export const number: Column = { type: 'number' };
/** 0 or 1. */
export const flag: Column = { type: 'flag' };
export const bytes = (max: number): Column => ({ type: 'bytes', max });
/** At most `max` characters, compared byte by byte. */
export const text = (max: number): Column => ({ type: 'text', max });
export const optional = (column: Column): Column => ({ ...column, optional: true });

export async function createTable(
  db: Kysely<unknown>,
  capabilities: Capabilities,
  definition: TableDefinition,
): Promise<void> {
  const { name, key, columns, unique = [], indexes = [], references = {} } = definition;
  const parts = [
    ...Object.entries(columns).map(([column, spec]) => columnSql(capabilities, column, spec)),
    sql`primary key (${names(key)})`,
    ...unique.map((group) => sql`unique (${names(group)})`),
    ...Object.entries(references).map(
      ([column, target]) =>
        sql`foreign key (${sql.ref(column)}) references ${sql.table(target.table)} (${sql.ref(target.column)})`,
    ),
  ];
  await sql`create table ${sql.table(name)} (${sql.join(parts)}) ${capabilities.clusteredTable}`.execute(db);
  for (const group of indexes) {
    await sql`create index ${sql.ref(`${name}_by_${group.join('_')}`)} on ${sql.table(name)} (${names(group)})`.execute(
      db,
    );
  }
}

/** Columns of rows that are there get `value`. */
export async function addColumns(
  db: Kysely<unknown>,
  capabilities: Capabilities,
  table: string,
  columns: TableDefinition['columns'],
  value: RawBuilder<unknown>,
): Promise<void> {
  for (const [column, spec] of Object.entries(columns)) {
    await sql`alter table ${sql.table(table)} add column ${columnSql(capabilities, column, spec)} default ${value}`.execute(
      db,
    );
  }
}

const names = (columns: readonly string[]): RawBuilder<unknown> =>
  sql.join(columns.map((column) => sql.ref(column)));

function columnSql(capabilities: Capabilities, name: string, column: Column): RawBuilder<unknown> {
  return sql`${sql.ref(name)} ${columnType(capabilities, column)} ${column.optional ? sql`null` : sql`not null`}`;
}

function columnType(capabilities: Capabilities, column: Column): RawBuilder<unknown> {
  switch (column.type) {
    case 'number':
      return sql`bigint`;
    case 'flag':
      return sql`smallint`;
    case 'bytes':
      return capabilities.bytesType(column.max);
    case 'text':
      return capabilities.keyTextType(column.max);
  }
}
