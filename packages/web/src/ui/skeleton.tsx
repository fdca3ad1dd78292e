import { classes } from './classes.ts';
import styles from './skeleton.module.css';

export interface SkeletonProps {
  /** The shape of what comes: rows with an avatar, or lines of text. */
  shape: 'rows' | 'lines';
  count?: number;
  /** What is being loaded: "Rooms". */
  label: string;
}

const WIDTHS = ['wide', 'middle', 'narrow'] as const;

/** Appears after 300 ms, so that what is quick does not flicker. */
export function Skeleton({ shape, count = 6, label }: SkeletonProps) {
  return (
    <div className={styles.skeleton} role="status">
      <span className="unseen">{label}: loading</span>
      {Array.from({ length: count }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike, and do not move.
        <div key={at} className={styles.row}>
          {shape === 'rows' && <span className={styles.dot} />}
          <span className={classes(styles.bar, styles[WIDTHS[at % WIDTHS.length] ?? 'wide'])} />
        </div>
      ))}
    </div>
  );
}
