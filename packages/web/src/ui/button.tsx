import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';
import { tip } from './tip.ts';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: the one thing that a screen asks for. `danger`: takes something away. */
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  icon?: IconName;
  /** Being done: it cannot be pressed again, and says so. */
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
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(styles.button, styles[variant], wide && styles.wide, className)}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <span className={styles.spinner} /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

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
