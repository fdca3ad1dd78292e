import type { RoomsState, Store } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { type ReactNode, useEffect } from 'react';
import { ConversationView } from '../conversation/conversation-view.tsx';
import { ShowingFiles } from '../files/showing.tsx';
import { useSelected } from '../hooks/use-store.ts';
import { rememberedRoom, rememberRoom } from '../rooms/last-room.ts';
import { inOrder } from '../rooms/sections.ts';
import { goTo, type Route, replaceWith, useRoute } from '../routes.ts';
import { useBeside, useOnePane } from '../side/beside.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Boundary } from './boundary.tsx';
import { NotIn } from './not-in.tsx';
import type { OpenDialog } from './open-dialog.ts';
import styles from './shell.module.css';
import { useIsWide } from './wide.ts';

export interface MiddleProps {
  store: Store;
  onOpen: (dialog: OpenDialog) => void;
}

/** The conversation, or what stands there instead. */
export function Middle({ store, onOpen }: MiddleProps) {
  const route = useRoute();
  const beside = useBeside();
  const isWide = useIsWide();
  const wanted = route.kind === 'room' ? route.room : undefined;
  // Each message changes the rooms; drawn again is this only where it is another answer.
  const isKnown = useSelected(store.rooms, ({ list }) => list.length > 0);
  const isIn = useSelected(store.rooms, ({ byNumber }) => wanted !== undefined && byNumber.has(wanted), [
    wanted,
  ]);
  // Rooms that are kept on this device do not say that there is no other one, and nobody is joined without the server.
  const hasTold = useSelected(store.connection, ({ stays }) => stays.length > 0);
  const first = useSelected(store.rooms, firstOf, [route]);
  useFirstRoom(route, isWide, first);
  useOnePane(beside, isWide, wanted);
  const { wish } = beside;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish is granted once.
  useEffect(() => {
    // A thread stands where the search is to be.
    const room = route.kind === 'home' ? first : route.thread === undefined ? undefined : route.room;
    if (beside.side === 'search' && room !== undefined) goTo({ kind: 'room', room });
  }, [wish]);
  // One pane at a time, and it is the list: the page keeps its name.
  if (!isWide && route.kind === 'home')
    return (
      <main id="conversation" className={styles.absent}>
        <h1 className="unseen">Sotto</h1>
      </main>
    );
  return (
    <main id="conversation" className={styles.middle} tabIndex={-1}>
      {!isKnown || (wanted !== undefined && !isIn && !hasTold) ? (
        <Titled>
          <Skeleton shape="lines" label="Conversation" />
        </Titled>
      ) : route.kind === 'home' ? (
        <Titled>
          <Nothing onOpen={onOpen} />
        </Titled>
      ) : isIn ? (
        <Boundary key={route.room} of="place">
          <ShowingFiles>
            <ConversationView
              room={route.room}
              message={route.message}
              thread={route.thread}
              beside={beside}
            />
          </ShowingFiles>
        </Boundary>
      ) : (
        <Titled>
          <NotIn key={route.room} store={store} room={route.room} />
        </Titled>
      )}
    </main>
  );
}

/** What is no conversation has no heading of its own that is seen; and in narrow windows a way back is needed. */
function Titled({ children }: { children: ReactNode }) {
  return (
    <div className={styles.titled}>
      <h1 className="unseen">Sotto</h1>
      <a href="#/" className={styles.back}>
        <Icon name="arrowLeft" />
        Back to rooms
      </a>
      {children}
    </div>
  );
}

/** The one that was read last, where one is still in it. */
function firstOf({ list, byNumber }: RoomsState): RoomNumber | undefined {
  const last = rememberedRoom();
  return last !== undefined && byNumber.has(last) ? last : inOrder(list)[0]?.number;
}

/** A wide window shows a conversation from the start. */
function useFirstRoom(route: Route, isWide: boolean, first: RoomNumber | undefined): void {
  useEffect(() => {
    if (route.kind === 'room') rememberRoom(route.room);
    else if (isWide && first !== undefined) replaceWith({ kind: 'room', room: first });
  }, [route, isWide, first]);
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
