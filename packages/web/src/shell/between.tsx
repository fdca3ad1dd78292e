/** What stands in the window while there is nothing else to show in it. */
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import styles from './between.module.css';

/** Empty at first: what is over in a moment does not flicker. */
export function Starting() {
  return (
    <main className={styles.page}>
      <h1 className="unseen">Sotto</h1>
      <p className={styles.starting} role="status">
        Starting…
      </p>
    </main>
  );
}

export function Elsewhere({ onTakeOver }: { onTakeOver: () => void }) {
  return (
    <main className={styles.page}>
      <h1 className="unseen">Sotto</h1>
      <Empty
        icon="copy"
        title="Sotto is open in another tab"
        actions={
          <Button variant="primary" onClick={onTakeOver}>
            Use it here
          </Button>
        }
      >
        One tab at a time. If you go on here the other tab stops; nothing is lost.
      </Empty>
    </main>
  );
}

export function Failed({ words, onRetry }: { words: string; onRetry: () => void }) {
  return (
    <main className={styles.page}>
      <h1 className="unseen">Sotto</h1>
      <Empty
        icon="alert"
        title="Sotto could not start"
        actions={
          <Button variant="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {words}
      </Empty>
    </main>
  );
}
