import { errorWords, type Store } from '@sotto/app';
import type { PersonPresence } from '@sotto/client';
import { useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { useTask } from '../hooks/use-task.ts';
import { fitOf, fold } from '../rooms/finding.ts';
import { usePeople } from '../rooms/use-people.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './admin.module.css';

const SHOWN_MAX = 100;

export function Users({ store }: { store: Store }) {
  const people = usePeople(store);
  const [query, setQuery] = useState('');
  const wanted = fold(query.replace(/^@/, ''));
  const fitting = people.filter(
    ({ deleted, name, displayName }) => !deleted && fitOf(wanted, [name, displayName]) > 0,
  );
  return (
    <>
      <Field label="Find" type="search" value={query} onChange={({ target }) => setQuery(target.value)} />
      <ul aria-label="Users">
        {fitting.slice(0, SHOWN_MAX).map((person) => (
          <OneUser key={person.number} store={store} person={person} />
        ))}
      </ul>
      {fitting.length > SHOWN_MAX && (
        <p className={styles.quiet}>{fitting.length - SHOWN_MAX} more: type a part of the name.</p>
      )}
    </>
  );
}

function OneUser({ store, person }: { store: Store; person: PersonPresence }) {
  const me = useReadable(store.me);
  const [task, start] = useTask();
  const [isAdministrator, setAdministrator] = useState(person.administrator);
  const { admin } = store.client;
  const act = (words: string, run: () => Promise<void>) =>
    start(async () => {
      await run();
      addToast({ kind: 'success', words });
    });
  const suspend = () => act(`${person.name} is suspended.`, () => admin.suspend(person.number));
  const restore = () => act(`${person.name} can log in again.`, () => admin.restore(person.number));
  const promote = () =>
    act(
      `${person.name} ${isAdministrator ? 'administers the server no more' : 'administers the server'}.`,
      async () => {
        await admin.setAdministrator(person.number, !isAdministrator);
        setAdministrator(!isAdministrator);
      },
    );
  const isMe = person.number === me?.number;
  const isBusy = task.kind === 'busy';
  return (
    <li className={styles.row}>
      <Avatar person={person} online={person.online} />
      <div className={styles.about}>
        <strong>{person.displayName || person.name}</strong>
        <p className={styles.quiet}>
          {[`@${person.name}`, ...standingWords(person, isAdministrator)].join(' · ')}
        </p>
        {task.kind === 'failed' && (
          <p className={styles.failed} role="alert">
            {errorWords(task.error)}
          </p>
        )}
      </div>
      {!isMe && !person.owner && (
        <div className={styles.actions}>
          {me?.owner === true && (
            <Button disabled={isBusy} onClick={promote}>
              {isAdministrator ? 'Take administration' : 'Make administrator'}
            </Button>
          )}
          <Button disabled={isBusy} aria-label={`Restore ${person.name}`} onClick={restore}>
            Restore
          </Button>
          <Button variant="danger" disabled={isBusy} aria-label={`Suspend ${person.name}`} onClick={suspend}>
            Suspend
          </Button>
        </div>
      )}
    </li>
  );
}

function standingWords({ owner, assistant }: PersonPresence, isAdministrator: boolean): readonly string[] {
  if (owner) return ['owns the server'];
  return [...(isAdministrator ? ['administrator'] : []), ...(assistant ? ['assistant'] : [])];
}
