import { errorWords } from '@sotto/app';
import { ErrorCode, SottoError } from '@sotto/client';
import { type SubmitEvent, useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { PasswordField } from './password-field.tsx';
import styles from './sign-in.module.css';
import type { Credentials } from './sign-in.tsx';

export interface LogInProps {
  enter: (account: Credentials) => Promise<void>;
  /** The password is right, and the account asks for a code. */
  onSecondFactor: (account: Credentials) => void;
}

export function LogIn({ enter, onSecondFactor }: LogInProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const account = { name: name.trim(), password };
    start(() =>
      enter(account).catch((error: unknown) => {
        if (!isRefused(error, ErrorCode.SECOND_FACTOR_REQUIRED)) throw error;
        onSecondFactor(account);
      }),
    );
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <Field
        label="Name"
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
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      <Button type="submit" variant="primary" wide busy={task.kind === 'busy'}>
        {task.kind === 'busy' ? 'Logging in…' : 'Log in'}
      </Button>
    </form>
  );
}

export const isRefused = (error: unknown, code: ErrorCode): boolean =>
  error instanceof SottoError && error.code === code;
