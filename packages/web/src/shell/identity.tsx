/** A server that is new to `sotto open`, or shows another identity than before: nothing goes on by itself (T18). */
import { useState } from 'react';
import { acceptServer } from '../home.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './identity.module.css';

export interface IdentityProblem {
  server: string;
  /** Its fingerprint now. */
  seen: string;
  /** The one known here, where it has changed. */
  expected: string | undefined;
}

export interface IdentityProps {
  problem: IdentityProblem;
  onAccepted: () => void;
  onRetry: () => void;
}

export default function Identity({ problem, onAccepted, onRetry }: IdentityProps) {
  const [compared, setCompared] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const accept = () => {
    setBusy(true);
    acceptServer(problem.seen).then(onAccepted, (error: unknown) => {
      setBusy(false);
      setFailure(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <main className={styles.page}>
      <div className={styles.words}>
        <Explanation problem={problem} />
        <label className={styles.compared}>
          <input type="checkbox" checked={compared} onChange={(event) => setCompared(event.target.checked)} />
          <span>I have compared it, and it is the same to the last character.</span>
        </label>
        {failure !== undefined && <Notice kind="danger">{failure}</Notice>}
        <div className={styles.actions}>
          <Button onClick={onRetry}>Try again</Button>
          <Button
            variant={problem.expected === undefined ? 'secondary' : 'danger'}
            disabled={!compared}
            busy={busy}
            onClick={accept}
          >
            Trust this server
          </Button>
        </div>
      </div>
    </main>
  );
}

function Explanation({ problem: { server, seen, expected } }: { problem: IdentityProblem }) {
  const isNew = expected === undefined;
  return (
    <>
      <h1 className={styles.title}>{isNew ? `${server} is new here` : `${server} shows another identity`}</h1>
      <p>
        {isNew
          ? 'Nothing was sent to it yet. Compare its fingerprint with the one that it printed when it started, or ask whoever runs it.'
          : 'Nothing was sent to it. Either it was set up anew, or somebody stands between you and it and wants to read along. Ask whoever runs it for its fingerprint, over another channel.'}
      </p>
      <dl className={styles.prints}>
        {!isNew && (
          <div>
            <dt>Known here</dt>
            <dd>{expected}</dd>
          </div>
        )}
        <div>
          <dt>{isNew ? 'Its fingerprint' : 'Shown now'}</dt>
          <dd>{seen}</dd>
        </div>
      </dl>
      {!isNew && <p>If it is another one than they tell you, do not use this network.</p>}
    </>
  );
}
