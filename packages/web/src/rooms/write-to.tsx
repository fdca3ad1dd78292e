/** Direct messages with somebody: whom to? */
import { errorWords, type Store } from '@sotto/app';
import type { Person } from '@sotto/client';
import { useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { goTo } from '../routes.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { fitOf, fold } from './finding.ts';
import styles from './form.module.css';
import { usePeople } from './use-people.ts';

export interface WriteToProps {
  store: Store;
  onClose: () => void;
}

export default function WriteTo({ store, onClose }: WriteToProps) {
  const people = usePeople(store);
  const [query, setQuery] = useState('');
  const [task, start] = useTask();
  const me = store.me.get()?.number;
  const wanted = fold(query.replace(/^@/, ''));
  const shown = people.filter(
    ({ number, deleted, name, displayName }) =>
      number !== me && !deleted && fitOf(wanted, [name, displayName]) > 0,
  );
  const open = async ({ number }: Person) => {
    const room = await store.client.openDirect(number);
    onClose();
    goTo({ kind: 'room', room: room.number });
  };
  return (
    <Dialog title="Write to somebody" onClose={onClose}>
      <div className={styles.form}>
        <Field
          label="Who"
          type="search"
          placeholder="Name"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
        <ul className={styles.people} aria-label="People">
          {shown.map((person) => (
            <li key={person.number}>
              <button type="button" onClick={() => start(() => open(person))}>
                <Avatar person={person} online={person.online} />
                <span>
                  {person.displayName || person.name} <span className={styles.handle}>@{person.name}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
        {people.length > 0 && shown.length === 0 && <p role="status">Nobody here is called that.</p>}
      </div>
    </Dialog>
  );
}
