/** Begins direct messages: whom to, then the first one. */
import { errorWords, type Store } from '@sotto/app';
import type { Person } from '@sotto/client';
import { type SubmitEvent, useId, useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { goTo } from '../routes.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { fitOf } from './finding.ts';
import styles from './form.module.css';
import { usePeople } from './use-people.ts';

export interface WriteToProps {
  store: Store;
  /** undefined: to be chosen. */
  person: Person | undefined;
  onClose: () => void;
}

export default function WriteTo({ store, person, onClose }: WriteToProps) {
  const [chosen, setChosen] = useState(person);
  return chosen === undefined ? (
    <Choose store={store} onChoose={setChosen} onClose={onClose} />
  ) : (
    <Write key={chosen.number} store={store} person={chosen} onClose={onClose} />
  );
}

interface ChooseProps extends Omit<WriteToProps, 'person'> {
  onChoose: (person: Person) => void;
}

function Choose({ store, onChoose, onClose }: ChooseProps) {
  const people = usePeople(store);
  const [query, setQuery] = useState('');
  const me = store.me.get()?.number;
  const wanted = query.replace(/^@/, '').toLowerCase().trim();
  const shown = people.filter(
    ({ number, deleted, name, displayName }) =>
      number !== me && !deleted && fitOf(wanted, [name, displayName]) > 0,
  );
  const choose = (one: Person) => {
    const room = store.rooms.get().list.find(({ peer }) => peer?.number === one.number);
    if (room === undefined) return onChoose(one);
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
          autoFocus
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <ul className={styles.people} aria-label="People">
          {shown.map((one) => (
            <li key={one.number}>
              <button type="button" onClick={() => choose(one)}>
                <Avatar person={one} online={one.online} />
                <span>
                  {one.displayName || one.name} <span className={styles.handle}>@{one.name}</span>
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

interface WriteProps {
  store: Store;
  person: Person;
  onClose: () => void;
}

function Write({ store, person, onClose }: WriteProps) {
  const form = useId();
  const [text, setText] = useState('');
  const [task, start] = useTask();
  const send = async () => {
    const { outcomes } = await store.client.sendDirect([person.number], text);
    const [outcome] = outcomes;
    if (outcome?.sent === undefined) throw outcome?.error ?? new Error('The message was not sent.');
    onClose();
    goTo({ kind: 'room', room: outcome.sent.room });
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(send);
  };
  return (
    <Dialog
      title="New direct message"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" icon="send" busy={task.kind === 'busy'}>
            Send
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        <p className={styles.person}>
          <Avatar person={person} />
          <span>
            <strong>{person.displayName || person.name}</strong>{' '}
            <span className={styles.handle}>@{person.name}</span>
          </span>
        </p>
        <TextField
          label="Message"
          autoFocus
          required
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      </form>
    </Dialog>
  );
}
