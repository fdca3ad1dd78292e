import type { RoomNumber } from '@sotto/model';
import { type DragEvent, type ReactNode, useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import styles from './drop-zone.module.css';

/** Files that are dropped on it are sent to the room. */
export function DropZone({ room, children }: { room: RoomNumber; children: ReactNode }) {
  const store = useStore();
  const [isOver, setOver] = useState(false);
  const onDrag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    for (const file of event.dataTransfer.files) store.sendFile(room, file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped can be attached by a button as well.
    <div
      className={styles.zone}
      data-conversation=""
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={onDrop}
    >
      {children}
      {isOver && <div className={styles.over}>Drop to send</div>}
    </div>
  );
}
