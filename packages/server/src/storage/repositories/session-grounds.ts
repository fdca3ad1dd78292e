/** Whether what a log-in rests on still holds in the commit that begins its session. */
import type { Transaction } from 'kysely';
import type { FactorUse } from '../../accounts/security-store.ts';
import type { NewSession, StartSessionResult } from '../../accounts/store.ts';
import type { Tables } from '../tables.ts';

type Refusal = Exclude<StartSessionResult['kind'], 'started'>;

/** Uses up the second factor and marks the API token as used, last of all, so that a refusal has written nothing. */
export async function restsNoMore(
  transaction: Transaction<Tables>,
  { user, rests = {}, nowMs }: NewSession,
): Promise<Refusal | undefined> {
  const row = await transaction
    .selectFrom('users')
    .select(['suspended_ms', 'deleted_ms', 'registration_record'])
    .where('number', '=', user)
    .executeTakeFirst();
  // Where there is no such user, the device's foreign key says so.
  if (row !== undefined && row.deleted_ms > 0) return 'deleted';
  if (row !== undefined && row.suspended_ms > 0) return 'suspended';
  const { registrationRecord, factor, apiToken } = rests;
  if (registrationRecord !== undefined && !same(row?.registration_record, registrationRecord))
    return 'passwordChanged';
  if (apiToken !== undefined && !(await useToken(transaction, user, apiToken, nowMs))) return 'tokenGone';
  if (registrationRecord === undefined) return undefined;
  return (await factorHolds(transaction, user, factor)) ? undefined : 'factorUsed';
}

async function useToken(
  transaction: Transaction<Tables>,
  user: NewSession['user'],
  id: number,
  nowMs: number,
): Promise<boolean> {
  const result = await transaction
    .updateTable('api_tokens')
    .set({ last_used_ms: nowMs })
    .where('id', '=', id)
    .where('user', '=', user)
    .where((column) => column.or([column('expires_ms', '=', 0), column('expires_ms', '>', nowMs)]))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Without a factor none may be in use: it may have been switched on while the password was being proved. */
async function factorHolds(
  transaction: Transaction<Tables>,
  user: NewSession['user'],
  factor: FactorUse | undefined,
): Promise<boolean> {
  switch (factor?.kind) {
    case undefined: {
      const inUse = await transaction
        .selectFrom('second_factors')
        .select('user')
        .where('user', '=', user)
        .where('confirmed_ms', '>', 0)
        .executeTakeFirst();
      return inUse === undefined;
    }
    case 'step': {
      const result = await transaction
        .updateTable('second_factors')
        .set({ last_step: factor.step })
        .where('user', '=', user)
        .where('last_step', '<', factor.step)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    }
    case 'recoveryCode': {
      const result = await transaction
        .deleteFrom('recovery_codes')
        .where('user', '=', user)
        .where('code_hash', '=', factor.codeHash)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    }
  }
}

const same = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.compare(one, other) === 0;
