/** What stands where a part of the client failed: a part that is not there any more, or a mistake of ours. */
import { Component, type ReactNode } from 'react';
import { failureWords } from '../failures.ts';
import { reload } from '../reload.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import styles from './boundary.module.css';

export interface BoundaryProps {
  /** The whole window; what fills a place in it; or something that the rest goes on without. */
  of: 'window' | 'place' | 'part';
  /** Puts that something away. */
  onClose?: () => void;
  children: ReactNode;
}

interface State {
  error: unknown;
  hasFailed: boolean;
}

/** Around what is fetched later, and around everything. */
export class Boundary extends Component<BoundaryProps, State> {
  override state: State = { error: undefined, hasFailed: false };

  static getDerivedStateFromError(error: unknown): State {
    return { error, hasFailed: true };
  }

  override render(): ReactNode {
    const { of, onClose, children } = this.props;
    if (!this.state.hasFailed) return children;
    const failure = <Failure error={this.state.error} onClose={onClose} />;
    switch (of) {
      case 'window':
        return (
          <main className={styles.window}>
            <h1 className="unseen">Sotto</h1>
            {failure}
          </main>
        );
      case 'place':
        return (
          <div className={styles.place} role="alert">
            <h1 className="unseen">Sotto</h1>
            {failure}
          </div>
        );
      case 'part':
        return (
          <div className={styles.part} role="alert">
            {failure}
          </div>
        );
    }
  }
}

function Failure({ error, onClose }: { error: unknown; onClose: (() => void) | undefined }) {
  const words = failureWords(error);
  return (
    <Empty
      icon="alert"
      title={words.title}
      actions={
        <div className={styles.actions}>
          <Button variant="primary" onClick={reload}>
            Reload
          </Button>
          {onClose !== undefined && <Button onClick={onClose}>Close</Button>}
        </div>
      }
    >
      {words.text}
    </Empty>
  );
}
