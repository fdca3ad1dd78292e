import { errorWords } from '@sotto/app';
import { useState } from 'react';
import { useSubmit } from '../hooks/use-submit.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { PasswordField } from './password-field.tsx';
import styles from './sign-in.module.css';
import type { Credentials } from './sign-in.tsx';

export interface LogInProps {
  enter: (account: Credentials) => Promise<void>;
  onForgot: () => void;
}

export function LogIn({ enter, onForgot }: LogInProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [task, onSubmit] = useSubmit(() => enter({ name: name.trim(), password }));
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
      <Button variant="quiet" onClick={onForgot}>
        Forgot your password?
      </Button>
    </form>
  );
}
