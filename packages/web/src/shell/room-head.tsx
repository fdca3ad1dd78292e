import type { Store } from '@sotto/app';
import type { JoinedRoom, Person } from '@sotto/client';
import { type ReactNode, useContext } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { PersonName } from '../people/person-name.tsx';
import { kindWords, RoomIcon } from '../rooms/room-icon.tsx';
import { shownName } from '../rooms/sections.ts';
import { Presence } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';
import { tip } from '../ui/tip.ts';
import { OpenDialogContext } from './open-dialog.ts';
import styles from './room-head.module.css';
import { useDetails } from './use-details.ts';

export interface RoomHeadProps {
  store: Store;
  room: JoinedRoom;
  /** In place of buttons, where there is no room for them. */
  menu?: readonly MenuItem[] | undefined;
  /** Buttons at the end. */
  children?: ReactNode;
}

/** The bar above a conversation: which one it is, what it is for, and in narrow windows the way back. */
export function RoomHead({ store, room, menu, children }: RoomHeadProps) {
  const open = useContext(OpenDialogContext);
  const about = () => open({ kind: 'about', room: room.number });
  return (
    <header className={styles.head}>
      <BackToRooms store={store} room={room} />
      <span className={styles.kind} {...tip(kindWords(room.kind))}>
        {room.peer === undefined ? (
          <RoomIcon kind={room.kind} />
        ) : (
          <PeerDot store={store} person={room.peer} />
        )}
      </span>
      <div className={styles.words}>
        <h1 className={styles.name}>
          {room.peer === undefined ? (
            shownName(room)
          ) : (
            <PersonName person={room.peer} className={styles.person} />
          )}
        </h1>
        {room.peer === undefined ? (
          <Topic store={store} room={room} />
        ) : (
          <PeerWords store={store} person={room.peer} />
        )}
      </div>
      <div className={styles.actions}>
        {children}
        {menu === undefined ? (
          <IconButton icon="info" label="About this room" onClick={about} />
        ) : (
          <MenuButton
            icon="more"
            label="More"
            items={[...menu, { kind: 'action', label: 'About this room', icon: 'info', onSelect: about }]}
          />
        )}
      </div>
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
  return (
    <p className={styles.about}>{[`@${person.name}`, words].filter((part) => part !== '').join(' · ')}</p>
  );
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
