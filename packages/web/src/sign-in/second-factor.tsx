import { errorWords } from '@sotto/app';
import { type SubmitEvent, useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import styles from './sign-in.module.css';

export interface SecondFactorProps {
  onCode: (code: string) => Promise<void>;
  onBack: () => void;
}

/** After the password was right. */
export function SecondFactor({ onCode, onBack }: SecondFactorProps) {
  const [code, setCode] = useState('');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(() => onCode(code.trim()));
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <h2>One more step</h2>
      <Field
        label="Code"
        hint="The six digits that your authenticator shows, or one of your recovery codes."
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        className={styles.code}
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" variant="primary" wide busy={task.kind === 'busy'}>
        {task.kind === 'busy' ? 'Checking…' : 'Go on'}
      </Button>
      <Button variant="quiet" onClick={onBack}>
        Back to name and password
      </Button>
    </form>
  );
}
