import { errorWords, type Store } from '@sotto/app';
import type { JoinedRoom, RoomInvite } from '@sotto/client';
import { type SubmitEvent, useState } from 'react';
import { useAsked } from '../../account/use-asked.ts';
import { useTask } from '../../hooks/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { addToast } from '../../ui/toasts.ts';
import styles from './about.module.css';

export interface WaysInProps {
  store: Store;
  room: JoinedRoom;
}

/** Somebody is asked in by name, or whoever has a code. */
export function WaysIn({ store, room }: WaysInProps) {
  const may = (action: 'addMember' | 'makeInvite') => store.client.can(room.number, action);
  return (
    <div className={styles.form}>
      {may('addMember') && <AskIn store={store} room={room} />}
      {may('makeInvite') && <Codes store={store} room={room} />}
    </div>
  );
}

function AskIn({ store, room }: WaysInProps) {
  const [name, setName] = useState('');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = name.trim().replace(/^@/, '');
    start(async () => {
      await store.client.inviteMember(room.number, wanted);
      setName('');
      addToast({ kind: 'success', words: `${wanted} is asked into ${room.name}.` });
    });
  };
  return (
    <form className={styles.line} onSubmit={onSubmit}>
      <Field
        label="Ask somebody in"
        placeholder="Name"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" busy={task.kind === 'busy'}>
        Ask
      </Button>
    </form>
  );
}

function Codes({ store, room }: WaysInProps) {
  const [asked, askAgain] = useAsked(() => store.client.invites.list(room.number));
  const [made, setMade] = useState<string>();
  const [task, start] = useTask();
  const make = async () => {
    const { code } = await store.client.invites.create(room.number);
    setMade(code);
    askAgain();
  };
  return (
    <section className={styles.form} aria-labelledby="invite-codes">
      <h3 id="invite-codes">Invite codes</h3>
      <p className={styles.quiet}>Whoever has one may join for a week: under “Browse rooms”.</p>
      {made !== undefined && (
        <Notice kind="success">
          Copy it now, it is not shown again.
          <code className={styles.code}>{made}</code>
        </Notice>
      )}
      {(task.kind === 'failed' || asked.kind === 'failed') && (
        <Notice kind="danger">
          {asked.kind === 'failed' ? asked.words : 'No code was made. Try again.'}
        </Notice>
      )}
      <ul aria-label="Invite codes">
        {asked.kind === 'ready' &&
          asked.value.map((invite) => (
            <OneCode key={invite.id} store={store} room={room} invite={invite} onChange={askAgain} />
          ))}
      </ul>
      <div className={styles.actions}>
        <Button icon="link" busy={task.kind === 'busy'} onClick={() => start(make)}>
          Make a code
        </Button>
      </div>
    </section>
  );
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function OneCode({
  store,
  room,
  invite,
  onChange,
}: WaysInProps & { invite: RoomInvite; onChange: () => void }) {
  const [task, start] = useTask();
  const revoke = async () => {
    await store.client.invites.revoke(room.number, invite.id);
    onChange();
  };
  return (
    <li className={styles.invite}>
      <div className={styles.about}>
        by {invite.by.displayName || invite.by.name}
        <p className={styles.quiet}>
          until {day.format(invite.expiresAt)} · {usesWords(invite.usesLeft)}
        </p>
        {task.kind === 'failed' && <p role="alert">{errorWords(task.error)}</p>}
      </div>
      <Button busy={task.kind === 'busy'} onClick={() => start(revoke)}>
        Revoke
      </Button>
    </li>
  );
}

const usesWords = (left: number | undefined): string =>
  left === undefined ? 'as often as wanted' : left === 1 ? 'once' : `${left} times`;
