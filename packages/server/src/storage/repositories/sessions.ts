import {
  type DeviceNumber,
  GENERATION_MAX,
  GENERATION_STEP_MAX,
  type SessionId,
  type UserNumber,
} from '@sotto/model';
import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import type {
  NewSession,
  Rotation,
  RotationResult,
  SessionRecord,
  StartSessionResult,
} from '../../accounts/store.ts';
import { nextNumber, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { restsNoMore } from './session-grounds.ts';

export async function deviceKnown(
  { db }: SqlDatabase,
  user: UserNumber,
  deviceKey: Uint8Array,
): Promise<boolean> {
  const row = await db
    .selectFrom('devices')
    .innerJoin('sessions', 'sessions.device', 'devices.number')
    .select('devices.number')
    .where('devices.user', '=', user)
    .where('devices.device_key', '=', deviceKey)
    .where('sessions.token', '=', 0)
    .executeTakeFirst();
  return row !== undefined;
}

export function startSession({ db }: SqlDatabase, session: NewSession): Promise<StartSessionResult> {
  return db.transaction().execute(async (transaction): Promise<StartSessionResult> => {
    // Refusals come before the first write, since returning one commits.
    const refusal = await restsNoMore(transaction, session);
    if (refusal !== undefined) return { kind: refusal };
    const device = await ensureDevice(transaction, session);
    await transaction
      .updateTable('sessions')
      .set({ revoked_ms: session.nowMs })
      .where('device', '=', device)
      .where('revoked_ms', '=', 0)
      .execute();
    await insertSession(transaction, session, device);
    const row = await sessionRows(transaction)
      .where('sessions.id', '=', session.id)
      .executeTakeFirstOrThrow();
    return { kind: 'started', session: toSession(row) };
  });
}

async function insertSession(
  transaction: Transaction<Tables>,
  session: NewSession,
  device: DeviceNumber,
): Promise<void> {
  await transaction
    .insertInto('sessions')
    .values({
      id: session.id,
      user: session.user,
      device,
      agent: session.agent,
      generation: 1,
      token_hash: session.tokenHash,
      previous_token_hash: null,
      created_ms: session.nowMs,
      last_seen_ms: session.nowMs,
      revoked_ms: 0,
      token: session.rests?.apiToken ?? 0,
    })
    .execute();
}

export async function sessionByToken(
  { db }: SqlDatabase,
  tokenHash: Uint8Array,
): Promise<SessionRecord | undefined> {
  const row = await sessionRows(db)
    .where((column) => tokenIs(column, tokenHash))
    .executeTakeFirst();
  return row && toSession(row);
}

/** In one commit: after a restart all clients resume at once. */
export function rotateSessions(
  { db }: SqlDatabase,
  rotations: readonly Rotation[],
): Promise<RotationResult[]> {
  return db.transaction().execute(async (transaction) => {
    const results: RotationResult[] = [];
    for (const rotation of rotations) results.push(await rotate(transaction, rotation));
    return results;
  });
}

async function rotate(transaction: Transaction<Tables>, rotation: Rotation): Promise<RotationResult> {
  const { id, usedHash, newHash, generation, nowMs } = rotation;
  const result = await transaction
    .updateTable('sessions')
    .set((column) => ({
      previous_token_hash: usedHash,
      token_hash: newHash,
      generation: generation === 0 ? column('generation', '+', 1) : generation,
      last_seen_ms: nowMs,
    }))
    .where('id', '=', id)
    .where('revoked_ms', '=', 0)
    .where('generation', '<', generation === 0 ? GENERATION_MAX : generation)
    .where('generation', '>=', generation - GENERATION_STEP_MAX)
    .where((column) => tokenIs(column, usedHash))
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) return { kind: await whyNot(transaction, rotation) };
  const row = await sessionRows(transaction).where('sessions.id', '=', id).executeTakeFirstOrThrow();
  return { kind: 'rotated', session: toSession(row) };
}

