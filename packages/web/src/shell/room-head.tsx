import type { Store } from '@sotto/app';
import type { JoinedRoom, Person, RoomDetails } from '@sotto/client';
import { type ReactNode, useEffect, useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { kindWords, RoomIcon } from '../rooms/room-icon.tsx';
import { shownName } from '../rooms/sections.ts';
import { Presence } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { tip } from '../ui/tip.ts';
import styles from './room-head.module.css';

export interface RoomHeadProps {
  store: Store;
  room: JoinedRoom;
  /** Buttons at the end. */
  children?: ReactNode;
}

/** The bar above a conversation: which one it is, what it is for, and in narrow windows the way back. */
export function RoomHead({ store, room, children }: RoomHeadProps) {
  return (
    <header className={styles.head}>
      <BackToRooms store={store} room={room} />
      <span className={styles.kind} {...tip(kindWords(room.kind))}>
        {room.peer === undefined ? <RoomIcon kind={room.kind} /> : <PeerDot store={store} person={room.peer} />}
      </span>
      <div className={styles.words}>
        <h1 className={styles.name}>{shownName(room)}</h1>
        {room.peer === undefined ? <Topic store={store} room={room} /> : <PeerWords store={store} person={room.peer} />}
      </div>
      <div className={styles.actions}>{children}</div>
    </header>
  );
}

/** There is one pane at a time: how to leave this one, and what waits outside. */
function BackToRooms({ store, room }: { store: Store; room: JoinedRoom }) {
  const { unread } = useReadable(store.rooms);
  const elsewhere = unread - room.unread;
  const words = elsewhere === 0 ? 'Back to rooms' : `Back to rooms, ${elsewhere} unread`;
  return (
    <a href="#/" className={styles.back} aria-label={words}>
      <Icon name="arrowLeft" />
      {elsewhere > 0 && <span className={styles.waiting} />}
    </a>
  );
}

function PeerDot({ store, person }: { store: Store; person: Person }) {
  const presence = useReadable(store.presence(person.number));
  return <Presence online={presence?.online ?? false} />;
}

function PeerWords({ store, person }: { store: Store; person: Person }) {
  const presence = useReadable(store.presence(person.number));
  const words = presence === undefined ? '' : presence.online ? 'online' : lastSeenWords(presence.lastSeen);
  return <p className={styles.about}>{[`@${person.name}`, words].filter((part) => part !== '').join(' · ')}</p>;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const lastSeenWords = (at: Date | undefined): string =>
  at === undefined ? 'offline' : `last seen ${moment.format(at)}`;

function Topic({ store, room }: { store: Store; room: JoinedRoom }) {
  const details = useDetails(store, room);
  const topic = details?.settings.topic ?? '';
  return topic === '' ? null : (
    <p className={styles.about} {...tip(topic)}>
      {topic}
    </p>
  );
}

/** Read when the room is opened, and again when it was changed; undefined until then. */
export function useDetails(store: Store, { number }: JoinedRoom): RoomDetails | undefined {
  const [details, setDetails] = useState<RoomDetails>();
  const isOnline = useReadable(store.connection).status.kind === 'online';
  useEffect(() => {
    if (!isOnline) return;
    const ending = new AbortController();
    const read = () =>
      store.client.room(number).then(
        (read) => ending.signal.aborted || setDetails(read),
        // It has no topic then; the next connection asks again.
        () => {},
      );
    const follow = async () => {
      for await (const event of store.client.events(ending.signal))
        if (event.kind === 'roomChanged' && event.room.number === number) void read();
    };
    void read();
    void follow();
    return () => ending.abort();
  }, [store, number, isOnline]);
  return details?.room.number === number ? details : undefined;
}
