import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';
import styles from './field.module.css';
import { Icon } from './icon.tsx';

interface Labelled {
  label: string;
  /** What to know before typing. */
  hint?: ReactNode;
  /** What is wrong with it, and what to do. */
  error?: string | undefined;
}

export interface FieldProps extends Labelled, Omit<ComponentProps<'input'>, 'id'> {
  /** Stands inside, at the end. */
  end?: ReactNode;
}

/** A line of text with its label above and what is wrong with it below. */
export function Field({ label, hint, error, end, className, ...rest }: FieldProps) {
  const { ids, described } = useDescription(hint, error);
  return (
    <Frame ids={ids} label={label} hint={hint} error={error} className={className}>
      <span className={styles.line}>
        <input
          id={ids.control}
          className={styles.input}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={described}
          {...rest}
        />
        {end}
      </span>
    </Frame>
  );
}

export interface TextFieldProps extends Labelled, Omit<ComponentProps<'textarea'>, 'id'> {}

/** Several lines; grows with what is written. */
export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  const { ids, described } = useDescription(hint, error);
  return (
    <Frame ids={ids} label={label} hint={hint} error={error} className={className}>
      <textarea
        id={ids.control}
        className={classes(styles.input, styles.area)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={described}
        {...rest}
      />
    </Frame>
  );
}

export interface SelectProps extends Labelled, Omit<ComponentProps<'select'>, 'id'> {
  options: readonly { value: string; label: string }[];
}

/** The platform's own: the keyboard, screen readers and phones know it. */
export function Select({ label, hint, error, options, className, ...rest }: SelectProps) {
  const { ids, described } = useDescription(hint, error);
  return (
    <Frame ids={ids} label={label} hint={hint} error={error} className={className}>
      <select id={ids.control} className={styles.input} aria-describedby={described} {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

interface Ids {
  control: string;
  hint: string;
  error: string;
}

function useDescription(hint: ReactNode, error: string | undefined) {
  const id = useId();
  const ids: Ids = { control: id, hint: `${id}-hint`, error: `${id}-error` };
  const parts = [error !== undefined && ids.error, hint !== undefined && ids.hint];
  return { ids, described: classes(...parts) || undefined };
}

interface FrameProps extends Labelled {
  ids: Ids;
  className: string | undefined;
  children: ReactNode;
}

function Frame({ ids, label, hint, error, className, children }: FrameProps) {
  return (
    <div className={classes(styles.field, className)}>
      <label htmlFor={ids.control} className={styles.label}>
        {label}
      </label>
      {children}
      {error !== undefined && (
        <p id={ids.error} className={styles.error}>
          <Icon name="alert" size="small" />
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={ids.hint} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
