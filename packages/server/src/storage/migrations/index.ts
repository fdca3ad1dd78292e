import type { Migration } from 'kysely/migration';
import type { Capabilities } from '../capabilities.ts';
import { foundation } from './0001-foundation.ts';
import { rooms } from './0002-rooms.ts';
import { accounts } from './0003-accounts.ts';
import { search } from './0004-search.ts';
import { files } from './0005-files.ts';
import { assistants } from './0006-assistants.ts';

export interface MigrationContext {
  capabilities: Capabilities;
  /** Randomness for the incarnation of a new log. */
  uuid: () => string;
}

/** Every migration there ever was, by name in order; one that was released never changes. */
export const migrations = (context: MigrationContext): Readonly<Record<string, Migration>> => ({
  '0001-foundation': foundation(context),
  '0002-rooms': rooms(context),
  '0004-search': search(context),
  '0003-accounts': accounts(context),
  '0005-files': files(context),
  '0006-assistants': assistants(context),
});
