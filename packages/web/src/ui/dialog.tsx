import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';
import { focused } from './focus.ts';

export interface DialogProps {
  /** Names it; hidden where `bare`. */
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** At the bottom, the one that goes on last. */
  actions?: ReactNode;
  /** 400, 560 or 760 px; all of a narrow window. `side`: a sheet at the right edge. `full`: all of any window. */
  size?: 'small' | 'regular' | 'large' | 'side' | 'full';
  /** Nothing in it takes the focus: the text itself does, so that keys move it. */
  reading?: boolean;
  /** Without a heading and space around: the content is all. */
  bare?: boolean;
}

const FIELDS = 'input:not([type=checkbox]), textarea, select';

/**
 * Drawn while it is open. The platform's own: what is behind cannot be reached, Escape closes it, and focus goes back to
 * where it was. Focus begins in the first field, else on the first control.
 */
export function Dialog({
  title,
  onClose,
  children,
  actions,
  size = 'regular',
  reading = false,
  bare = false,
}: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const before = useRef<HTMLElement>(undefined);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    before.current = focused();
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>(FIELDS)?.focus();
  }, []);
  // Not while the page is being changed: React does not tell what gets the focus then.
  useEffect(() => () => before.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside it does.
    <dialog
      ref={element}
      className={classes(styles.dialog, styles[size], bare && styles.bare)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className={styles.inside}>
        <header className={bare ? 'unseen' : styles.head}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          {!bare && <IconButton icon="close" label="Close" onClick={onClose} />}
        </header>
        <div className={styles.body} {...(reading ? { tabIndex: 0 } : {})}>
          {children}
        </div>
        {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
      </div>
    </dialog>
  );
}
