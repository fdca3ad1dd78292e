import { mayHere, type Store } from '@sotto/app';
import type { RoomAction, RoomNumber } from '@sotto/model';
import { useReadable } from './use-store.ts';

/** Whether this account may do it in the room now: by its role, where it is not muted and the room not archived. */
export function mayNow(store: Store, number: RoomNumber, action: RoomAction): boolean {
  const room = store.rooms.get().byNumber.get(number);
  const me = store.me.get();
  const details = store.details(number).get();
  return room !== undefined && me !== undefined && mayHere({ room, me, details, nowMs: Date.now() }, action);
}

/** As `mayNow`; what draws with it draws again when that may be otherwise. */
export function useMay(store: Store, room: RoomNumber): (action: RoomAction) => boolean {
  useReadable(store.rooms);
  useReadable(store.details(room));
  return (action) => mayNow(store, room, action);
}
