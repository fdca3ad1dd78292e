import { errorWords, type Store } from '@sotto/app';
import type { JoinedRoom } from '@sotto/client';
import { type SubmitEvent, useState } from 'react';
import { useMay } from '../../hooks/use-may.ts';
import { useTask } from '../../hooks/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { addToast } from '../../ui/toasts.ts';
import { usePeople } from '../use-people.ts';
import styles from './about.module.css';
import { Codes } from './codes.tsx';

export interface WaysInProps {
  store: Store;
  room: JoinedRoom;
}

/** Somebody is asked in, or added, by name; or whoever has a code comes. */
export function WaysIn({ store, room }: WaysInProps) {
  const may = useMay(store, room.number);
  return (
    <div className={styles.form}>
      {may('addMember') && <ByName store={store} room={room} />}
      {may('makeInvite') && <Codes store={store} room={room} />}
    </div>
  );
}

const HOW = [
  { value: 'ask', label: 'Ask: they may decline' },
  { value: 'add', label: 'Add at once' },
];

function ByName({ store, room }: WaysInProps) {
  const people = usePeople(store);
  const [name, setName] = useState('');
  const [how, setHow] = useState('ask');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = name.trim().replace(/^@/, '');
    start(async () => {
      if (how === 'add') await store.client.addMember(room.number, wanted);
      else await store.client.inviteMember(room.number, wanted);
      setName('');
      const words =
        how === 'add' ? `${wanted} is in ${room.name} now.` : `${wanted} is asked into ${room.name}.`;
      addToast({ kind: 'success', words });
    });
  };
  return (
    <form className={styles.ban} onSubmit={onSubmit}>
      <Field
        label="Ask somebody in"
        placeholder="Name"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        list="people-to-ask"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <datalist id="people-to-ask">
        {people
          .filter(({ deleted }) => !deleted)
          .map((person) => (
            <option key={person.number} value={person.name}>
              {person.displayName}
            </option>
          ))}
      </datalist>
      <Select label="How" options={HOW} value={how} onChange={({ target }) => setHow(target.value)} />
      <Button type="submit" busy={task.kind === 'busy'}>
        {how === 'add' ? 'Add' : 'Ask'}
      </Button>
      {task.kind === 'failed' && (
        <div className={styles.wrong}>
          <Notice kind="danger">{errorWords(task.error)}</Notice>
        </div>
      )}
    </form>
  );
}
