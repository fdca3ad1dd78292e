/** The room that was open last on this device. */
import type { RoomNumber } from '@sotto/model';

const KEY = 'sotto.room';

export function rememberRoom(room: RoomNumber): void {
  try {
    localStorage.setItem(KEY, String(room));
  } catch {
    // Pages may be forbidden to keep anything.
  }
}

export function rememberedRoom(): RoomNumber | undefined {
  try {
    const room = Number(localStorage.getItem(KEY));
    return Number.isSafeInteger(room) && room > 0 ? (room as RoomNumber) : undefined;
  } catch {
    return undefined;
  }
}
