/** What stands in the window while there is nothing else to show in it. */
import { thisIsA } from '../home.ts';
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
        title={`Sotto is open in another ${thisIsA()}`}
        actions={
          <Button variant="primary" onClick={onTakeOver}>
            Use it here
          </Button>
        }
      >
        One {thisIsA()} at a time. If you go on here the other one stops; nothing is lost.
      </Empty>
    </main>
  );
}

/** The program of this machine that the window belongs to is not there any more: there is nothing to try again. */
export function Ended() {
  return (
    <main className={styles.page}>
      <h1 className="unseen">Sotto</h1>
      <Empty icon="info" title="Sotto has ended here">
        Start “sotto open” again to go on. You are still signed in, and what was not sent yet is kept.
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
