import styles from './badge.module.css';
import { classes } from './classes.ts';

export interface BadgeProps {
  count: number;
  /** `mention`, `direct`: somebody wants you. `unread`: there is something. */
  kind: 'mention' | 'direct' | 'unread';
}

const SHOWN_MAX = 999;

/** How many, in a pill; nothing where there is none. */
export function Badge({ count, kind }: BadgeProps) {
  if (count === 0) return null;
  const shown = count > SHOWN_MAX ? `${SHOWN_MAX}+` : `${count}`;
  const words = kind === 'mention' ? (count === 1 ? 'mention' : 'mentions') : 'unread';
  return (
    <span className={classes(styles.badge, styles[kind])}>
      {kind === 'mention' && <span aria-hidden="true">@</span>}
      {shown}
      <span className="unseen"> {words}</span>
    </span>
  );
}
