import type { Person } from '@sotto/client';
import { useContext } from 'react';
import { nameOf } from '../conversation/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { classes } from '../ui/classes.ts';
import { PeopleContext, readyPeople } from './people.ts';
import styles from './person-name.module.css';

export interface PersonNameProps {
  person: Person;
  className: string | undefined;
  /** Of a row where one thing at a time is reached by Tab. */
  tabIndex?: 0 | -1;
}

/** A name that tells who it is when it is pressed. */
export function PersonName({ person, className, tabIndex = 0 }: PersonNameProps) {
  const people = useContext(PeopleContext);
  if (people === undefined) return <span className={className}>{nameOf(person)}</span>;
  return (
    <button
      type="button"
      className={classes(styles.name, className)}
      aria-haspopup="dialog"
      tabIndex={tabIndex}
      data-person=""
      onPointerEnter={readyPeople}
      onFocus={readyPeople}
      onClick={({ currentTarget }) => people.showCard(person, currentTarget)}
      onContextMenu={(event) => {
        event.preventDefault();
        people.showMenu(person, event.currentTarget);
      }}
    >
      {nameOf(person)}
    </button>
  );
}

/** As the name beside it, for pointers alone. */
export function PersonAvatar({ person }: { person: Person }) {
  const people = useContext(PeopleContext);
  if (people === undefined) return <Avatar person={person} />;
  return (
    <button
      type="button"
      className={styles.avatar}
      tabIndex={-1}
      aria-hidden="true"
      onPointerEnter={readyPeople}
      onClick={({ currentTarget }) => people.showCard(person, nameBeside(currentTarget))}
    >
      <Avatar person={person} />
    </button>
  );
}

/** What has the focus again afterwards. */
const nameBeside = (avatar: HTMLElement): HTMLElement =>
  avatar.closest('article')?.querySelector<HTMLElement>('[data-person]') ?? avatar;
