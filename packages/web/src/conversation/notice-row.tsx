import { type NoticeItem, noticeLines } from '@sotto/app';
import { useState } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { classes } from '../ui/classes.ts';
import { tip } from '../ui/tip.ts';
import { useMessageActions } from './actions.ts';
import styles from './notice-row.module.css';
import { exactWords, timeWords } from './times.ts';

/** More lines than that are told on demand. */
const SHOWN_MAX = 3;

/** Who came and went, and what was changed: quiet, and in few lines. */
export function NoticeRow({ item: { notices, at }, tabIndex }: { item: NoticeItem; tabIndex: 0 | -1 }) {
  const me = useReadable(useStore().me);
  const { goTo } = useMessageActions();
  const [isWhole, setWhole] = useState(false);
  const lines = noticeLines(notices, me?.number);
  const shown = isWhole || lines.length <= SHOWN_MAX + 1 ? lines : lines.slice(-SHOWN_MAX);
  return (
    <article
      className={styles.row}
      aria-label={lines.map(({ words }) => words).join('. ')}
      data-row=""
      tabIndex={tabIndex}
    >
      <ul className={styles.lines}>
        {shown.length < lines.length && (
          <li>
            <button type="button" className={styles.more} onClick={() => setWhole(true)}>
              {lines.length - shown.length} earlier
            </button>
          </li>
        )}
        {shown.map(({ words, target }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are words alone.
          <li key={place}>
            {words}
            {target !== undefined && (
              <button
                type="button"
                className={classes(styles.more, styles.target)}
                onClick={() => goTo(target)}
              >
                Show it
              </button>
            )}
          </li>
        ))}
      </ul>
      {at !== undefined && (
        <time className={styles.time} dateTime={at.toISOString()} {...tip(exactWords(at))}>
          {timeWords(at)}
        </time>
      )}
    </article>
  );
}
