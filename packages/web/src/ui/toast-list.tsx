import { type RefObject, useEffect, useRef, useSyncExternalStore } from 'react';
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
  const element = useRef<HTMLDivElement>(null);
  useGoing(toast, element);
  const close = () => removeToast(toast.id);
  return (
    <div ref={element} className={classes(styles.toast, styles[toast.kind])}>
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

const STAYS_MS = 5_000;

/** What failed stays until it is closed; what offers something, while the pointer or the focus is at it. */
function useGoing({ id, kind, action }: Toast, element: RefObject<HTMLElement | null>): void {
  const mayStay = action !== undefined;
  useEffect(() => {
    if (kind === 'danger') return;
    const timer = setInterval(() => {
      if (!mayStay || element.current?.matches(':hover, :focus-within') !== true) removeToast(id);
    }, STAYS_MS);
    return () => clearInterval(timer);
  }, [id, kind, mayStay, element]);
}
