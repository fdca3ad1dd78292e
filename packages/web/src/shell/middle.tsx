import type { Store } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { useEffect } from 'react';
import { useReadable } from '../hooks/use-readable.ts';
import { rememberedRoom, rememberRoom } from '../rooms/last-room.ts';
import { type Route, replaceWith, useRoute } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { NotIn } from './not-in.tsx';
import styles from './shell.module.css';
import type { OpenDialog } from './shell-dialog.tsx';
import { useIsWide } from './wide.ts';

export interface MiddleProps {
  store: Store;
  onOpen: (dialog: OpenDialog) => void;
}

/** The conversation, or what stands there instead. */
export function Middle({ store, onOpen }: MiddleProps) {
  const route = useRoute();
  const { list, byNumber } = useReadable(store.rooms);
  const isKnown = list.length > 0;
  useFirstRoom(route, isKnown, (room) => byNumber.has(room));
  return (
    <main id="conversation" className={styles.middle} tabIndex={-1}>
      <h1 className="unseen">Sotto</h1>
      {!isKnown ? (
        <Skeleton shape="lines" label="Conversation" />
      ) : route.kind === 'home' ? (
        <Nothing onOpen={onOpen} />
      ) : byNumber.has(route.room) ? (
        <p key={route.room}>{byNumber.get(route.room)?.name}</p>
      ) : (
        <NotIn key={route.room} store={store} room={route.room} />
      )}
    </main>
  );
}

/** A wide window shows a conversation from the start: the one that was open last on this device. */
function useFirstRoom(route: Route, isKnown: boolean, isIn: (room: RoomNumber) => boolean): void {
  const isWide = useIsWide();
  useEffect(() => {
    if (route.kind === 'room') return rememberRoom(route.room);
    const last = rememberedRoom();
    if (isWide && isKnown && last !== undefined && isIn(last)) replaceWith({ kind: 'room', room: last });
  }, [route, isWide, isKnown, isIn]);
}

function Nothing({ onOpen }: { onOpen: (dialog: OpenDialog) => void }) {
  return (
    <Empty
      icon="message"
      title="Choose a room"
      actions={<Button onClick={() => onOpen({ kind: 'browse' })}>Browse rooms</Button>}
    >
      Or press <kbd>Ctrl</kbd> <kbd>K</kbd> and type where you want to go.
    </Empty>
  );
}
