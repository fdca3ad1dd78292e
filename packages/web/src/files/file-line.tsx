import { formatBytes } from '@sotto/model';
import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icons.ts';
import styles from './file-card.module.css';
import type { Media } from './media.ts';

export interface FileLineProps {
  name: string;
  sizeBytes?: number | undefined;
  media?: Media | undefined;
  action?: ReactNode;
  /** Beside its size. */
  note?: string | undefined;
  /** Of it, above its name. */
  look?: ReactNode;
  /** Beneath. */
  children?: ReactNode;
}

/** A file: what it looks like, what it is called, how large it is, what can be done with it. */
export function FileLine({ name, sizeBytes, media, action, note, look, children }: FileLineProps) {
  const facts = [sizeBytes === undefined ? undefined : formatBytes(sizeBytes), note];
  return (
    <div className={styles.card}>
      {look}
      <div className={styles.line}>
        <Icon name={iconOf(media)} />
        <div className={styles.words}>
          <span className={styles.name}>{name}</span>
          <span className={styles.size}>{facts.filter((each) => each !== undefined).join(', ')}</span>
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

export function iconOf(media: Media | undefined): IconName {
  switch (media?.kind) {
    case 'picture':
      return 'image';
    case 'audio':
      return 'volume';
    case 'video':
      return 'video';
    case 'pdf':
    case 'text':
      return 'fileText';
    case undefined:
      return 'file';
  }
}
