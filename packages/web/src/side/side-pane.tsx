import { type ReactNode, useId } from 'react';
import { IconButton } from '../ui/button.tsx';
import styles from './side-pane.module.css';

export interface SidePaneProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** Beside the conversation, in its place where the window is narrow. */
export function SidePane({ title, onClose, children }: SidePaneProps) {
  const id = useId();
  return (
    <aside className={styles.side} aria-labelledby={id}>
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
