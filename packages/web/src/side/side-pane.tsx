import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import styles from './side-pane.module.css';

export interface SidePaneProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** Beside the conversation, in its place where the window is narrow. The focus goes into it, unless something in it has it. */
export function SidePane({ title, onClose, children }: SidePaneProps) {
  const id = useId();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!pane.current?.contains(document.activeElement)) pane.current?.focus();
  }, []);
  return (
    <aside ref={pane} className={styles.side} aria-labelledby={id} tabIndex={-1}>
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        <IconButton icon="close" label={`Close ${title.toLowerCase()}`} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
