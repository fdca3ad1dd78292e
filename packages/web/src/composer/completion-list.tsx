import type { ReactNode } from 'react';
import { classes } from '../ui/classes.ts';
import styles from './composer.module.css';
import type { Option } from './options.ts';

export const optionId = (listId: string, at: number): string => `${listId}-${at}`;

export interface CompletionListProps {
  id: string;
  label?: string;
  /** Above them: what they are for. */
  head?: ReactNode;
  options: readonly Option[];
  at: number;
  onChoose(word: string): void;
}

/** Above the text field, which keeps the focus. */
export function CompletionList(props: CompletionListProps) {
  const { id, label = 'Completions', head, options, at, onChoose } = props;
  return (
    <>
      <div className={styles.options}>
        {head}
        <div id={id} role="listbox" aria-label={label}>
          {options.map(({ word, label: words, hint }, place) => (
            <div
              key={word}
              id={optionId(id, place)}
              role="option"
              tabIndex={-1}
              aria-selected={place === at}
              className={classes(styles.option, place === at && styles.chosen)}
              ref={place === at ? scrollIntoView : null}
              // Before the field loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                onChoose(word);
              }}
            >
              <span className={styles.word}>{words}</span>
              {hint !== '' && hint !== words && <span className={styles.hint}>{hint}</span>}
            </div>
          ))}
        </div>
      </div>
      <p className="unseen" role="status">
        {options.length} {label.toLowerCase()}. Arrows choose, Tab takes one.
      </p>
    </>
  );
}

const scrollIntoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' });