async function whyNot(
  transaction: Transaction<Tables>,
  { id, usedHash, generation }: Rotation,
): Promise<Exclude<RotationResult['kind'], 'rotated'>> {
  const present = await transaction
    .selectFrom('sessions')
    .select(['generation', 'revoked_ms'])
    .where('id', '=', id)
    .where((column) => tokenIs(column, usedHash))
    .executeTakeFirst();
  if (present === undefined) return 'tokenUnknown';
  if (present.revoked_ms > 0 || present.generation === GENERATION_MAX) return 'ended';
  return generation <= present.generation ? 'takenOver' : 'tooFar';
}

export async function revokeSession({ db }: SqlDatabase, id: SessionId, nowMs: number): Promise<boolean> {
  const result = await db
    .updateTable('sessions')
    .set({ revoked_ms: nowMs })
    .where('id', '=', id)
    .where('revoked_ms', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function revokedSince({ db }: SqlDatabase, sinceMs: number): Promise<readonly SessionId[]> {
  const rows = await db
    .selectFrom('sessions')
    .select('id')
    .where('revoked_ms', '>', 0)
    .where('revoked_ms', '>=', sinceMs)
    .execute();
  return rows.map((row) => row.id);
}

export async function livingSessions(
  { db }: SqlDatabase,
  user: UserNumber | undefined,
  limit: number,
): Promise<readonly SessionRecord[]> {
  const rows = await sessionRows(db)
    .where('revoked_ms', '=', 0)
    .$if(user !== undefined, (query) => query.where('sessions.user', '=', user as UserNumber))
    // However many sessions a token begins, they hide none that a password did.
    .orderBy((column) => column.case().when('sessions.token', '=', 0).then(0).else(1).end())
    .orderBy('sessions.created_ms', 'desc')
    .orderBy('sessions.id')
    .limit(limit)
    .execute();
  return rows.map(toSession);
}

/** The device takes the name it gives now. */
async function ensureDevice(transaction: Transaction<Tables>, session: NewSession): Promise<DeviceNumber> {
  const { user, deviceKey, deviceName, nowMs } = session;
  const known = await deviceNumber(transaction, user, deviceKey);
  if (known !== undefined) {
    await transaction.updateTable('devices').set({ name: deviceName }).where('number', '=', known).execute();
    return known;
  }
  const number = (await nextNumber(transaction, 'device')) as DeviceNumber;
  await transaction
    .insertInto('devices')
    .values({ number, user, device_key: deviceKey, name: deviceName, created_ms: nowMs })
    .execute();
  return number;
}

async function deviceNumber(
  db: Kysely<Tables>,
  user: UserNumber,
  deviceKey: Uint8Array,
): Promise<DeviceNumber | undefined> {
  const row = await db
    .selectFrom('devices')
    .select('number')
    .where('user', '=', user)
    .where('device_key', '=', deviceKey)
    .executeTakeFirst();
  return row?.number;
}

/** The session's current token, or the one before. */
const tokenIs = (column: ExpressionBuilder<Tables, 'sessions'>, hash: Uint8Array) =>
  column.or([column('sessions.token_hash', '=', hash), column('previous_token_hash', '=', hash)]);

const sessionRows = (db: Kysely<Tables>) =>
  db
    .selectFrom('sessions')
    .innerJoin('devices', 'devices.number', 'sessions.device')
    .leftJoin('api_tokens', 'api_tokens.id', 'sessions.token')
    .selectAll('sessions')
    .select(['devices.device_key', 'devices.name as device_name', 'api_tokens.scopes']);

type SessionRow = Awaited<ReturnType<ReturnType<typeof sessionRows>['execute']>>[number];

const toSession = (row: SessionRow): SessionRecord => ({
  id: row.id,
  user: row.user,
  device: row.device,
  deviceKey: row.device_key,
  deviceName: row.device_name,
  agent: row.agent,
  generation: row.generation,
  createdMs: row.created_ms,
  lastSeenMs: row.last_seen_ms,
  revokedMs: row.revoked_ms,
  token: row.token === 0 ? undefined : { id: row.token, scopes: splitScopes(row.scopes ?? '') },
});

/** Scopes as one column holds them. */
export const splitScopes = (scopes: string): readonly string[] =>
  scopes.split(' ').filter((scope) => scope !== '');
