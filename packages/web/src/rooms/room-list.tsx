import type { Store } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { lazy, type MouseEvent, Suspense, useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import type { OpenDialog } from '../shell/open-dialog.ts';
import type { MenuPlace } from '../ui/menu.tsx';
import { movesAmong } from '../ui/moves-among.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './room-list.module.css';
import { RoomRow } from './room-row.tsx';
import { type Section, sectionsOf } from './sections.ts';

const moveFocus = movesAmong('[data-room-row]');
const RoomMenu = lazy(() => import('./room-menu.tsx'));

export interface RoomListProps {
  store: Store;
  current: RoomNumber | undefined;
}

/** Arrow keys go from row to row; Tab leaves the list. The other mouse button, a long press or the menu key opens a menu. */
export function RoomList({
  store,
  current,
  onOpen,
}: RoomListProps & { onOpen: (dialog: OpenDialog) => void }) {
  const { list } = useReadable(store.rooms);
  const [menu, setMenu] = useState<{ room: RoomNumber; at: MenuPlace }>();
  if (list.length === 0) return <Skeleton shape="rows" label="Rooms" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from link to link inside.
    <div
      className={styles.list}
      onKeyDown={moveFocus}
      onContextMenu={(event) => setMenu(menuFor(event) ?? menu)}
    >
      {sectionsOf(list).map((section) => (
        <OneSection key={section.key} section={section} store={store} current={current} />
      ))}
      {menu !== undefined && (
        <Suspense fallback={null}>
          <RoomMenu store={store} {...menu} onOpen={onOpen} onClose={() => setMenu(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

/** Of the row that it was asked for on: at the pointer, by keyboard at the row. */
function menuFor(event: MouseEvent<HTMLElement>): { room: RoomNumber; at: MenuPlace } | undefined {
  const { target, clientX: x, clientY: y, button, nativeEvent } = event;
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-room-row]') : null;
  if (row === null || event.shiftKey) return undefined;
  event.preventDefault();
  const isPointer = button === 2 || (nativeEvent as PointerEvent).pointerType === 'touch';
  return { room: Number(row.dataset.roomRow) as RoomNumber, at: isPointer ? { x, y } : row };
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
