/** Rooms of the server that are open: find one, look at what it is for, join it. */
import { errorWords, type Store } from '@sotto/app';
import type { ListedRoom } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { type SubmitEvent, useMemo, useState } from 'react';
import { useAsked } from '../hooks/use-asked.ts';
import { useTask } from '../hooks/use-task.ts';
import { goTo } from '../routes.ts';
import type { OpenDialog } from '../shell/open-dialog.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Empty } from '../ui/empty.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './browse.module.css';
import { fitOf, fold, SHOWN_MAX } from './finding.ts';
import { RoomIcon } from './room-icon.tsx';

export interface BrowseProps {
  store: Store;
  onOpen: (dialog: OpenDialog) => void;
  onClose: () => void;
}

export default function Browse({ store, onOpen, onClose }: BrowseProps) {
  const [listing] = useAsked(() => store.client.listRooms());
  const [query, setQuery] = useState('');
  const enter = (room: RoomNumber) => {
    onClose();
    goTo({ kind: 'room', room });
  };
  return (
    <Dialog
      title="Browse rooms"
      onClose={onClose}
      actions={
        <Button icon="plus" onClick={() => onOpen({ kind: 'create' })}>
          Create a room
        </Button>
      }
    >
      <Field
        label="Find"
        type="search"
        placeholder="Name or topic"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {listing.kind === 'loading' && <Skeleton shape="lines" label="Rooms" />}
      {listing.kind === 'failed' && <Notice kind="danger">{listing.words}</Notice>}
      {listing.kind === 'ready' && (
        <Rooms rooms={listing.value} query={query} store={store} onEnter={enter} />
      )}
      <JoinByCode store={store} onEnter={enter} />
    </Dialog>
  );
}

interface RoomsProps {
  rooms: readonly ListedRoom[];
  query: string;
  store: Store;
  onEnter: (room: RoomNumber) => void;
}

/** What fits best comes first, then where most people are. */
function Rooms({ rooms, query, store, onEnter }: RoomsProps) {
  const shown = useMemo(() => {
    const wanted = fold(query.replace(/^#/, ''));
    return rooms
      .filter(({ kind, archived }) => kind !== 'direct' && !archived)
      .map((room) => ({ room, fit: fitOf(wanted, [room.name, room.topic]) }))
      .filter(({ fit }) => fit > 0)
      .toSorted((one, other) => other.fit - one.fit || other.room.members - one.room.members);
  }, [rooms, query]);
  if (shown.length === 0)
    return (
      <Empty icon="search" title="No room fits">
        Type less of its name, or create it.
      </Empty>
    );
  return (
    <>
      <ul className={styles.list} aria-label="Rooms of this server">
        {shown.slice(0, SHOWN_MAX).map(({ room }) => (
          <OneRoom key={room.number} room={room} store={store} onEnter={onEnter} />
        ))}
      </ul>
      {shown.length > SHOWN_MAX && (
        <p className={styles.topic}>{shown.length - SHOWN_MAX} more: type what they are called.</p>
      )}
    </>
  );
}

function OneRoom({ room, store, onEnter }: Omit<RoomsProps, 'rooms' | 'query'> & { room: ListedRoom }) {
  const [task, start] = useTask();
  const join = async () => {
    await store.client.joinRoom(room.number);
    onEnter(room.number);
  };
  const members = room.members === 1 ? '1 member' : `${room.members} members`;
  return (
    <li className={styles.room}>
      <RoomIcon kind={room.kind} />
      <div className={styles.about}>
        <strong>{room.name}</strong>
        <p className={styles.topic}>{room.topic === '' ? members : `${members} · ${room.topic}`}</p>
        {task.kind === 'failed' && (
          <p className={styles.failed} role="alert">
            {errorWords(task.error)}
          </p>
        )}
      </div>
      {room.joined ? (
        <Button variant="quiet" aria-label={`Open ${room.name}`} onClick={() => onEnter(room.number)}>
          Open
        </Button>
      ) : (
        <Button aria-label={`Join ${room.name}`} busy={task.kind === 'busy'} onClick={() => start(join)}>
          Join
        </Button>
      )}
    </li>
  );
}

function JoinByCode({ store, onEnter }: Pick<RoomsProps, 'store' | 'onEnter'>) {
  const [code, setCode] = useState('');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(async () => onEnter((await store.client.joinRoom({ code: code.trim() })).number));
  };
  return (
    <form className={styles.code} onSubmit={onSubmit}>
      <Field
        label="Invite code of a room"
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" busy={task.kind === 'busy'}>
        Join
      </Button>
    </form>
  );
}
