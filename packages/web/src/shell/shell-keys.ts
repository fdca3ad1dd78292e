import { type KeyAction, keyAction, type Store } from '@sotto/app';
import type { JoinedRoom } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useEffect } from 'react';
import { inOrder } from '../rooms/sections.ts';
import { goTo, routeOf } from '../routes.ts';
import { lookFor } from '../side/beside.ts';
import type { OpenDialog } from './open-dialog.ts';

/** Keys that count wherever one is; those that something nearer has taken do not come here. */
export function useShellKeys(store: Store, open: (dialog: OpenDialog) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = keyAction(event, 'anywhere');
      if (event.defaultPrevented || action === undefined || isInDialog(event.target)) return;
      if (perform(action, store, open)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [store, open]);
}

const isInDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('dialog, [role="menu"]') !== null;

/** Whether it was one of ours. */
function perform(action: KeyAction, store: Store, open: (dialog: OpenDialog) => void): boolean {
  switch (action) {
    case 'switchRoom':
      open({ kind: 'switcher' });
      return true;
    case 'help':
      open({ kind: 'keys' });
      return true;
    case 'searchAll':
      // Where there is a conversation, it is its own key.
      if (routeOf(location.hash).kind === 'room') return false;
      lookFor({ everywhere: true });
      return true;
    case 'previousRoom':
      return step(store, -1, () => true);
    case 'nextRoom':
      return step(store, 1, () => true);
    case 'previousUnread':
      return step(store, -1, isUnread);
    case 'nextUnread':
      return step(store, 1, isUnread);
    default:
      return false;
  }
}

const isUnread = ({ unread }: JoinedRoom): boolean => unread > 0;

/** To the next room of the list in that direction that is wanted, around its end. */
function step(store: Store, direction: 1 | -1, isWanted: (room: JoinedRoom) => boolean): true {
  const route = routeOf(location.hash);
  const next = stepFrom(
    inOrder(store.rooms.get().list),
    route.kind === 'room' ? route.room : undefined,
    direction,
    isWanted,
  );
  if (next !== undefined) goTo({ kind: 'room', room: next.number });
  return true;
}

export function stepFrom(
  rooms: readonly JoinedRoom[],
  from: RoomNumber | undefined,
  direction: 1 | -1,
  isWanted: (room: JoinedRoom) => boolean,
): JoinedRoom | undefined {
  const at = rooms.findIndex(({ number }) => number === from);
  const start = at === -1 && direction === -1 ? 0 : at;
  const others = rooms.map((_, step) => rooms.at((start + direction * (step + 1)) % rooms.length));
  return others.find((room) => room !== undefined && room.number !== from && isWanted(room));
}
