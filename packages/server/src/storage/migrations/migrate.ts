import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import type { SqlDatabase } from '../database.ts';
import { StorageError } from '../errors.ts';
import { migrations } from './index.ts';

/** Brings the schema up to this version; returns the names of the migrations it applied, all in one transaction. */
export async function migrateToLatest(database: SqlDatabase, uuid: () => string): Promise<readonly string[]> {
  const list = migrations({ capabilities: database.capabilities, uuid });
  await refuseNewerSchema(database.db, Object.keys(list));
  const migrator = new Migrator({ db: database.db, provider: { getMigrations: async () => ({ ...list }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error instanceof Error) throw error;
  if (error !== undefined) throw new StorageError('internal', `the migration failed: ${String(error)}`);
  return results.map((result) => result.migrationName);
}

/** For programs that work on a database beside a server: they must not change its schema under it. */
export async function requireLatest(database: SqlDatabase): Promise<void> {
  const known = Object.keys(migrations({ capabilities: database.capabilities, uuid: () => '' }));
  await refuseNewerSchema(database.db, known);
  const applied = await appliedMigrations(database.db);
  const waiting = known.filter((name) => !applied.includes(name));
  if (waiting.length > 0) throw new StorageError('schemaOlder', `the database lacks ${waiting.join(', ')}`);
}

async function refuseNewerSchema(db: SqlDatabase['db'], known: readonly string[]): Promise<void> {
  const unknown = (await appliedMigrations(db)).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new StorageError(
      'schemaNewer',
      `the database has ${unknown.join(', ')}, which this version does not know`,
    );
  }
}

async function appliedMigrations(db: SqlDatabase['db']): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const rows = await db
    .withTables<{ [DEFAULT_MIGRATION_TABLE]: { name: string } }>()
    .selectFrom(DEFAULT_MIGRATION_TABLE)
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map((row) => row.name);
}
