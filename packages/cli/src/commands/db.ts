import { initDatabase, migrateDatabase } from '@sotto/server/maintenance';
import type { Arguments, Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { serverConfig, settingOptions } from '../server-settings.ts';
import { print, type System } from '../system.ts';

export const command: Command = {
  name: 'db',
  summary: 'Make the database, or bring it to the schema of this version.',
  positionals: [{ name: 'init|migrate' }],
  options: settingOptions(['data', 'database']),
  notes: [
    'init     make the data directory and the database where they are missing\nmigrate  apply what an existing database lacks',
    '`sotto serve` does both by itself. Stop the server first, and take a backup.',
  ],
  run: db,
};

async function db(args: Arguments, system: System): Promise<number> {
  const action = args.positional(0) ?? '';
  const { database } = serverConfig(args, system);
  const applied = await apply(action, database);
  print(system, [
    ...applied.map((name) => `applied ${name}`),
    `${database.path} is ${applied.length === 0 ? 'up to date already' : 'up to date'}`,
  ]);
  return EXIT_CODES.ok.code;
}

function apply(action: string, database: Parameters<typeof initDatabase>[0]): Promise<readonly string[]> {
  switch (action) {
    case 'init':
      return initDatabase(database);
    case 'migrate':
      return migrateDatabase(database);
    default:
      throw new UsageError(`"${action}" is nothing \`sotto db\` does; write init or migrate`);
  }
}
