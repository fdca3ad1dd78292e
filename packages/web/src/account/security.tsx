import { errorWords, type Store } from '@sotto/app';
import type { SecurityReport } from '@sotto/client';
import { useState } from 'react';
import { useAsked } from '../hooks/use-asked.ts';
import { useSubmit } from '../hooks/use-submit.ts';
import { NewPasswordField, PasswordField } from '../sign-in/password-field.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './account.module.css';
import { AskForm } from './ask-form.tsx';
import { Enrol } from './enrol.tsx';

export function Security({ store }: { store: Store }) {
  const [asked, askAgain] = useAsked(() => store.client.account.security());
  switch (asked.kind) {
    case 'loading':
      return <Skeleton shape="lines" label="Security" />;
    case 'failed':
      return <Notice kind="danger">{asked.words}</Notice>;
    case 'ready':
      return (
        <>
          <SecondFactorPart store={store} report={asked.value} onChange={askAgain} />
          <ChangePassword store={store} />
        </>
      );
  }
}

interface SecondFactorPartProps {
  store: Store;
  report: SecurityReport;
  onChange: () => void;
}

function SecondFactorPart({ store, report, onChange }: SecondFactorPartProps) {
  return (
    <section className={styles.section}>
      <h3>Second factor</h3>
      {report.secondFactor ? (
        <>
          <p>
            On. Logging in asks for a code of your authenticator. Recovery codes left:{' '}
            {report.recoveryCodesLeft}.
          </p>
          <AskForm
            asks="password"
            label="Password, to turn it off"
            button="Turn it off"
            variant="danger"
            onAnswer={async (password) => {
              await store.client.account.secondFactor.disable(password);
              onChange();
            }}
          />
        </>
      ) : (
        <Enrol store={store} onDone={onChange} />
      )}
    </section>
  );
}

function ChangePassword({ store }: { store: Store }) {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [task, onSubmit] = useSubmit(async () => {
    await store.client.account.changePassword({ old, new: fresh });
    setOld('');
    setFresh('');
    addToast({ kind: 'success', words: 'The password is changed. All other devices are logged out.' });
  });
  return (
    <section className={styles.section}>
      <h3>Password</h3>
      <form className={styles.form} onSubmit={onSubmit}>
        <PasswordField
          label="Password now"
          autoComplete="current-password"
          required
          value={old}
          onChange={(event) => setOld(event.target.value)}
        />
        <NewPasswordField
          label="New password"
          hint="All other devices are logged out."
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
        />
        {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
        <div className={styles.actions}>
          <Button type="submit" busy={task.kind === 'busy'}>
            Change password
          </Button>
        </div>
      </form>
    </section>
  );
}
