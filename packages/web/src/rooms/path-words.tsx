import type { Store } from '@sotto/app';
import { readable } from '@sotto/app';
import { useReadable } from '../hooks/use-readable.ts';
import styles from './room-list.module.css';

const NAMES: Readonly<Record<string, string>> = {
  udp: 'UDP',
  quic: 'QUIC',
  tls: 'TLS',
  websocket: 'WebSocket',
};

/** The live path and its round trip: "UDP · 12 ms". */
export function PathWords({ store }: { store: Store }) {
  const { status } = useReadable(store.connection);
  const path = useReadable(readable(store.client.snapshots.path));
  if (status.kind !== 'online') return <span className={styles.path}>{wordsOf(status.kind)}</span>;
  const name = NAMES[status.transport] ?? status.transport;
  const roundTripMs = path?.roundTripMs;
  return (
    <span className={styles.path}>
      {roundTripMs === undefined ? name : `${name} · ${Math.round(roundTripMs)} ms`}
    </span>
  );
}

function wordsOf(kind: 'connecting' | 'offline' | 'stopped'): string {
  switch (kind) {
    case 'connecting':
      return 'Connecting…';
    case 'offline':
      return 'Offline';
    case 'stopped':
      return 'Signed out';
  }
}
