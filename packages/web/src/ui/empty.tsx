import type { ReactNode } from 'react';
import styles from './empty.module.css';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

export interface EmptyProps {
  icon: IconName;
  /** What there is none of: "No rooms yet". */
  title: string;
  /** What to do next. */
  children?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
}

/** Stands where a list would, and says what to do next. */
export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <Icon name={icon} size="large" />
      <p className={styles.title}>{title}</p>
      {children !== undefined && <p>{children}</p>}
      {actions}
    </div>
  );
}
