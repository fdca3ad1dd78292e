import { errorWords } from '@sotto/app';
import { ErrorCode, type SottoClient, SottoError } from '@sotto/client';
import { readName } from '@sotto/model';
import { type SubmitEvent, useState } from 'react';
import { type Task, useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { PasswordField } from './password-field.tsx';
import styles from './sign-in.module.css';
import type { Credentials } from './sign-in.tsx';
import { usePolicy } from './use-policy.ts';

export interface RegisterProps {
  client: SottoClient;
  enter: (account: Credentials) => Promise<void>;
}

/** Makes an account and logs in to it. The code is asked for where the server wants one, or says so later. */
export function Register({ client, enter }: RegisterProps) {
  const policy = usePolicy();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [task, start] = useTask();
  if (policy === 'closed')
    return (
      <div className={styles.form}>
        <Notice kind="info">This server takes no new accounts. Ask whoever runs it for one.</Notice>
      </div>
    );
  const wrong = wrongIn(task);
  const asksCode = policy === 'invite' || policy === 'owner-code' || wrong?.field === 'code';
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const account = { name: name.trim(), password };
    start(async () => {
      await client.register(asksCode && code.trim() !== '' ? { ...account, code: code.trim() } : account);
      await enter(account);
    });
  };
  const errorOf = (field: FieldName) => (wrong?.field === field ? wrong.words : undefined);
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <Field
        label="Name"
        hint="What others write to mention you. It stays; what you are shown as can change."
        error={errorOf('name') ?? nameProblem(name)}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <PasswordField
        label="Password"
        hint="It never leaves this device: nobody, not even the server, can tell it to you again."
        name="password"
        autoComplete="new-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {asksCode && (
        <Field
          label={policy === 'owner-code' ? 'Owner’s code' : 'Invite code'}
          hint={
            policy === 'owner-code'
              ? 'You are the first here. The server printed the code when it was started.'
              : 'From whoever asked you in.'
          }
          error={errorOf('code')}
          className={styles.code}
          name="invite"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      )}
      {wrong?.field === 'form' && <Notice kind="danger">{wrong.words}</Notice>}
      <Button type="submit" variant="primary" wide busy={task.kind === 'busy'}>
        {task.kind === 'busy' ? 'Registering…' : 'Register'}
      </Button>
    </form>
  );
}

/** Said while typing, where it is certain already. */
function nameProblem(name: string): string | undefined {
  return name.trim() === '' || readName(name.trim()).kind === 'valid'
    ? undefined
    : 'Use 1 to 32 letters, digits and . _ - with at least one that is not a digit.';
}

type FieldName = 'name' | 'code' | 'form';

/** What failed, and beside which field it is said. */
function wrongIn(task: Task): { field: FieldName; words: string } | undefined {
  if (task.kind !== 'failed') return undefined;
  const words = errorWords(task.error);
  if (!(task.error instanceof SottoError)) return { field: 'form', words };
  switch (task.error.code) {
    case ErrorCode.NAME_TAKEN:
    case ErrorCode.NAME_INVALID:
      return { field: 'name', words };
    case ErrorCode.CODE_REQUIRED:
      return { field: 'code', words };
    default:
      return { field: 'form', words };
  }
}
