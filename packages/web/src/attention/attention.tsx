/** All by which the client is noticed while nobody looks at it, and the strips that ask for it. Fetched after the first load. */
import type { Store } from '@sotto/app';
import { useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { reload } from '../reload.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { announcing, turnOff, turnOn } from './asking.ts';
import styles from './attention.module.css';
import { useAnnouncer } from './use-announcer.ts';
import { useBadges } from './use-badges.ts';
import { useNewVersion } from './use-new-version.ts';

export default function Attention({ store }: { store: Store }) {
  const isMissing = useAnnouncer(store);
  useBadges(store);
  const hasNewVersion = useNewVersion(store);
  const state = useReadable(announcing);
  const [isLater, setLater] = useState(false);
  if (hasNewVersion && !isLater) return <NewVersion onLater={() => setLater(true)} />;
  return isMissing && state === 'unasked' ? <Ask /> : null;
}

function NewVersion({ onLater }: { onLater: () => void }) {
  return (
    <div className={styles.strip} role="status">
      <Icon name="refresh" />
      <p className={styles.words}>A new version of Sotto is there. What you wrote is kept.</p>
      <Button variant="primary" onClick={reload}>
        Reload
      </Button>
      <Button variant="quiet" onClick={onLater}>
        Later
      </Button>
    </div>
  );
}

function Ask() {
  return (
    <div className={styles.strip} role="status">
      <Icon name="bell" />
      <p className={styles.words}>
        Somebody wrote to you while you were elsewhere. Shall this device tell you next time?
      </p>
      <Button variant="primary" onClick={() => void turnOn()}>
        Turn on notifications
      </Button>
      <Button variant="quiet" onClick={turnOff}>
        Not now
      </Button>
    </div>
  );
}
