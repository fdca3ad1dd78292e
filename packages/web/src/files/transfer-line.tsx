import { errorWords, type Transfer, waitWords } from '@sotto/app';
import type { TransferProgress } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { useStore } from '../hooks/use-store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './file-card.module.css';

/** How far it is, and how to call it off; what failed can be tried again. */
export function TransferLine({ transfer }: { transfer: Transfer }) {
  const store = useStore();
  const { state, id, name, cancel } = transfer;
  if (state.kind === 'failed') {
    return (
      <div className={styles.transfer} role="alert">
        <span className={styles.failed}>{errorWords(state.error)}</span>
        <Button variant="quiet" onClick={() => store.retryTransfer(id)}>
          Try again
        </Button>
        <Button variant="quiet" onClick={cancel}>
          Discard
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.transfer}>
      <progress
        className={styles.bar}
        aria-label={name}
        max={state.progress?.totalBytes ?? 1}
        value={state.progress?.doneBytes ?? 0}
      />
      <span className={styles.size}>{progressWords(state.progress)}</span>
      <IconButton icon="close" size="small" label={`Cancel ${name}`} onClick={cancel} />
    </div>
  );
}

function progressWords(progress: TransferProgress | undefined): string {
  if (progress === undefined) return 'Starting';
  const { phase, doneBytes, totalBytes, remainingMs } = progress;
  switch (phase) {
    case 'hashing':
      return 'Reading';
    case 'waiting':
      return 'Waiting for the connection';
    case 'finishing':
      return 'Finishing';
    case 'moving': {
      const left = remainingMs === undefined ? '' : `, ${waitWords(remainingMs)} left`;
      return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${left}`;
    }
  }
}
