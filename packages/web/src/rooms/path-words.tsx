import { readable, type Store } from '@sotto/app';
import { transportWords } from '../connection/words.ts';
import { useReadable } from '../hooks/use-store.ts';
import { tip } from '../ui/tip.ts';
import styles from './room-list.module.css';

/** The live path and its round trip: "UDP · 12 ms". It opens the sheet about them. */
export function PathWords({ store, onOpen }: { store: Store; onOpen: () => void }) {
  const { status } = useReadable(store.connection);
  const path = useReadable(readable(store.client.snapshots.path));
  const words =
    status.kind === 'online' ? pathWords(status.transport, path?.roundTripMs) : WORDS[status.kind];
  return (
    <button
      type="button"
      className={styles.path}
      aria-label={`Connection: ${words}`}
      onClick={onOpen}
      {...tip('About the connection')}
    >
      <span className={styles.dot} data-state={status.kind} />
      {words}
    </button>
  );
}

const WORDS = { connecting: 'Connecting…', offline: 'Offline', stopped: 'Signed out' } as const;

function pathWords(transport: string, roundTripMs: number | undefined): string {
  const name = transportWords(transport);
  return roundTripMs === undefined ? name : `${name} · ${Math.round(roundTripMs)} ms`;
}
