import type { ThrottleRecord } from '../../accounts/store.ts';
import type { SqlDatabase } from '../database.ts';

export async function throttle({ db }: SqlDatabase, key: string): Promise<ThrottleRecord | undefined> {
  const row = await db
    .selectFrom('throttles')
    .select(['failures', 'not_before_ms', 'updated_ms'])
    .where('throttle_key', '=', key)
    .executeTakeFirst();
  return row && { failures: row.failures, notBeforeMs: row.not_before_ms, updatedMs: row.updated_ms };
}

export async function saveThrottle(
  { db, capabilities }: SqlDatabase,
  key: string,
  record: ThrottleRecord,
): Promise<void> {
  const replaced = ['failures', 'not_before_ms', 'updated_ms'] as const;
  await db
    .insertInto('throttles')
    .values({
      throttle_key: key,
      failures: record.failures,
      not_before_ms: record.notBeforeMs,
      updated_ms: record.updatedMs,
    })
    .modifyEnd(capabilities.onExisting('throttles', ['throttle_key'], replaced, 'inserted'))
    .execute();
}

export async function dropThrottles({ db }: SqlDatabase, beforeMs: number): Promise<void> {
  await db.deleteFrom('throttles').where('updated_ms', '<', beforeMs).execute();
}
