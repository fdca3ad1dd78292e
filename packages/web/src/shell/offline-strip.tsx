import type { ConnectionState, Store } from '@sotto/app';
import { useEffect, useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './offline-strip.module.css';

/** A reconnect that takes less is nothing to tell. */
const CALM_MS = 1_500;

/** Above everything while there is no connection: what that means, and nothing to click away. */
export function OfflineStrip({ store }: { store: Store }) {
  const state = useReadable(store.connection);
  const isEmpty = useReadable(store.rooms).list.length === 0;
  const isAway = state.status.kind !== 'online';
  const isLong = useIsLong(isAway);
  return (
    <div role="status">
      {isAway && isLong && (
        <p className={styles.strip}>
          <Icon name="wifiOff" size="small" />
          {offlineWords(state, isEmpty)}
        </p>
      )}
    </div>
  );
}

/** Whether it has been so for a while. */
function useIsLong(isSo: boolean): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!isSo) return;
    const timer = setTimeout(() => setLong(true), CALM_MS);
    return () => clearTimeout(timer);
  }, [isSo]);
  return isLong;
}

/** `isEmpty`: there is nothing to read yet. */
function offlineWords({ status, waiting }: ConnectionState, isEmpty: boolean): string {
  const what = status.kind === 'connecting' ? 'Connecting…' : 'Offline.';
  if (isEmpty) return `${what} Sotto goes on trying by itself.`;
  if (waiting === 0) return `${what} You can go on reading and writing.`;
  const messages = waiting === 1 ? '1 message will go out' : `${waiting} messages will go out`;
  return `${what} ${messages} when you are back.`;
}
