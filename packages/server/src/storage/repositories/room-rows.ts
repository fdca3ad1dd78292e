import type { RoomRecord } from '../../rooms/store.ts';
import type { Tables } from '../tables.ts';

export const ROOM_COLUMNS = [
  'rooms.number',
  'rooms.kind',
  'rooms.name',
  'rooms.direct_low',
  'rooms.direct_high',
] as const;

type RoomRow = Pick<Tables['rooms'], 'number' | 'kind' | 'name' | 'direct_low' | 'direct_high'>;

export function toRoom({ number, kind, name, direct_low: low, direct_high: high }: RoomRow): RoomRecord {
  return { number, kind, name, directUsers: low === null || high === null ? undefined : [low, high] };
}
