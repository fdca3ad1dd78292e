/** What a journal holds: one JSON record a line. Each sets something outright, so reading one twice changes nothing. */
import type { Sequence, StreamId } from '@sotto/model';
import { fromBase64Url, toBase64Url } from '../login/base64url.ts';
import type { NetworkRecord } from '../paths/memory.ts';
import type { ClientSnapshot, ClientStore, KeptChanges, OutboxEntry, StoredSession } from '../store.ts';

export type Record =
  | { kind: 'deviceKey'; key: string }
  | { kind: 'session'; session: StoredSessionRecord | null }
  | { kind: 'cursors'; log: string; cursors: [stream: number, sequence: number | null][] }
  | { kind: 'outbox'; entry: OutboxEntry }
  | { kind: 'sent'; clientMessageId: string }
  | { kind: 'networks'; networks: readonly NetworkRecord[] }
  /** Never in a journal: it may be lost. */
  | { kind: 'kept'; log: string; pages: [name: string, bytes: string | null][] };

/** Journals of older versions have no generation. */
type StoredSessionRecord = Omit<StoredSession, 'token' | 'generation'> & {
  token: string;
  generation?: number;
};

export const deviceKeyRecord = (key: Uint8Array): Record => ({ kind: 'deviceKey', key: toBase64Url(key) });

export function sessionRecord(session: StoredSession | undefined): Record {
  return {
    kind: 'session',
    session: session === undefined ? null : { ...session, token: toBase64Url(session.token) },
  };
}

export function cursorsRecord(log: string, cursors: ReadonlyMap<StreamId, Sequence | undefined>): Record {
  return {
    kind: 'cursors',
    log,
    cursors: [...cursors].map(([stream, sequence]) => [stream, sequence ?? null]),
  };
}

export function keptRecord(log: string, changes: KeptChanges): Record {
  const pages = [...changes].map(([name, bytes]): [string, string | null] => [
    name,
    bytes === undefined ? null : toBase64Url(bytes),
  ]);
  return { kind: 'kept', log, pages };
}

/** Records that make an empty store what `snapshot` is. */
export function recordsOf(snapshot: ClientSnapshot): Record[] {
  const records: Record[] = [];
  if (snapshot.deviceKey !== undefined) records.push(deviceKeyRecord(snapshot.deviceKey));
  if (snapshot.session !== undefined) records.push(sessionRecord(snapshot.session));
  if (snapshot.logIncarnation !== '') records.push(cursorsRecord(snapshot.logIncarnation, snapshot.cursors));
  for (const entry of snapshot.outbox) records.push({ kind: 'outbox', entry });
  if (snapshot.networks.length > 0) records.push({ kind: 'networks', networks: snapshot.networks });
  return records;
}

/** Throws on what is no record; resolves when `store` has it. */
export function applyRecord(record: Record, store: ClientStore): Promise<void> {
  switch (record.kind) {
    case 'deviceKey':
      return store.saveDeviceKey(fromBase64Url(record.key));
    case 'session': {
      const { session } = record;
      return store.saveSession(session === null ? undefined : storedSession(session));
    }
    case 'cursors':
      return store.saveCursors(record.log, cursorsOf(record));
    case 'outbox':
      return store.putOutbox(record.entry);
    case 'sent':
      return store.removeOutbox(record.clientMessageId);
    case 'networks':
      if (!isNetworks(record.networks)) throw new Error('not a record');
      return store.saveNetworks(record.networks);
    case 'kept':
      return store.saveKept(record.log, pagesOf(record));
    default:
      throw new Error('not a record');
  }
}

const cursorsOf = ({ cursors }: Extract<Record, { kind: 'cursors' }>) =>
  new Map(cursors.map(([stream, sequence]) => [stream as StreamId, (sequence ?? undefined) as Sequence]));

const pagesOf = ({ pages }: Extract<Record, { kind: 'kept' }>): KeptChanges =>
  new Map(pages.map(([name, bytes]) => [name, bytes === null ? undefined : fromBase64Url(bytes)]));

function storedSession(session: StoredSessionRecord): StoredSession {
  const { token, generation = 0 } = session;
  return { ...session, token: fromBase64Url(token), generation };
}

export const isNetworks = (value: unknown): value is readonly NetworkRecord[] =>
  Array.isArray(value) && value.every(isNetwork);

function isNetwork(value: unknown): boolean {
  if (!isObject(value) || !('network' in value) || !('usedMs' in value) || !('transports' in value))
    return false;
  const { network, usedMs, transports } = value;
  if (typeof network !== 'string' || !Number.isFinite(usedMs) || !isObject(transports)) return false;
  return !Array.isArray(transports) && Object.values(transports).every(isAnswer);
}

const isAnswer = (value: unknown) =>
  isObject(value) &&
  'worked' in value &&
  typeof value.worked === 'boolean' &&
  'atMs' in value &&
  Number.isFinite(value.atMs);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
