import type { FilePreview } from '@sotto/client';
import { useState } from 'react';
import { classes } from '../ui/classes.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './file-card.module.css';
import { fittedSize } from './fitted.ts';

export interface PictureLookProps {
  url: string | undefined;
  preview: FilePreview | undefined;
  /** It will be there soon: its place is kept. */
  isComing?: boolean;
  /** What pressing it does; read out. */
  label: string;
  isFilm?: boolean;
  onOpen?: () => void;
}

/**
 * A picture in its row, and its place before it is there: as large as its sender said, else of one height, so that nothing moves
 * when it comes. What can be pressed is beside its name as well.
 */
export function PictureLook({ url, preview, label, isFilm = false, ...more }: PictureLookProps) {
  const { isComing = false, onOpen } = more;
  const [brokenUrl, setBroken] = useState<string>();
  const size = preview && fittedSize(preview);
  if (url === undefined ? size === undefined && !isComing : url === brokenUrl) return null;
  const look = classes(styles.shown, size === undefined && styles.unsized);
  const picture =
    url === undefined ? (
      <svg className={look} {...size} aria-hidden="true" />
    ) : (
      <img className={look} src={url} alt="" draggable={false} {...size} onError={() => setBroken(url)} />
    );
  if (onOpen === undefined) return <div className={styles.look}>{picture}</div>;
  return (
    <button type="button" className={styles.look} aria-label={label} tabIndex={-1} onClick={onOpen}>
      {picture}
      {isFilm && (
        <span className={styles.film}>
          <Icon name="play" size="large" />
        </span>
      )}
    </button>
  );
}
