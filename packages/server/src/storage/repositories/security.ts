/** Passwords, the second factor and recovery. */
import type { SessionId, UserNumber } from '@sotto/model';
import type { Kysely, Transaction } from 'kysely';
import type { Recovery, SecondFactorRecord, SecurityStore } from '../../accounts/security-store.ts';
import type { SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { note } from './audit.ts';

type Security = Pick<
  SecurityStore,
  | 'sealedBackupKey'
  | 'changePassword'
  | 'secondFactor'
  | 'recoveryCodes'
  | 'enrolSecondFactor'
  | 'confirmSecondFactor'
  | 'dropSecondFactor'
  | 'createRecovery'
  | 'recoveryUsable'
  | 'recover'
>;

export function securityStore({ db, capabilities }: SqlDatabase): Security {
  return {
    async sealedBackupKey(user) {
      const row = await db
        .selectFrom('users')
        .select('sealed_backup_key')
        .where('number', '=', user)
        .executeTakeFirst();
      return row?.sealed_backup_key ?? NONE;
    },
    changePassword: ({ user, registrationRecord, sealedBackupKey, keep, nowMs }) =>
      db.transaction().execute(async (transaction) => {
        if (!(await isAlive(transaction, user, keep))) return undefined;
        await setPassword(transaction, { user, registrationRecord, sealedBackupKey });
        await transaction.deleteFrom('account_recoveries').where('user', '=', user).execute();
        return endSessions(transaction, nowMs, { user, keep });
      }),
    secondFactor: (user) => secondFactor(db, user),
    async recoveryCodes(user) {
      const rows = await db
        .selectFrom('recovery_codes')
        .select('code_hash')
        .where('user', '=', user)
        .execute();
      return rows.map((row) => row.code_hash);
    },
    enrolSecondFactor: (user, sealedSecret, nowMs) =>
      db.transaction().execute(async (transaction) => {
        if (((await secondFactor(transaction, user))?.confirmedMs ?? 0) > 0) return false;
        await dropFactor(transaction, user);
        const fresh = { user, sealed_secret: sealedSecret, created_ms: nowMs, confirmed_ms: 0, last_step: 0 };
        await transaction.insertInto('second_factors').values(fresh).execute();
        return true;
      }),
    confirmSecondFactor: ({ user, sealedSecret, step, codeHashes, nowMs }) =>
      db.transaction().execute(async (transaction) => {
        const result = await transaction
          .updateTable('second_factors')
          .set({ confirmed_ms: nowMs, last_step: step })
          .where('user', '=', user)
          .where('sealed_secret', '=', sealedSecret)
          .where('confirmed_ms', '=', 0)
          .executeTakeFirst();
        if (result.numUpdatedRows === 0n) return false;
        const codes = codeHashes.map((code_hash) => ({ user, code_hash }));
        await transaction.insertInto('recovery_codes').values(codes).execute();
        return true;
      }),
    dropSecondFactor: (user, act) =>
      db.transaction().execute(async (transaction) => {
        const had = await dropFactor(transaction, user);
        if (had && act !== undefined) await note(transaction, user, act, 'resetSecondFactor', '');
        return had;
      }),
    async createRecovery({ user, codeHash, expiresMs, keepSecondFactor }, act) {
      const columns = ['code_hash', 'expires_ms', 'keep_factor'] as const;
      const row = {
        user,
        code_hash: codeHash,
        expires_ms: expiresMs,
        keep_factor: keepSecondFactor ? 1 : 0,
      } as const;
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('account_recoveries')
          .values(row)
          .modifyEnd(capabilities.onExisting('account_recoveries', ['user'], columns, 'inserted'))
          .execute();
        await note(transaction, user, act, 'recover', keepSecondFactor ? 'second factor kept' : '');
      });
    },
    recoveryUsable: async (user, codeHash, nowMs) =>
      (await usableRecovery(db, user, codeHash, nowMs)) !== undefined,
    recover: (recovery) => db.transaction().execute((transaction) => recover(transaction, recovery)),
  };
}

/** Ends living sessions of a user: all but `keep`, or those of one device or API token. */
export async function endSessions(
  transaction: Transaction<Tables>,
  nowMs: number,
  which: { user: UserNumber; keep?: SessionId; device?: number; token?: number },
): Promise<readonly SessionId[]> {
  const { user, keep, device, token } = which;
  const rows = await transaction
    .selectFrom('sessions')
    .select('id')
    .where('user', '=', user)
    .where('revoked_ms', '=', 0)
    .$if(keep !== undefined, (query) => query.where('id', '!=', keep as SessionId))
    .$if(device !== undefined, (query) => query.where('device', '=', device as never))
    .$if(token !== undefined, (query) => query.where('token', '=', token as number))
    .execute();
  for (const { id } of rows)
    await transaction.updateTable('sessions').set({ revoked_ms: nowMs }).where('id', '=', id).execute();
  return rows.map(({ id }) => id);
}

async function isAlive(transaction: Transaction<Tables>, user: UserNumber, id: SessionId): Promise<boolean> {
  const row = await transaction
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', id)
    .where('user', '=', user)
    .where('revoked_ms', '=', 0)
    .executeTakeFirst();
  return row !== undefined;
}

export async function dropFactor(transaction: Transaction<Tables>, user: UserNumber): Promise<boolean> {
  const factor = await secondFactor(transaction, user);
  await transaction.deleteFrom('second_factors').where('user', '=', user).execute();
  await transaction.deleteFrom('recovery_codes').where('user', '=', user).execute();
  return factor !== undefined && factor.confirmedMs > 0;
}

async function secondFactor(db: Kysely<Tables>, user: UserNumber): Promise<SecondFactorRecord | undefined> {
  const row = await db.selectFrom('second_factors').selectAll().where('user', '=', user).executeTakeFirst();
  return (
    row && {
      sealedSecret: row.sealed_secret,
      createdMs: row.created_ms,
      confirmedMs: row.confirmed_ms,
      lastStep: row.last_step,
    }
  );
}

async function setPassword(
  transaction: Transaction<Tables>,
  change: Pick<Recovery, 'user' | 'registrationRecord' | 'sealedBackupKey'>,
): Promise<void> {
  const { user, registrationRecord, sealedBackupKey } = change;
  await transaction
    .updateTable('users')
    .set({
      registration_record: registrationRecord,
      sealed_backup_key: sealedBackupKey.length > 0 ? sealedBackupKey : null,
    })
    .where('number', '=', user)
    .where('deleted_ms', '=', 0)
    .execute();
}

async function recover(
  transaction: Transaction<Tables>,
  recovery: Recovery,
): Promise<readonly SessionId[] | undefined> {
  const { user, codeHash, nowMs } = recovery;
  const usable = await usableRecovery(transaction, user, codeHash, nowMs);
  if (usable === undefined) return undefined;
  await transaction.deleteFrom('account_recoveries').where('user', '=', user).execute();
  await setPassword(transaction, recovery);
  if (usable.keep_factor === 0) await dropFactor(transaction, user);
  await transaction.deleteFrom('api_tokens').where('user', '=', user).execute();
  return endSessions(transaction, nowMs, { user });
}

const usableRecovery = (db: Kysely<Tables>, user: UserNumber, codeHash: Uint8Array, nowMs: number) =>
  db
    .selectFrom('account_recoveries')
    .select('keep_factor')
    .where('user', '=', user)
    .where('code_hash', '=', codeHash)
    .where('expires_ms', '>', nowMs)
    .executeTakeFirst();

const NONE = new Uint8Array(0);
