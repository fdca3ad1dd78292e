/** Of a stored file it is known in its row whether anything refers to it, so that finding those that have to go reads no others. */
import { type Sequence, type StreamId, UPLOADS_MAX, type UserNumber } from '@sotto/model';
import { sql, type Transaction } from 'kysely';
import type { FileStore, Quotas, StoredOffer, UploadRecord } from '../../files/store.ts';
import { padded, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';

type Db = SqlDatabase['db'];

/** Rows of one answer, and what one statement is asked for. */
const PAGE = 100;

export function fileStore({ db }: SqlDatabase): FileStore {
  const within = <T>(work: (transaction: Transaction<Tables>) => Promise<T>) =>
    db.transaction().execute(work);
  return {
    reserve: (upload, quotas) => within((transaction) => reserve(transaction, upload, quotas)),
    upload: (user, sha256) => upload(db, user, sha256),
    finishUpload: (user, sha256, expiresMs) =>
      within((transaction) => finish(transaction, user, sha256, expiresMs)),
    dropUpload: (user, sha256) =>
      within(async (transaction) => {
        const found = await upload(transaction, user, sha256);
        if (found !== undefined) await drop(transaction, found);
      }),
    dropExpired: (nowMs) => within((transaction) => dropExpired(transaction, nowMs)),
    offer: (stream, sequence) => offer(db, stream, sequence),
    usedBy: (user) => usedBy(db, user, undefined),
    usedByAll: () => storedBytes(db),
    async unreferenced() {
      const rows = await db
        .selectFrom('stored_files')
        .select('sha256')
        .where('unreferenced', '=', 1)
        .limit(PAGE)
        .execute();
      return rows.map(({ sha256 }) => sha256);
    },
    async forget(sha256) {
      const { numDeletedRows } = await db
        .deleteFrom('stored_files')
        .where('sha256', '=', sha256)
        .where('unreferenced', '=', 1)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    stored: (sha256s) => stored(db, sha256s),
  };
}

/** Whoever asks at the same time waits: what is counted must not change before it is reserved. */
async function reserve(
  db: Transaction<Tables>,
  { user, sha256, sizeBytes, expiresMs }: Omit<UploadRecord, 'finished'>,
  { accountMax, totalMax }: Quotas,
): ReturnType<FileStore['reserve']> {
  const earlier = await upload(db, user, sha256);
  const isSame = earlier?.sizeBytes === sizeBytes;
  const isHere = (isSame && earlier.finished) || (await offers(db, user, sha256, sizeBytes));
  if (!isHere) {
    if (await tooMany(db, user, sha256)) return 'tooMany';
    if (accountMax !== undefined && (await usedBy(db, user, sha256)) + sizeBytes > accountMax)
      return 'accountFull';
    if (totalMax !== undefined && (await total(db, user, sha256)) + sizeBytes > totalMax) return 'allFull';
  }
  await save(db, { user, sha256, sizeBytes, finished: isHere, expiresMs }, earlier);
  return isHere ? 'finished' : 'reserved';
}

async function save(db: Db, of: UploadRecord, earlier: UploadRecord | undefined): Promise<void> {
  const { user, sha256 } = of;
  const values = {
    size_bytes: of.sizeBytes,
    finished: of.finished ? 1 : 0,
    expires_ms: of.expiresMs,
  } as const;
  if (earlier === undefined) {
    await db
      .insertInto('uploads')
      .values({ user, sha256, ...values })
      .execute();
    return;
  }
  await uploadOf(db, user, sha256).set(values).execute();
  if (earlier.finished && !of.finished) await release(db, sha256);
}

const uploadOf = (db: Db, user: UserNumber, sha256: Uint8Array) =>
  db.updateTable('uploads').where('user', '=', user).where('sha256', '=', sha256);

async function upload(db: Db, user: UserNumber, sha256: Uint8Array): Promise<UploadRecord | undefined> {
  const row = await db
    .selectFrom('uploads')
    .selectAll()
    .where('user', '=', user)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row && toUpload(row);
}

const toUpload = (row: Tables['uploads']): UploadRecord => ({
  user: row.user,
  sha256: row.sha256,
  sizeBytes: row.size_bytes,
  finished: row.finished === 1,
  expiresMs: row.expires_ms,
});

async function offers(db: Db, user: UserNumber, sha256: Uint8Array, sizeBytes: number): Promise<boolean> {
  const row = await db
    .selectFrom('message_files')
    .select('sequence')
    .where('user', '=', user)
    .where('sha256', '=', sha256)
    .where('size_bytes', '=', sizeBytes)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Not counting the upload of `without`, nor are those that `usedBy` and `total` answer. */
async function tooMany(db: Db, user: UserNumber, without: Uint8Array): Promise<boolean> {
  const { uploads } = await db
    .selectFrom('uploads')
    .select((column) => column.fn.countAll<number>().as('uploads'))
    .where('user', '=', user)
    .where('finished', '=', 0)
    .where('sha256', '<>', without)
    .executeTakeFirstOrThrow();
  return Number(uploads) >= UPLOADS_MAX;
}

/** A file that is offered twice, or offered and uploaded, counts once. */
async function usedBy(db: Db, user: UserNumber, without: Uint8Array | undefined): Promise<number> {
  const uploaded = db
    .selectFrom('uploads')
    .leftJoin('message_files as m', (join) =>
      join
        .onRef('m.user', '=', 'uploads.user')
        .onRef('m.sha256', '=', 'uploads.sha256')
        .onRef('m.size_bytes', '=', 'uploads.size_bytes'),
    )
    .select(['uploads.sha256', 'uploads.size_bytes'])
    .where('uploads.user', '=', user)
    .where('m.user', 'is', null)
    .$if(without !== undefined, (query) => query.where('uploads.sha256', '<>', without ?? new Uint8Array()));
  // In the order of an index that has all of it: nothing is gathered before it is summed.
  const offered = db
    .selectFrom('message_files')
    .select(['sha256', 'size_bytes'])
    .distinct()
    .where('user', '=', user);
  const { bytes } = await db
    .selectFrom(offered.unionAll(uploaded).as('files'))
    .select((column) => column.fn.sum<number | null>('size_bytes').as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes ?? 0);
}

async function storedBytes(db: Db): Promise<number> {
  const { bytes } = await db
    .selectFrom('stored_files')
    .select((column) => column.fn.sum<number | null>('size_bytes').as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes ?? 0);
}

async function total(db: Db, user: UserNumber, without: Uint8Array): Promise<number> {
  const coming = await db
    .selectFrom('uploads')
    .select((column) => column.fn.sum<number | null>('size_bytes').as('bytes'))
    .where('finished', '=', 0)
    .where((column) => column.or([column('user', '<>', user), column('sha256', '<>', without)]))
    .executeTakeFirstOrThrow();
  return (await storedBytes(db)) + Number(coming.bytes ?? 0);
}

async function finish(
  db: Transaction<Tables>,
  user: UserNumber,
  sha256: Uint8Array,
  expiresMs: number,
): Promise<boolean> {
  const found = await upload(db, user, sha256);
  const file = await db
    .selectFrom('stored_files')
    .select('sha256')
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  if (found !== undefined)
    await uploadOf(db, user, sha256).set({ finished: 1, expires_ms: expiresMs }).execute();
  if (file === undefined) {
    await db
      .insertInto('stored_files')
      .values({ sha256, size_bytes: found?.sizeBytes ?? 0, unreferenced: found === undefined ? 1 : 0 })
      .execute();
  } else if (found !== undefined) {
    await db
      .updateTable('stored_files')
      .set({ size_bytes: found.sizeBytes, unreferenced: 0 })
      .where('sha256', '=', sha256)
      .execute();
  }
  return found !== undefined;
}

async function drop(db: Db, { user, sha256, finished }: UploadRecord): Promise<void> {
  await db.deleteFrom('uploads').where('user', '=', user).where('sha256', '=', sha256).execute();
  if (finished) await release(db, sha256);
}

/** Something that referred to the stored file has gone. The engine's `message-files.ts` says the same of messages. */
async function release(db: Db, sha256: Uint8Array): Promise<void> {
  await db
    .updateTable('stored_files')
    .set({ unreferenced: 1 })
    .where('sha256', '=', sha256)
    .where(sql<boolean>`not exists (select 1 from message_files where sha256 = ${sha256})`)
    .where(sql<boolean>`not exists (select 1 from uploads where sha256 = ${sha256} and finished = 1)`)
    .execute();
}

async function dropExpired(db: Transaction<Tables>, nowMs: number): Promise<readonly UploadRecord[]> {
  const rows = await db
    .selectFrom('uploads')
    .selectAll()
    .where('expires_ms', '<=', nowMs)
    .orderBy('expires_ms')
    .limit(PAGE)
    .execute();
  const expired = rows.map(toUpload);
  for (const found of expired) await drop(db, found);
  return expired;
}

/** The next `dropExpired` answers them, so that whoever has their bytes knows. */
export async function giveUpUploads(db: Db, user: UserNumber): Promise<void> {
  await db.updateTable('uploads').set({ expires_ms: 0 }).where('user', '=', user).execute();
}

async function offer(db: Db, stream: StreamId, sequence: Sequence): Promise<StoredOffer | undefined> {
  const row = await db
    .selectFrom('message_files')
    .select(['sha256', 'size_bytes', 'user'])
    .where('stream', '=', stream)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
  return row && { sha256: row.sha256, sizeBytes: row.size_bytes, user: row.user };
}

async function stored(db: Db, sha256s: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  if (sha256s.length === 0) return [];
  const rows = await db
    .selectFrom('stored_files')
    .select('sha256')
    .where('sha256', 'in', padded(sha256s))
    .execute();
  return rows.map(({ sha256 }) => sha256);
}
