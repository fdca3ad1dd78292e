/** What administrators read, in words. */
import type { Account, Limit, Person, ServerRoom } from '@sotto/client';
import { formatBytes } from '@sotto/model';

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const number = new Intl.NumberFormat();

export const dayWords = (at: Date): string => day.format(at);
export const momentWords = (at: Date): string => moment.format(at);
export const countWords = (count: number): string => number.format(count);

/** "1 use", "3 uses". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${countWords(count)} ${count === 1 ? one : many}`;

export function standingWords({ owner, administrator, assistant }: Person): readonly string[] {
  if (owner) return ['owns the server'];
  return [...(administrator ? ['administrator'] : []), ...(assistant ? ['assistant'] : [])];
}

export function seenWords({ online, lastSeen, person }: Account): string {
  if (online) return 'online';
  if (person.assistant && lastSeen === undefined) return 'offline';
  return lastSeen === undefined ? 'never seen' : `seen ${momentWords(lastSeen)}`;
}

export const roomWords = ({ kind, members, events, fileBytes, createdAt, archived }: ServerRoom): string =>
  [
    kind,
    ...(archived ? ['archived'] : []),
    counted(members, 'member'),
    counted(events, 'entry', 'entries'),
    ...(fileBytes > 0 ? [`files ${formatBytes(fileBytes)}`] : []),
    ...(kind === 'lobby' ? [] : [`since ${dayWords(createdAt)}`]),
  ].join(' · ');

const LIMITS: Readonly<Record<string, string>> = {
  'account messages': 'Messages of one account',
  'account bytes': 'Text of one account',
  'account requests': 'Requests of one account',
  'source messages': 'Messages from one address',
  'source bytes': 'Text from one address',
  'source connections': 'Connections from one address',
  'room messages': 'Messages in one room',
  'room bytes': 'Text in one room',
};

export const limitNames = (limit: string): string => LIMITS[limit] ?? limit;

const TRANSPORTS: Readonly<Record<string, string>> = {
  udp: 'UDP',
  quic: 'QUIC',
  tls: 'TLS',
  websocket: 'WebSocket',
};

export const transportWords = (transport: string): string => TRANSPORTS[transport] ?? transport;

/** "20 a second, 200 at once", "512 kB a second, 4 MB at once". */
export function limitWords({ limit, perSecond, most }: Limit): string {
  const amount = (count: number) => (limit.endsWith('bytes') ? formatBytes(count) : countWords(count));
  if (perSecond === undefined) return `${amount(most)} at a time`;
  const back = perSecond < 1 ? `${amount(perSecond * 60)} a minute` : `${amount(perSecond)} a second`;
  return `${back}, ${amount(most)} at once`;
}

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** "3 d 4 h", "5 min": the two largest units. */
export function lastingWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S)
    return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
  return `${Math.floor(seconds / DAY_S)} d ${Math.floor((seconds % DAY_S) / HOUR_S)} h`;
}

/** What the audit log calls it, and what people do; with whom it was done to after it. */
export const ACTIONS = {
  suspend: 'suspended',
  restore: 'restored',
  appoint: 'appointed',
  dismiss: 'dismissed',
  recover: 'made a recovery code for',
  resetSecondFactor: 'reset the second factor of',
  endSessions: 'logged out',
  deleteAccount: 'deleted',
  createToken: 'made an API token for',
  makeAssistant: 'made the assistant',
  changeAssistant: 'changed the assistant',
  disableAssistant: 'switched off',
  enableAssistant: 'switched on',
  createInvite: 'made an invite code',
  revokeInvite: 'took back an invite code',
} as const satisfies Record<string, string>;

export const actionWords = (action: string): string =>
  Object.hasOwn(ACTIONS, action) ? ACTIONS[action as keyof typeof ACTIONS] : action;
