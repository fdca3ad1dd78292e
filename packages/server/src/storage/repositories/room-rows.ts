import type { RoomRecord } from '../../rooms/store.ts';
import type { Tables } from '../tables.ts';

export const ROOM_COLUMNS = [
  'rooms.number',
  'rooms.kind',
  'rooms.name',
  'rooms.direct_low',
  'rooms.direct_high',
  'rooms.created_ms',
  'rooms.topic',
  'rooms.slow_mode_seconds',
  'rooms.retention_days',
  'rooms.archived',
  'rooms.history',
  'rooms.assistants',
  'rooms.assistant_instructions',
] as const;

type RoomRow = Pick<
  Tables['rooms'],
  | 'number'
  | 'kind'
  | 'name'
  | 'direct_low'
  | 'direct_high'
  | 'created_ms'
  | 'topic'
  | 'slow_mode_seconds'
  | 'retention_days'
  | 'archived'
  | 'history'
  | 'assistants'
  | 'assistant_instructions'
>;

export function toRoom(row: RoomRow): RoomRecord {
  const { number, kind, name, direct_low: low, direct_high: high } = row;
  return {
    number,
    kind,
    name,
    directUsers: low === null || high === null ? undefined : [low, high],
    createdMs: row.created_ms,
    settings: {
      topic: row.topic,
      slowModeSeconds: row.slow_mode_seconds,
      retentionDays: row.retention_days,
      archived: row.archived === 1,
      history: row.history,
      assistants: row.assistants,
      assistantInstructions: row.assistant_instructions,
    },
  };
}
