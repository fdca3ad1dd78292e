import type { Store } from '@sotto/app';
import { Suspense, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { later } from '../ui/later.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './account.module.css';
import { AskForm } from './ask-form.tsx';

export interface EnrolProps {
  store: Store;
  onDone: () => void;
}

type Step =
  | { kind: 'password' }
  /** In the authenticator, which then shows a code. */
  | { kind: 'code'; secret: string; uri: string }
  /** Told once. */
  | { kind: 'recovery'; codes: readonly string[] };

/** Turns the second factor on, in three steps; nothing is on before the code was right. */
export function Enrol({ store, onDone }: EnrolProps) {
  const [step, setStep] = useState<Step>({ kind: 'password' });
  const { secondFactor } = store.client.account;
  switch (step.kind) {
    case 'password':
      return (
        <AskForm
          asks="password"
          label="Password, to turn it on"
          button="Go on"
          onAnswer={async (password) => setStep({ kind: 'code', ...(await secondFactor.enrol(password)) })}
        >
          <p>Off. With it, whoever knows your password still needs your authenticator.</p>
        </AskForm>
      );
    case 'code':
      return (
        <CodeStep
          {...step}
          onCode={async (code) => setStep({ kind: 'recovery', codes: await secondFactor.confirm(code) })}
        />
      );
    case 'recovery':
      return <RecoveryStep codes={step.codes} onDone={onDone} />;
  }
}

const QrCode = later(() => import('./qr-code.tsx'));

interface CodeStepProps {
  secret: string;
  uri: string;
  onCode: (code: string) => Promise<void>;
}

function CodeStep({ secret, uri, onCode }: CodeStepProps) {
  return (
    <AskForm asks="code" label="Code that it shows" button="Turn it on" onAnswer={onCode}>
      <p>
        Scan this with your authenticator, type the secret into it, or{' '}
        <a href={uri}>open it on this device</a>.
      </p>
      <div className={styles.qrPlace}>
        <Suspense fallback={null}>
          <QrCode text={uri} label="QR code of the secret" />
        </Suspense>
      </div>
      <code className={styles.secret}>{secret}</code>
    </AskForm>
  );
}

function RecoveryStep({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className={styles.form}>
      <Notice kind="success">
        It is on. Keep these recovery codes where your authenticator is not: each works once, and they are
        shown only now.
      </Notice>
      <ul className={styles.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.actions}>
        <Button icon="copy" onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>
          Copy
        </Button>
        <Button variant="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
