import { classes } from '../ui/classes.ts';
import styles from './composer.module.css';
import type { Option } from './options.ts';

export const optionId = (listId: string, at: number): string => `${listId}-${at}`;

export interface CompletionListProps {
  id: string;
  options: readonly Option[];
  at: number;
  onChoose(word: string): void;
}

/** Above the text field, which keeps the focus. */
export function CompletionList({ id, options, at, onChoose }: CompletionListProps) {
  return (
    <div id={id} className={styles.options} role="listbox" aria-label="Completions">
      {options.map(({ word, label, hint }, place) => (
        <div
          key={word}
          id={optionId(id, place)}
          role="option"
          tabIndex={-1}
          aria-selected={place === at}
          className={classes(styles.option, place === at && styles.chosen)}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(word);
          }}
        >
          {label}
          {hint !== '' && hint !== label && <span className={styles.hint}>{hint}</span>}
        </div>
      ))}
    </div>
  );
}
