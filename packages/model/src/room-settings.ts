/** What of a room's settings, and of the reasons that moderators give, is accepted [TEXT-7]. Who may is `permissions.ts`. */
import { AssistantAccess, HistoryAccess, RoomKind, type RoomSettings } from '@sotto/schema';
import {
  ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS,
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
const ASSISTANTS: ReadonlySet<AssistantAccess> = new Set([
  AssistantAccess.ALLOWED,
  AssistantAccess.NO_HISTORY,
  AssistantAccess.FORBIDDEN,
]);
const HISTORY: ReadonlySet<HistoryAccess> = new Set([HistoryAccess.ALL, HistoryAccess.SINCE_JOINED]);

/** May be empty. */
export const checkTopic = (text: string): LineReading =>
  readLine(text, { maxCharacters: TOPIC_MAX_CHARACTERS, lines: 'one' });

/** What assistants of a room are told; may be empty [ASSIST-5]. */
const checkInstructions = (text: string): LineReading =>
  readLine(text, { maxCharacters: ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS, lines: 'many' });

/** Of a kick, ban or mute; may be empty. */
export const checkReason = (text: string): LineReading =>
  readLine(text, { maxCharacters: REASON_MAX_CHARACTERS, lines: 'one' });

export function checkRoomSettings(change: RoomSettingsFields): RoomSettingsReading {
  const { topic, name, assistantInstructions } = change;
  const settings: RoomSettingsFields = choicesOf(change);
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
  if (assistantInstructions !== undefined) {
    const read = checkInstructions(assistantInstructions);
    if (read.kind === 'invalid') return invalid('assistant instructions', read.reason);
    settings.assistantInstructions = read.text;
  }
  const reason = faultOfChoices(change);
  return reason === undefined ? { kind: 'valid', settings } : { kind: 'invalid', reason };
}

const invalid = (field: string, reason: string): RoomSettingsReading => ({
  kind: 'invalid',
  reason: `${field}: ${reason}`,
});

function choicesOf(change: RoomSettingsFields): RoomSettingsFields {
  const { kind, slowModeSeconds, retentionDays, archived, history, assistants } = change;
  return {
    ...(kind !== undefined && { kind }),
    ...(slowModeSeconds !== undefined && { slowModeSeconds }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(archived !== undefined && { archived }),
    ...(history !== undefined && { history }),
    ...(assistants !== undefined && { assistants }),
  };
}

function faultOfChoices(change: RoomSettingsFields): string | undefined {
  const { kind, slowModeSeconds = 0, retentionDays = 0, history, assistants } = change;
  if (kind !== undefined && !SETTABLE_KINDS.has(kind)) return 'kind: public, private or announcement';
  if (!isUpTo(slowModeSeconds, SLOW_MODE_MAX_SECONDS)) return `slow mode: 0 to ${SLOW_MODE_MAX_SECONDS} s`;
  if (!isUpTo(retentionDays, RETENTION_MAX_DAYS)) return `retention: 0 to ${RETENTION_MAX_DAYS} days`;
  if (history !== undefined && !HISTORY.has(history)) return 'history: all, or since joined';
  if (assistants === undefined || ASSISTANTS.has(assistants)) return undefined;
  return 'assistants: allowed, without history, or forbidden';
}

const isUpTo = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;
