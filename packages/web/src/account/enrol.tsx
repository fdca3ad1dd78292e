import { errorWords, type Store } from '@sotto/app';
import { type SubmitEvent, useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { PasswordField } from '../sign-in/password-field.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './account.module.css';

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
        <PasswordStep
          onPassword={async (password) => setStep({ kind: 'code', ...(await secondFactor.enrol(password)) })}
        />
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

function PasswordStep({ onPassword }: { onPassword: (password: string) => Promise<void> }) {
  const [password, setPassword] = useState('');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(() => onPassword(password));
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <p>Off. With it, whoever knows your password still needs your authenticator.</p>
      <PasswordField
        label="Password, to turn it on"
        autoComplete="current-password"
        required
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={task.kind === 'busy'}>
          Go on
        </Button>
      </div>
    </form>
  );
}

interface CodeStepProps {
  secret: string;
  uri: string;
  onCode: (code: string) => Promise<void>;
}

function CodeStep({ secret, uri, onCode }: CodeStepProps) {
  const [code, setCode] = useState('');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(() => onCode(code.trim()));
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <p>
        Give this secret to your authenticator, or <a href={uri}>open it on this device</a>.
      </p>
      <code className={styles.secret}>{secret}</code>
      <Field
        label="Code that it shows"
        autoFocus
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={task.kind === 'busy'}>
          Turn it on
        </Button>
      </div>
    </form>
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
