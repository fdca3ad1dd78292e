import type { ComponentProps, MouseEvent } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { tip } from './tip.ts';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: the one thing that a screen asks for. `danger`: takes something away. */
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  icon?: IconName;
  /** Being done: pressing it again does nothing, and it says so; it keeps the focus. */
  busy?: boolean;
  /** As wide as what it is in. */
  wide?: boolean;
}

export function Button({
  variant = 'secondary',
  icon,
  busy = false,
  wide = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(styles.button, styles[variant], wide && styles.wide, className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? stay : onClick}
      {...rest}
    >
      {busy ? <span className={styles.spinner} /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** The form around it is not sent either. */
const stay = (event: MouseEvent): void => event.preventDefault();

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: IconName;
  /** What it does; read out, and shown as tooltip with `keys`. */
  label: string;
  keys?: string;
  /** For what is on or off. */
  pressed?: boolean;
  /** 32 px: where a row of them stands in a message. 44 px otherwise, and always under a finger. */
  size?: 'small' | 'regular';
}

export function IconButton({
  icon,
  label,
  keys,
  pressed,
  size = 'regular',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      className={classes(styles.iconButton, size === 'small' && styles.small, className)}
      {...tip(label, keys)}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
