/** API tokens and devices. */
import type { SecurityStore, TokenRecord } from '../../accounts/security-store.ts';
import { nextNumber, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { endSessions } from './security.ts';
import { splitScopes } from './sessions.ts';

type Tokens = Pick<
  SecurityStore,
  | 'createToken'
  | 'tokens'
  | 'tokenByHash'
  | 'revokeToken'
  | 'expireTokens'
  | 'deviceKey'
  | 'renameDevice'
  | 'revokeDevice'
>;

export function tokenStore({ db }: SqlDatabase): Tokens {
  return {
    createToken: ({ user, name, scopes, tokenHash, createdMs, expiresMs }, most) =>
      db.transaction().execute(async (transaction) => {
        const count = await transaction
          .selectFrom('api_tokens')
          .select((column) => column.fn.countAll<number>().as('tokens'))
          .where('user', '=', user)
          .executeTakeFirstOrThrow();
        if (Number(count.tokens) >= most) return undefined;
        const row = {
          id: await nextNumber(transaction, 'token'),
          user,
          name,
          scopes: scopes.join(' '),
          token_hash: tokenHash,
          created_ms: createdMs,
          last_used_ms: 0,
          expires_ms: expiresMs,
        };
        await transaction.insertInto('api_tokens').values(row).execute();
        return toToken(row);
      }),
    async tokens(user) {
      const rows = await db
        .selectFrom('api_tokens')
        .selectAll()
        .where('user', '=', user)
        .orderBy('id')
        .execute();
      return rows.map(toToken);
    },
    async tokenByHash(tokenHash) {
      const row = await db
        .selectFrom('api_tokens')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      return row && toToken(row);
    },
    revokeToken: (user, id, nowMs) =>
      db.transaction().execute(async (transaction) => {
        const result = await transaction
          .deleteFrom('api_tokens')
          .where('id', '=', id)
          .where('user', '=', user)
          .executeTakeFirst();
        return result.numDeletedRows === 0n
          ? undefined
          : endSessions(transaction, nowMs, { user, token: id });
      }),
    async expireTokens(nowMs) {
      const expired = await db
        .selectFrom('api_tokens')
        .select(['id', 'user'])
        .where('expires_ms', '>', 0)
        .where('expires_ms', '<=', nowMs)
        .limit(EXPIRED_AT_ONCE)
        .execute();
      if (expired.length === 0) return [];
      return db.transaction().execute(async (transaction) => {
        const ended = [];
        for (const { id, user } of expired) {
          await transaction.deleteFrom('api_tokens').where('id', '=', id).execute();
          ended.push(...(await endSessions(transaction, nowMs, { user, token: id })));
        }
        return ended;
      });
    },
    async deviceKey(device) {
      const row = await db
        .selectFrom('devices')
        .select('device_key')
        .where('number', '=', device)
        .executeTakeFirst();
      return row?.device_key;
    },
    async renameDevice(user, device, name) {
      const result = await db
        .updateTable('devices')
        .set({ name })
        .where('number', '=', device)
        .where('user', '=', user)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    revokeDevice: (user, device, nowMs) =>
      db.transaction().execute(async (transaction) => {
        const own = await transaction
          .selectFrom('devices')
          .select('number')
          .where('number', '=', device)
          .where('user', '=', user)
          .executeTakeFirst();
        return own && endSessions(transaction, nowMs, { user, device });
      }),
  };
}

/** The rest comes with the next sweep. */
const EXPIRED_AT_ONCE = 500;

const toToken = (row: Tables['api_tokens']): TokenRecord => ({
  id: row.id,
  user: row.user,
  name: row.name,
  scopes: splitScopes(row.scopes),
  createdMs: row.created_ms,
  lastUsedMs: row.last_used_ms,
  expiresMs: row.expires_ms,
});
