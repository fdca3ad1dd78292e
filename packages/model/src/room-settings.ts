/** What of a room's settings, and of the reasons that moderators give, is accepted [TEXT-7]. Who may is `permissions.ts`. */
import { HistoryAccess, RoomKind, type RoomSettings } from '@sotto/schema';
import {
  REASON_MAX_CHARACTERS,
  RETENTION_MAX_DAYS,
  SLOW_MODE_MAX_SECONDS,
  TOPIC_MAX_CHARACTERS,
} from './limits.ts';
import { type LineReading, readLine } from './lines.ts';
import { readName } from './names.ts';

/** In a change only what is present is changed. */
export type RoomSettingsFields = Omit<RoomSettings, '$typeName' | '$unknown'>;
export type RoomSettingsReading =
  /** Text is normalised. */
  { kind: 'valid'; settings: RoomSettingsFields } | { kind: 'invalid'; reason: string };

const SETTABLE_KINDS: ReadonlySet<RoomKind> = new Set([
  RoomKind.PUBLIC,
  RoomKind.PRIVATE,
  RoomKind.ANNOUNCEMENT,
]);
const HISTORY: ReadonlySet<HistoryAccess> = new Set([HistoryAccess.ALL, HistoryAccess.SINCE_JOINED]);

/** May be empty. */
export const checkTopic = (text: string): LineReading =>
  readLine(text, { maxCharacters: TOPIC_MAX_CHARACTERS, lines: 'one' });

/** Of a kick, ban or mute; may be empty. */
export const checkReason = (text: string): LineReading =>
  readLine(text, { maxCharacters: REASON_MAX_CHARACTERS, lines: 'one' });

export function checkRoomSettings(change: RoomSettingsFields): RoomSettingsReading {
  const { topic, name, kind, slowModeSeconds, retentionDays, archived, history } = change;
  const settings: RoomSettingsFields = {};
  if (topic !== undefined) {
    const read = checkTopic(topic);
    if (read.kind === 'invalid') return invalid('topic', read.reason);
    settings.topic = read.text;
  }
  if (name !== undefined) {
    const read = readName(name);
    if (read.kind === 'invalid') return invalid('name', read.reason);
    settings.name = read.name;
  }
  const reason = faultOfChoices(change);
  if (reason !== undefined) return { kind: 'invalid', reason };
  if (kind !== undefined) settings.kind = kind;
  if (slowModeSeconds !== undefined) settings.slowModeSeconds = slowModeSeconds;
  if (retentionDays !== undefined) settings.retentionDays = retentionDays;
  if (archived !== undefined) settings.archived = archived;
  if (history !== undefined) settings.history = history;
  return { kind: 'valid', settings };
}

const invalid = (field: string, reason: string): RoomSettingsReading => ({
  kind: 'invalid',
  reason: `${field}: ${reason}`,
});

function faultOfChoices({ kind, slowModeSeconds = 0, retentionDays = 0, history }: RoomSettingsFields) {
  if (kind !== undefined && !SETTABLE_KINDS.has(kind)) return 'kind: public, private or announcement';
  if (!isUpTo(slowModeSeconds, SLOW_MODE_MAX_SECONDS)) return `slow mode: 0 to ${SLOW_MODE_MAX_SECONDS} s`;
  if (!isUpTo(retentionDays, RETENTION_MAX_DAYS)) return `retention: 0 to ${RETENTION_MAX_DAYS} days`;
  return history === undefined || HISTORY.has(history) ? undefined : 'history: all, or since joined';
}

const isUpTo = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;
