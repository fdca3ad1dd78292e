import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import styles from './notice.module.css';

export interface NoticeProps {
  kind: 'info' | 'success' | 'warning' | 'danger';
  children: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
}

const ICON_OF: Readonly<Record<NoticeProps['kind'], IconName>> = {
  info: 'info',
  success: 'check',
  warning: 'alert',
  danger: 'alert',
};

/** What happened, what was kept, what to do; read out when it appears, at once where something failed. */
export function Notice({ kind, children, actions }: NoticeProps) {
  return (
    <div className={classes(styles.notice, styles[kind])} role={kind === 'danger' ? 'alert' : 'status'}>
      <Icon name={ICON_OF[kind]} />
      <div className={styles.words}>{children}</div>
      {actions}
    </div>
  );
}
