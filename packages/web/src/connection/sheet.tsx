/** How this window is connected: the path now, which one is wanted, those before, and who the server is. */

import { readable, type Store } from '@sotto/app';
import type { PathStay } from '@sotto/client';
import { serverHere } from '../home.ts';
import { useAsked } from '../hooks/use-asked.ts';
import { useReadable } from '../hooks/use-store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './sheet.module.css';
import { aboutTransport, pathRows, stayTimes, transportWords } from './words.ts';

export interface SheetProps {
  store: Store;
  onClose: () => void;
}

export default function Sheet({ store, onClose }: SheetProps) {
  const { stays } = useReadable(store.connection);
  return (
    <Dialog title="Connection" size="side" onClose={onClose}>
      <div className={styles.sheet}>
        <Now store={store} />
        <Choice store={store} />
        <Server store={store} />
        <History stays={stays} />
      </div>
    </Dialog>
  );
}

function Now({ store }: { store: Store }) {
  const path = useReadable(readable(store.client.snapshots.path));
  if (path === undefined) return <Notice kind="warning">Offline. Sotto goes on trying by itself.</Notice>;
  return (
    <dl>
      {pathRows(path).map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Choice({ store }: { store: Store }) {
  const { chosen, transports } = useReadable(readable(store.client.snapshots.choice));
  if (transports.length < 2)
    return (
      <p className={styles.quiet}>A browser can only do this one. “sotto open” has UDP, QUIC and TLS too.</p>
    );
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.title}>Use</legend>
      {['auto', ...transports].map((transport) => (
        <label key={transport} className={styles.option}>
          <input
            type="radio"
            name="transport"
            checked={transport === chosen}
            onChange={() => store.client.choose(transport)}
          />
          <span>
            <strong>{transportWords(transport)}</strong>
            <span className={styles.quiet}>{aboutTransport(transport)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Server({ store }: { store: Store }) {
  const [asked] = useAsked(() => store.client.serverStatus());
  return (
    <section>
      <h3 className={styles.title}>Server</h3>
      <p>{serverHere()}</p>
      {asked.kind === 'failed' && <p className={styles.quiet}>{asked.words}</p>}
      {asked.kind === 'ready' && (
        <p className={styles.quiet}>
          {asked.value.fingerprint === '' ? (
            'The browser has checked its certificate and does not tell pages what it is.'
          ) : (
            <code className={styles.fingerprint}>{asked.value.fingerprint}</code>
          )}
        </p>
      )}
    </section>
  );
}

function History({ stays }: { stays: readonly PathStay[] }) {
  return (
    <section>
      <h3 className={styles.title}>Paths of this window</h3>
      <ol className={styles.history}>
        {stays.toReversed().map((stay) => (
          <li key={`${stay.transport} ${stay.since.getTime()}`}>
            <strong>{transportWords(stay.transport)}</strong> {stayTimes(stay)}
            {stay.left !== '' && <span className={styles.quiet}>{stay.left}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
