import { placeKey, readable, type Store } from '@sotto/app';
import type { JoinedRoom, Person } from '@sotto/client';
import { memo } from 'react';
import { useReadable, useSelected } from '../hooks/use-store.ts';
import { hashOf } from '../routes.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { classes } from '../ui/classes.ts';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icons.ts';
import { RoomIcon } from './room-icon.tsx';
import styles from './room-list.module.css';
import { shownName } from './sections.ts';

export interface RoomRowProps {
  store: Store;
  room: JoinedRoom;
  isCurrent: boolean;
}

/** Drawn again only when this room, or whether it is the current one, has changed. */
export const RoomRow = memo(function RoomRow({ store, room, isCurrent }: RoomRowProps) {
  const { unread, mentions, peer } = room;
  return (
    <li>
      <a
        className={classes(styles.row, unread > 0 && styles.unread)}
        href={hashOf({ kind: 'room', room: room.number })}
        aria-current={isCurrent ? 'page' : undefined}
        data-room-row={room.number}
        draggable={false}
      >
        {peer === undefined ? <RoomIcon kind={room.kind} /> : <Peer store={store} person={peer} />}
        <span className={styles.name}>{shownName(room)}</span>
        <SilentMark store={store} room={room} />
        {!isCurrent && <DraftMark store={store} room={room} />}
        {mentions > 0 ? (
          <Badge count={mentions} kind="mention" />
        ) : (
          <Badge count={unread} kind={peer === undefined ? 'unread' : 'direct'} />
        )}
      </a>
    </li>
  );
});

function Peer({ store, person }: { store: Store; person: Person }) {
  const presence = useReadable(store.presence(person.number));
  return <Avatar person={person} size="small" online={presence?.online ?? false} />;
}

/** Drafts are those of the room itself; those of its threads stand there. */
function DraftMark({ store, room: { number } }: { store: Store; room: JoinedRoom }) {
  const key = placeKey(number);
  const isThere = useSelected(store.drafts, (drafts) => drafts.has(key), [key]);
  return isThere ? <Mark icon="edit" words="draft" /> : null;
}

function SilentMark({ store, room: { number } }: { store: Store; room: JoinedRoom }) {
  const settings = readable(store.client.snapshots.settings);
  const isSilent = useSelected(settings, ({ levels }) => levels.get(number) === 'nothing', [number]);
  return isSilent ? <Mark icon="bellOff" words="muted" /> : null;
}

const Mark = ({ icon, words }: { icon: IconName; words: string }) => (
  <span className={styles.mark}>
    <Icon name={icon} size="small" />
    <span className="unseen">{words}</span>
  </span>
);
