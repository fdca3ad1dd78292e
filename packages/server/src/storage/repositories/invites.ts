import type { Transaction } from 'kysely';
import type { Invite } from '../../accounts/store.ts';
import type { SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';

export async function createInvite({ db }: SqlDatabase, invite: Invite): Promise<void> {
  await db
    .insertInto('invites')
    .values({
      code_hash: invite.codeHash,
      uses_left: invite.usesLeft,
      expires_ms: invite.expiresMs,
      created_ms: invite.createdMs,
    })
    .execute();
}

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
