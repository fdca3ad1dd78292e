import type { Store } from '@sotto/app';
import type { AccountDetails } from '@sotto/client';
import { useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { addToast } from '../ui/toasts.ts';
import { ActForm } from './act-form.tsx';
import { ACTS, type ActKind } from './acts.ts';
import styles from './admin.module.css';
import { Code } from './code.tsx';

export interface UserActsProps {
  store: Store;
  account: AccountDetails;
  onChange: () => void;
  /** It is deleted. */
  onGone: () => void;
}

type Step =
  | { kind: 'choosing' }
  | { kind: 'asking'; act: ActKind }
  | { kind: 'code'; code: string; expiresAt: Date };

/** What may be done to the account by who is logged in here; what may not is not offered. */
export function UserActs({ store, account, onChange, onGone }: UserActsProps) {
  const me = useReadable(store.me);
  const [step, setStep] = useState<Step>({ kind: 'choosing' });
  const offered = (Object.keys(ACTS) as ActKind[]).filter(
    (kind) => me !== undefined && ACTS[kind].fits(account, me),
  );
  const finish = (kind: ActKind) => {
    addToast({ kind: 'success', words: ACTS[kind].done(account.person.name) });
    setStep({ kind: 'choosing' });
    if (kind === 'delete') onGone();
    else onChange();
  };
  switch (step.kind) {
    case 'choosing':
      if (offered.length === 0) return null;
      return (
        <div className={styles.actions}>
          {offered.map((kind) => (
            <Button key={kind} icon={ACTS[kind].icon} onClick={() => setStep({ kind: 'asking', act: kind })}>
              {ACTS[kind].label}
            </Button>
          ))}
        </div>
      );
    case 'asking':
      return (
        <ActForm
          act={ACTS[step.act]}
          name={account.person.name}
          onCancel={() => setStep({ kind: 'choosing' })}
          onSubmit={async (given) => {
            const issued = await ACTS[step.act].run(store.client.admin, account.person.number, given);
            if (issued === undefined) finish(step.act);
            else setStep({ kind: 'code', ...issued });
          }}
        />
      );
    case 'code':
      return (
        <Code code={step.code} expiresAt={step.expiresAt} onDone={() => finish('recover')}>
          Give it to {account.person.name} and to nobody else. On the page to register they write this name, a
          new password, and the code; all their devices are logged out then.
        </Code>
      );
  }
}
