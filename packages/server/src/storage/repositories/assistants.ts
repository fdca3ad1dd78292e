/** Assistants: their accounts, what each is asked by, and what was asked for. */
import type { UserNumber } from '@sotto/model';
import { sql, type Transaction } from 'kysely';
import type {
  AssistantRecord,
  AssistantStore,
  CreateAssistantResult,
  NewAssistant,
  UsageRecord,
  UsageSubject,
} from '../../assistants/store.ts';
import { chunks, nextNumber, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { insertUser, NOTHING_YET, nameTaken, startInLobby } from './users.ts';

/** How long what was asked for is kept: longer than any day counts anywhere. */
const KEPT_DAYS = 7;
/** Subjects of one look-up. */
const LOOK_UP_MAX = 50;

export function assistantStore({ db }: SqlDatabase): AssistantStore {
  const within = <T>(work: (transaction: Transaction<Tables>) => Promise<T>) =>
    db.transaction().execute(work);
  return {
    async assistants() {
      const rows = await db
        .selectFrom('assistants')
        .innerJoin('users', 'users.number', 'assistants.user')
        .selectAll('assistants')
        .where('users.deleted_ms', '=', 0)
        .orderBy('assistants.user')
        .execute();
      return rows.map(toAssistant);
    },
    createAssistant: (assistant) => within((transaction) => create(transaction, assistant)),
    async saveAssistant(assistant) {
      const { created_ms: _, ...values } = toRow(assistant);
      await db.updateTable('assistants').set(values).where('user', '=', assistant.user).execute();
    },
    async usage(day, subjects) {
      const found: UsageRecord[] = [];
      for (const some of chunks(subjects, LOOK_UP_MAX)) found.push(...(await usageOf(db, day, some)));
      return found;
    },
    addUsage: (day, used) =>
      within(async (transaction) => {
        for (const one of used) await add(transaction, day, one);
        await transaction
          .deleteFrom('assistant_usage')
          .where('day', '<', day - KEPT_DAYS)
          .execute();
      }),
  };
}

async function create(db: Transaction<Tables>, assistant: NewAssistant): Promise<CreateAssistantResult> {
  const { uuid, name, nameKey, nameSkeleton, createdMs } = assistant;
  if (await nameTaken(db, nameKey, nameSkeleton)) return { kind: 'nameTaken' };
  const number = (await nextNumber(db, 'user')) as UserNumber;
  const is = { owner: false, assistant: true };
  const registrationRecord = new Uint8Array(0);
  await insertUser(db, number, {
    uuid,
    name,
    nameKey,
    nameSkeleton,
    createdMs,
    registrationRecord,
    ...is,
  });
  await startInLobby(db, number);
  await db
    .insertInto('assistants')
    .values(toRow({ ...assistant, user: number, disabledMs: 0 }))
    .execute();
  return { kind: 'created', user: { ...NOTHING_YET, ...is, number, uuid, name, createdMs } };
}

async function usageOf(
  db: SqlDatabase['db'],
  day: number,
  subjects: readonly UsageSubject[],
): Promise<readonly UsageRecord[]> {
  const rows = await db
    .selectFrom('assistant_usage')
    .selectAll()
    .where('day', '=', day)
    .where((column) => column.or(subjects.map(({ kind, number }) => column.and({ kind, number }))))
    .execute();
  return rows.map(({ kind, number, requests, tokens }) => ({ subject: { kind, number }, requests, tokens }));
}

async function add(db: Transaction<Tables>, day: number, used: UsageRecord): Promise<void> {
  const { subject, requests, tokens } = used;
  const sum = (column: 'requests' | 'tokens', more: number) => {
    const of = sql.ref<number>(column);
    return sql<number>`case when ${of} + ${more} < 0 then 0 else ${of} + ${more} end`;
  };
  const { numUpdatedRows } = await db
    .updateTable('assistant_usage')
    .set({ requests: sum('requests', requests), tokens: sum('tokens', tokens) })
    .where('day', '=', day)
    .where('kind', '=', subject.kind)
    .where('number', '=', subject.number)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  await db
    .insertInto('assistant_usage')
    .values({ day, ...subject, requests: Math.max(0, requests), tokens: Math.max(0, tokens) })
    .execute();
}

const toRow = (assistant: AssistantRecord): Tables['assistants'] => ({
  user: assistant.user,
  provider: assistant.provider ?? null,
  url: assistant.url ?? null,
  key_variable: assistant.keyVariable ?? null,
  model: assistant.model ?? null,
  prompt: assistant.prompt ?? null,
  disabled_ms: assistant.disabledMs,
  created_ms: assistant.createdMs,
});

const toAssistant = (row: Tables['assistants']): AssistantRecord => ({
  user: row.user,
  provider: row.provider ?? undefined,
  url: row.url ?? undefined,
  keyVariable: row.key_variable ?? undefined,
  model: row.model ?? undefined,
  prompt: row.prompt ?? undefined,
  disabledMs: row.disabled_ms,
  createdMs: row.created_ms,
});
