import type { RoomNumber, Sequence } from '@sotto/model';
import { type DragEvent, type ReactNode, useState } from 'react';
import { addToast } from '../ui/toasts.ts';
import styles from './drop-zone.module.css';
import { useAttach } from './use-attached.ts';

export interface DropZoneProps {
  room: RoomNumber;
  thread?: Sequence;
  children: ReactNode;
}

/** Files that are dropped on it wait in its text field. */
export function DropZone({ room, thread, children }: DropZoneProps) {
  const attach = useAttach(room, thread);
  const [isOver, setOver] = useState(false);
  const onDrag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  const onDrop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(false);
    const { files, folders } = dropped(event.dataTransfer);
    if (files.length > 0) attach(files);
    for (const name of folders) addToast({ kind: 'danger', words: folderWords(name) });
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
      {isOver && <div className={styles.over}>Drop to attach</div>}
    </div>
  );
}

const folderWords = (name: string): string =>
  `“${name}” is a folder. Send the files in it, or pack them into one file.`;

/** Browsers tell a folder from a file only by its entry. */
function dropped({ items }: DataTransfer): { files: File[]; folders: string[] } {
  const found: { files: File[]; folders: string[] } = { files: [], folders: [] };
  for (const item of items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    const file = item.getAsFile();
    if (entry?.isDirectory === true) found.folders.push(entry.name);
    else if (file !== null) found.files.push(file);
  }
  return found;
}
