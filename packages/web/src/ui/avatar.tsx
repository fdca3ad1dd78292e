import styles from './avatar.module.css';
import { hueOf, initialsOf } from './avatar-look.ts';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';

export interface AvatarProps {
  person: { uuid: string; name: string; displayName: string; assistant?: boolean; deleted?: boolean };
  /** 24, 32, 40 or 72 px. */
  size?: 'small' | 'regular' | 'large' | 'huge';
  /** A dot, and its word for screen readers; left out where presence is not said. */
  online?: boolean | undefined;
}

/** Initials on the person's colour. The name stands beside it, or is told by whoever draws it: it is decoration. */
export function Avatar({ person, size = 'regular', online }: AvatarProps) {
  const look = person.deleted === true ? styles.gone : styles[`hue${hueOf(person.uuid)}`];
  return (
    <span className={classes(styles.avatar, styles[size])}>
      <span className={classes(styles.face, look)} aria-hidden="true">
        {person.assistant === true ? <Icon name="bot" /> : initialsOf(person.displayName || person.name)}
      </span>
      {online !== undefined && <Presence online={online} />}
    </span>
  );
}

/** Filled where somebody is online, a ring where not; said in words as well. */
export function Presence({ online }: { online: boolean }) {
  return (
    <span className={classes(styles.presence, online && styles.online)}>
      <span className="unseen">{online ? 'online' : 'offline'}</span>
    </span>
  );
}
