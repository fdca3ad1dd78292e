import { classes } from './classes.ts';
import styles from './icon.module.css';
import { ICONS, type IconName } from './icons.ts';

export interface IconProps {
  name: IconName;
  /** 16 px beside small words, 20 px otherwise, 32 px alone. */
  size?: 'small' | 'regular' | 'large';
  className?: string | undefined;
}

/** Decoration: words beside it, or the label of the button it is in, say what it means. */
export function Icon({ name, size = 'regular', className }: IconProps) {
  return (
    <svg viewBox="0 0 24 24" className={classes(styles.icon, styles[size], className)} aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
