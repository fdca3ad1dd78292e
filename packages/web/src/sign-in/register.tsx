import { errorWords } from '@sotto/app';
import { ErrorCode, type SottoClient, SottoError } from '@sotto/client';
import { readName } from '@sotto/model';
import { useState } from 'react';
import { useSubmit } from '../hooks/use-submit.ts';
import type { Task } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { NewPasswordField } from './password-field.tsx';
import styles from './sign-in.module.css';
import type { Credentials } from './sign-in.tsx';
import { usePolicy } from './use-policy.ts';

export interface RegisterProps {
  client: SottoClient;
  enter: (account: Credentials) => Promise<void>;
  /** The account is there, and its password is lost. */
  recovers: boolean;
}

/**
 * Makes an account and logs in to it; with a recovery code, gives one that is there a new password. A code is asked for where
 * the server wants one, or says so later, or whoever registers has one.
 */
export function Register({ client, enter, recovers }: RegisterProps) {
  const policy = usePolicy();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [hasCode, setHasCode] = useState(recovers);
  const [task, onSubmit] = useSubmit(async () => {
    const account = { name: name.trim(), password };
    await client.register(code.trim() === '' ? account : { ...account, code: code.trim() });
    await enter(account);
  });
  if (policy === 'closed' && !hasCode)
    return (
      <div className={styles.form}>
        <Notice kind="info">This server takes no new accounts. Ask whoever runs it for one.</Notice>
        <Button variant="quiet" onClick={() => setHasCode(true)}>
          I have a code
        </Button>
      </div>
    );
  const wrong = wrongIn(task, recovers);
  const asksCode = hasCode || policy === 'invite' || policy === 'owner-code' || wrong?.field === 'code';
  const errorOf = (field: FieldName) => (wrong?.field === field ? wrong.words : undefined);
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {recovers && (
        <Notice kind="info">
          Nobody can tell you your password. Ask whoever runs the server for a recovery code: with it you
          choose a new one here. Your rooms and messages stay.
        </Notice>
      )}
      <Field
        label="Name"
        hint={
          recovers
            ? 'Of your account.'
            : 'What others write to mention you. It stays; what you are shown as can change.'
        }
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
      <NewPasswordField
        label={recovers ? 'New password' : 'Password'}
        hint="It never leaves this device: nobody, not even the server, can tell it to you again."
        name="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {asksCode && (
        <Field
          {...codeWords(recovers ? 'recovery' : policy)}
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
        {recovers ? 'Set password' : task.kind === 'busy' ? 'Registering…' : 'Register'}
      </Button>
      {!asksCode && (
        <Button variant="quiet" onClick={() => setHasCode(true)}>
          I have a code
        </Button>
      )}
    </form>
  );
}

function codeWords(policy: ReturnType<typeof usePolicy> | 'recovery'): { label: string; hint: string } {
  switch (policy) {
    case 'owner-code':
      return {
        label: 'Owner’s code',
        hint: 'You are the first here. The server printed the code when it was started.',
      };
    case 'recovery':
      return { label: 'Recovery code', hint: 'From whoever runs the server. It is good once.' };
    default:
      return { label: 'Invite code', hint: 'From whoever asked you in.' };
  }
}

/** Said while typing, where it is certain already. */
function nameProblem(name: string): string | undefined {
  return name.trim() === '' || readName(name.trim()).kind === 'valid'
    ? undefined
    : 'Use 1 to 32 letters, digits and . _ - with at least one that is not a digit.';
}

const NOT_GOOD = 'This code is not good for that name, or not any more. Ask for another one.';

type FieldName = 'name' | 'code' | 'form';

/** What failed, and beside which field it is said. */
function wrongIn(task: Task, recovers: boolean): { field: FieldName; words: string } | undefined {
  if (task.kind !== 'failed') return undefined;
  const words = errorWords(task.error);
  if (!(task.error instanceof SottoError)) return { field: 'form', words };
  switch (task.error.code) {
    case ErrorCode.NAME_TAKEN:
      // So that nobody learns by it which codes there are [RECOVERY-3].
      if (recovers) return { field: 'code', words: NOT_GOOD };
      return { field: 'name', words };
    case ErrorCode.NAME_INVALID:
      return { field: 'name', words };
    case ErrorCode.CODE_REQUIRED:
      return { field: 'code', words };
    default:
      return { field: 'form', words };
  }
}
