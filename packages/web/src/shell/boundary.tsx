/** What stands where a part of the client failed: a part that is not there any more, or a mistake of ours. */
import { Component, type ReactNode } from 'react';
import { reload } from '../reload.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import styles from './boundary.module.css';

export interface BoundaryProps {
  /** The whole window, or something that the rest goes on without. */
  of: 'window' | 'part';
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
    if (of === 'part')
      return (
        <div className={styles.part} role="alert">
          {failure}
        </div>
      );
    return (
      <main className={styles.window}>
        <h1 className="unseen">Sotto</h1>
        {failure}
      </main>
    );
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

/** Browsers say it each in their own words. */
const MISSING =
  /dynamically imported module|importing a module script|error loading dynamically|unable to preload/i;

export function failureWords(error: unknown): { title: string; text: string } {
  const said = error instanceof Error ? error.message : String(error);
  if (MISSING.test(said))
    return {
      title: 'A part of Sotto did not come',
      text: 'Either the server has a newer version by now, or it cannot be reached. What you wrote is kept: reload to go on.',
    };
  return {
    title: 'Something went wrong here',
    text: `It is a mistake of ours. What you wrote is kept: reload to go on. Whoever runs the server may want to know this: ${said.slice(0, 200)}`,
  };
}
