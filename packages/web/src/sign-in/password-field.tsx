import { useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { Field, type FieldProps } from '../ui/field.tsx';

/** A password that can be looked at while it is typed. */
export function PasswordField(props: Omit<FieldProps, 'type' | 'end'>) {
  const [isShown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      end={
        <IconButton
          icon={isShown ? 'eyeOff' : 'eye'}
          label={isShown ? 'Hide password' : 'Show password'}
          onClick={() => setShown(!isShown)}
        />
      }
    />
  );
}

const NEW_PASSWORD_MIN_CHARACTERS = 8;

/** For a password that is chosen now: the server, which never sees it, cannot say that it is too short. */
export const NewPasswordField = (props: Parameters<typeof PasswordField>[0]) => (
  <PasswordField {...props} autoComplete="new-password" required minLength={NEW_PASSWORD_MIN_CHARACTERS} />
);
