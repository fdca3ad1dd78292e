import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import styles from './toast-list.module.css';
import { removeToast, type Toast, toasts } from './toasts.ts';

/** Once in the page. */
export function ToastList() {
  const list = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <div className={styles.list} role="log" aria-label="Notices" aria-live="polite">
      {list.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function OneToast({ toast }: { toast: Toast }) {
  const { action } = toast;
  const close = () => removeToast(toast.id);
  return (
    <div className={classes(styles.toast, styles[toast.kind])}>
      <Icon name={toast.kind === 'success' ? 'check' : toast.kind === 'danger' ? 'alert' : 'info'} />
      <p className={styles.words}>{toast.words}</p>
      {action !== undefined && (
        <Button
          variant="quiet"
          onClick={() => {
            action.run();
            close();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label="Close" size="small" onClick={close} />
    </div>
  );
}
