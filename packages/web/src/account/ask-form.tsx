import { errorWords } from '@sotto/app';
import { type ReactNode, useState } from 'react';
import { useSubmit } from '../hooks/use-submit.ts';
import { PasswordField } from '../sign-in/password-field.tsx';
import { Button, type ButtonProps } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import styles from './account.module.css';

export interface AskFormProps {
  /** What will be done with it. */
  children?: ReactNode;
  label: string;
  /** One's own password, or a code of the authenticator. */
  asks: 'password' | 'code';
  button: string;
  variant?: ButtonProps['variant'];
  onAnswer: (answer: string) => Promise<void>;
}

/** Asks for one thing that only the right person has, and says beside it where it is wrong. */
export function AskForm({ children, label, asks, button, variant = 'primary', onAnswer }: AskFormProps) {
  const [answer, setAnswer] = useState('');
  const [task, onSubmit] = useSubmit(() => onAnswer(asks === 'code' ? answer.trim() : answer));
  const shared = {
    label,
    required: true,
    error: task.kind === 'failed' ? errorWords(task.error) : undefined,
    value: answer,
    onChange: ({ target }: { target: { value: string } }) => setAnswer(target.value),
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {children}
      {asks === 'password' ? (
        <PasswordField {...shared} autoComplete="current-password" />
      ) : (
        <Field {...shared} autoFocus autoComplete="one-time-code" inputMode="numeric" />
      )}
      <div className={styles.actions}>
        <Button type="submit" variant={variant} busy={task.kind === 'busy'}>
          {button}
        </Button>
      </div>
    </form>
  );
}
