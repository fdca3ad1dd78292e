import { errorWords } from '@sotto/app';
import { useEffect, useId, useRef, useState } from 'react';
import { useSubmit } from '../hooks/use-submit.ts';
import { PasswordField } from '../sign-in/password-field.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Switch } from '../ui/switch.tsx';
import type { Act, Given } from './acts.ts';
import styles from './admin.module.css';

export interface ActFormProps {
  act: Act;
  /** Of the account that it is done to. */
  name: string;
  onCancel: () => void;
  onSubmit: (given: Given) => Promise<void>;
}

const REASON_MAX_CHARACTERS = 200;

/** Says what will happen before it does, and asks for what is needed. */
export function ActForm({ act, name, onCancel, onSubmit }: ActFormProps) {
  const [given, setGiven] = useState<Given>({ reason: '', password: '', keepSecondFactor: false });
  const [task, submit] = useSubmit(() => onSubmit(given));
  const form = useRef<HTMLFormElement>(null);
  const title = useId();
  useEffect(() => form.current?.querySelector<HTMLElement>('input, button')?.focus(), []);
  const asks = (what: Act['asks'][number]) => act.asks.includes(what);
  return (
    <form ref={form} className={styles.form} aria-labelledby={title} onSubmit={submit}>
      <h4 id={title}>{act.label}</h4>
      <p>{act.words(name)}</p>
      {asks('reason') && (
        <Field
          label="Reason"
          hint={`${name} reads it when logging in. It may stay empty.`}
          autoComplete="off"
          maxLength={REASON_MAX_CHARACTERS}
          value={given.reason}
          onChange={({ target }) => setGiven({ ...given, reason: target.value })}
        />
      )}
      {asks('keepSecondFactor') && (
        <Switch
          kind="checkbox"
          label="Keep the second factor"
          hint="Where the authenticator is not lost."
          checked={given.keepSecondFactor}
          onChange={(keepSecondFactor) => setGiven({ ...given, keepSecondFactor })}
        />
      )}
      {asks('password') && (
        <PasswordField
          label="Your own password"
          autoComplete="current-password"
          required
          value={given.password}
          onChange={({ target }) => setGiven({ ...given, password: target.value })}
        />
      )}
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      <div className={styles.actions}>
        <Button type="submit" variant={act.danger ? 'danger' : 'primary'} busy={task.kind === 'busy'}>
          {act.label}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
