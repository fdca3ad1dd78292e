import type { UserNumber } from '@sotto/model';
import type { Transaction } from 'kysely';
import type { Act } from '../../accounts/act.ts';
import type { Invite } from '../../accounts/store.ts';
import type { SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { note } from './audit.ts';

export function createInvite({ db }: SqlDatabase, invite: Invite, act: Act): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('invites')
      .values({
        code_hash: invite.codeHash,
        uses_left: invite.usesLeft,
        expires_ms: invite.expiresMs,
        created_ms: invite.createdMs,
      })
      .execute();
    await note(transaction, NOBODY, act, 'createInvite', `${invite.usesLeft} uses`);
  });
}

export async function invites({ db }: SqlDatabase, nowMs: number, limit: number): Promise<readonly Invite[]> {
  const rows = await db
    .selectFrom('invites')
    .selectAll()
    .where('uses_left', '>', 0)
    .where('expires_ms', '>', nowMs)
    .orderBy('created_ms', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    codeHash: row.code_hash,
    usesLeft: row.uses_left,
    expiresMs: row.expires_ms,
    createdMs: row.created_ms,
  }));
}

export function revokeInvite({ db }: SqlDatabase, codeHash: Uint8Array, act: Act): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const result = await transaction
      .deleteFrom('invites')
      .where('code_hash', '=', codeHash)
      .executeTakeFirst();
    if (result.numDeletedRows === 0n) return false;
    await note(transaction, NOBODY, act, 'revokeInvite', '');
    return true;
  });
}

const NOBODY = 0 as UserNumber;

export async function inviteUsable(
  { db }: SqlDatabase,
  codeHash: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('invites')
    .select('uses_left')
    .where('code_hash', '=', codeHash)
    .where('uses_left', '>', 0)
    .where('expires_ms', '>', nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes one use of the invitation; false, and nothing taken, where it has none left or is unknown or expired. */
export async function useInvite(
  transaction: Transaction<Tables>,
  codeHash: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  const result = await transaction
    .updateTable('invites')
    .set((column) => ({ uses_left: column('uses_left', '-', 1) }))
    .where('code_hash', '=', codeHash)
    .where('uses_left', '>', 0)
    .where('expires_ms', '>', nowMs)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
