import type { Person } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { type FocusEvent, type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';
import { PersonAvatar, PersonName } from '../people/person-name.tsx';
import { classes } from '../ui/classes.ts';
import { tip } from '../ui/tip.ts';
import styles from './row.module.css';
import { exactWords, narrowTimeWords, timeWords } from './times.ts';

export interface FrameProps {
  author: Person | undefined;
  /** Of a message: it can be found by it. */
  sequence?: Sequence;
  at: Date | undefined;
  isHead: boolean;
  tabIndex: 0 | -1;
  /** Read out in place of all that is in it. */
  label: string;
  mentionsMe?: boolean;
  isSelected?: boolean;
  /** Beside the name: "edited", a pin. */
  marks?: ReactNode;
  /** Above the name: what it answers. */
  above?: ReactNode;
  /** At its corner, on hover or with the focus. */
  actions?: ReactNode;
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  onContextMenu?: (event: MouseEvent<HTMLElement>) => void;
  children: ReactNode;
}

/** What a message says of its row. */
export type SaidFrame = Omit<FrameProps, 'tabIndex'>;

/** A row of any kind: who, when, what. The first of a group has a head, the others their time on hover. */
export function Frame({
  author,
  at,
  isHead,
  tabIndex,
  label,
  marks,
  above,
  actions,
  children,
  ...more
}: FrameProps) {
  const { mentionsMe = false, isSelected = false, sequence, onKeyDown, onContextMenu } = more;
  const { isNear, ...near } = useNear();
  return (
    <article
      className={classes(
        styles.row,
        isHead && styles.head,
        mentionsMe && styles.mention,
        isSelected && styles.selected,
      )}
      aria-label={label}
      data-row=""
      data-sequence={sequence}
      tabIndex={tabIndex}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      {...near}
    >
      {above}
      <div className={styles.columns}>
        <div className={styles.gutter}>
          {isHead
            ? author !== undefined && <PersonAvatar person={author} />
            : at !== undefined && <Time at={at} isQuiet />}
        </div>
        <div className={styles.content}>
          {isHead && author !== undefined && (
            <div className={styles.title}>
              <PersonName person={author} className={styles.name} tabIndex={tabIndex} />
              {author.assistant && <span className={styles.tag}>assistant</span>}
              {at !== undefined && <Time at={at} />}
              {marks}
            </div>
          )}
          {children}
        </div>
        {isHead && isNear && actions}
        {!isHead && (
          <div className={styles.aside}>
            {isNear && actions}
            {marks}
          </div>
        )}
      </div>
    </article>
  );
}

/** The pointer or the focus is at it; what opens out of it counts as in it. */
function useNear() {
  const [isOver, setOver] = useState(false);
  const [isFocused, setFocused] = useState(false);
  return {
    isNear: isOver || isFocused,
    // Not on entering: rows that come move under a pointer that rests.
    onPointerMove: () => setOver(true),
    onPointerLeave: () => setOver(false),
    onFocus: () => setFocused(true),
    onBlur: (event: FocusEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
    },
  };
}

function Time({ at, isQuiet = false }: { at: Date; isQuiet?: boolean }) {
  return (
    <time
      className={isQuiet ? styles.quietTime : styles.time}
      dateTime={at.toISOString()}
      {...tip(exactWords(at))}
    >
      {isQuiet ? narrowTimeWords(at) : timeWords(at)}
    </time>
  );
}
