import { untilWords } from '@sotto/app';
import type { RoomMember } from '@sotto/client';
import { memo, useContext } from 'react';
import { nameOf } from '../conversation/words.ts';
import { PeopleContext } from '../people/people.ts';
import { ROLE_WORDS } from '../people/role-words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Icon } from '../ui/icon.tsx';
import { tip } from '../ui/tip.ts';
import styles from './members.module.css';

/** Drawn again only when something about this member is another. */
export const Member = memo(function Member({ member }: { member: RoomMember }) {
  const people = useContext(PeopleContext);
  const { mutedUntil } = member;
  return (
    <li
      className={styles.member}
      onContextMenu={(event) => {
        event.preventDefault();
        const { currentTarget, clientX, clientY, target } = event;
        // By keyboard the pointer is nowhere: the menu opens at the name.
        const at = target instanceof HTMLElement && target.matches(':focus-visible') ? target : undefined;
        people?.showMenu(member, at ?? (clientX === 0 ? currentTarget : { x: clientX, y: clientY }));
      }}
    >
      <button
        type="button"
        className={classes(styles.person, !member.online && styles.away)}
        aria-haspopup="dialog"
        data-member=""
        onClick={({ currentTarget }) => people?.showCard(member, currentTarget)}
      >
        <Avatar person={member} online={member.online} />
        <span className={styles.names}>
          <span className={styles.name}>{nameOf(member)}</span>
          <span className={styles.role}>{roleWords(member)}</span>
        </span>
        {mutedUntil !== undefined && (
          <span className={styles.muted} {...tip(`Muted${untilWords(mutedUntil)}`)}>
            <Icon name="bellOff" size="small" />
            <span className="unseen">muted{untilWords(mutedUntil)}</span>
          </span>
        )}
      </button>
      <IconButton
        icon="more"
        size="small"
        label={`More about ${nameOf(member)}`}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => people?.showMenu(member, currentTarget)}
      />
    </li>
  );
});

/** What the group says already is not said again. */
function roleWords({ role, assistant, online, name, displayName }: RoomMember): string {
  const handle = displayName === name || displayName === '' ? '' : `@${name}`;
  const what = online || assistant || role === 'member' ? '' : ROLE_WORDS[role];
  return [what, handle].filter((part) => part !== '').join(' · ');
}
