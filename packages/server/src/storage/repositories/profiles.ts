/** How people want to be seen, and what accounts keep. */
import { inboxStream, type Sequence, type UserNumber } from '@sotto/model';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ProfileRecord, ProfileStore } from '../../accounts/profile-store.ts';
import { chunks, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';

/** Values of one look-up. */
const LOOK_UP_MAX = 256;

const REPLACED = [
  'display_name',
  'display_skeleton',
  'about',
  'status_text',
  'status_emoji',
  'time_zone',
  'status_until_ms',
] as const;

export function profileStore({ db, capabilities }: SqlDatabase): ProfileStore {
  return {
    async profiles(users) {
      const found: ProfileRecord[] = [];
      for (const some of chunks(users, LOOK_UP_MAX)) {
        const rows = await db.selectFrom('profiles').selectAll().where('user', 'in', some).execute();
        found.push(...rows.map(toProfile));
      }
      return found;
    },
    saveProfile: (profile, skeleton, nowMs) =>
      db.transaction().execute(async (transaction) => {
        const { user } = profile;
        if (skeleton !== undefined && (await looksLikeAnother(transaction, user, skeleton))) return false;
        await transaction
          .insertInto('profiles')
          .values({ user, ...toRow(profile), display_skeleton: skeleton ?? null })
          .modifyEnd(capabilities.onExisting('profiles', ['user'], REPLACED, 'inserted'))
          .execute();
        await transaction
          .updateTable('users')
          .set({ changed_ms: nowMs })
          .where('number', '=', user)
          .execute();
        return true;
      }),
    settings: (user, after, limit) =>
      // One snapshot, so that the head is that of these settings.
      db.transaction().execute(async (transaction) => {
        const rows = await transaction
          .selectFrom('account_settings')
          .select(['setting_key', 'value'])
          .where('user', '=', user)
          .where('setting_key', '>', after)
          .orderBy('setting_key')
          .limit(limit)
          .execute();
        const stream = await transaction
          .selectFrom('streams')
          .select('head')
          .where('stream', '=', inboxStream(user))
          .executeTakeFirst();
        const settings = rows.map((row) => ({ key: row.setting_key, value: row.value }));
        return { settings, head: stream?.head ?? (0 as Sequence) };
      }),
    async settingCount(user) {
      const row = await db
        .selectFrom('account_settings')
        .select((column) => column.fn.countAll<number>().as('settings'))
        .where('user', '=', user)
        .executeTakeFirstOrThrow();
      return Number(row.settings);
    },
    async hasSetting(user, key) {
      const row = await db
        .selectFrom('account_settings')
        .select('sequence')
        .where('user', '=', user)
        .where('setting_key', '=', key)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

/** Other people's names and display names; one may be called like oneself. */
async function looksLikeAnother(
  transaction: Transaction<Tables>,
  user: UserNumber,
  skeleton: string,
): Promise<boolean> {
  const named = await other(transaction, 'users', 'number', 'name_skeleton', user, skeleton);
  return named || other(transaction, 'profiles', 'user', 'display_skeleton', user, skeleton);
}

async function other(
  db: Kysely<Tables>,
  table: 'users' | 'profiles',
  owner: string,
  column: string,
  user: UserNumber,
  skeleton: string,
): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(table)}
    where ${sql.ref(column)} = ${skeleton} and ${sql.ref(owner)} <> ${user} limit 1`.execute(db);
  return rows.length > 0;
}

const toProfile = (row: Tables['profiles']): ProfileRecord => ({
  user: row.user,
  displayName: row.display_name,
  about: row.about,
  statusText: row.status_text,
  statusEmoji: row.status_emoji,
  timeZone: row.time_zone,
  statusUntilMs: row.status_until_ms,
});

const toRow = (profile: ProfileRecord) => ({
  display_name: profile.displayName,
  about: profile.about,
  status_text: profile.statusText,
  status_emoji: profile.statusEmoji,
  time_zone: profile.timeZone,
  status_until_ms: profile.statusUntilMs,
});
