import type { Store } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import type { KeyboardEvent } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './room-list.module.css';
import { RoomRow } from './room-row.tsx';
import { type Section, sectionsOf } from './sections.ts';

export interface RoomListProps {
  store: Store;
  current: RoomNumber | undefined;
}

/** Arrow keys go from row to row; Tab leaves the list. */
export function RoomList({ store, current }: RoomListProps) {
  const { list } = useReadable(store.rooms);
  if (list.length === 0) return <Skeleton shape="rows" label="Rooms" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from link to link inside.
    <div className={styles.list} onKeyDown={moveFocus}>
      {sectionsOf(list).map((section) => (
        <OneSection key={section.key} section={section} store={store} current={current} />
      ))}
    </div>
  );
}

function OneSection({ section, store, current }: RoomListProps & { section: Section }) {
  const { key, title, rooms } = section;
  return (
    <section aria-labelledby={`section-${key}`}>
      <h2 id={`section-${key}`} className={styles.title}>
        {title}
      </h2>
      {rooms.length === 0 ? (
        <p className={styles.none}>Write to somebody: press the pencil above.</p>
      ) : (
        <ul>
          {rooms.map((room) => (
            <RoomRow key={room.number} store={store} room={room} isCurrent={room.number === current} />
          ))}
        </ul>
      )}
    </section>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-room-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const row = next === undefined ? undefined : rows[next];
  if (at === -1 || row === undefined) return;
  event.preventDefault();
  row.focus();
}
