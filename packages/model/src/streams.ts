/**
 * Stream ids [STREAM-1]: one number that says whose stream it is, small on the wire and a key in every database.
 */
import type { DeviceNumber, RoomNumber, StreamId, UserNumber } from './ids.ts';

const KINDS = 4;
const ROOM = 0;
const INBOX = 1;
const DEVICE = 2;

export type StreamOwner =
  | { kind: 'room'; room: RoomNumber }
  | { kind: 'inbox'; user: UserNumber }
  | { kind: 'device'; device: DeviceNumber };

export const roomStream = (room: RoomNumber): StreamId => (room * KINDS + ROOM) as StreamId;
export const inboxStream = (user: UserNumber): StreamId => (user * KINDS + INBOX) as StreamId;

/** Whose stream `id` is; undefined for numbers that are no stream. */
export function streamOwner(id: number): StreamOwner | undefined {
  if (!Number.isSafeInteger(id) || id < KINDS) return undefined;
  const number = Math.floor(id / KINDS);
  switch (id % KINDS) {
    case ROOM:
      return { kind: 'room', room: number as RoomNumber };
    case INBOX:
      return { kind: 'inbox', user: number as UserNumber };
    case DEVICE:
      return { kind: 'device', device: number as DeviceNumber };
    default:
      return undefined;
  }
}
