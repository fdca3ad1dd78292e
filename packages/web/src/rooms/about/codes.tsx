import { errorWords, momentWords, type Store } from '@sotto/app';
import type { InviteOptions, JoinedRoom, RoomInvite } from '@sotto/client';
import { type SubmitEvent, useState } from 'react';
import { nameOf } from '../../conversation/words.ts';
import { useAsked } from '../../hooks/use-asked.ts';
import { useTask } from '../../hooks/use-task.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { addToast } from '../../ui/toasts.ts';
import styles from './about.module.css';

export interface CodesProps {
  store: Store;
  room: JoinedRoom;
}

/** Whoever has one may join, as often and as long as it says. */
export function Codes({ store, room }: CodesProps) {
  const [asked, askAgain] = useAsked(() => store.client.invites.list(room.number));
  const [made, setMade] = useState<string>();
  const add = async (options: InviteOptions) => {
    const { code } = await store.client.invites.create(room.number, options);
    setMade(code);
    askAgain();
  };
  return (
    <section className={styles.form} aria-labelledby="invite-codes">
      <h3 id="invite-codes">Invite codes</h3>
      <p className={styles.quiet}>Whoever has one may join, under “Browse rooms”.</p>
      <Make onMake={add} />
      {made !== undefined && <Made code={made} />}
      {asked.kind === 'failed' && <Notice kind="danger">{asked.words}</Notice>}
      <ul aria-label="Invite codes">
        {asked.kind === 'ready' &&
          asked.value.map((invite) => (
            <OneCode key={invite.id} store={store} room={room} invite={invite} onChange={askAgain} />
          ))}
      </ul>
    </section>
  );
}

const HOUR_MS = 3_600_000;
const LIFETIMES = [
  { value: String(HOUR_MS), label: '1 hour' },
  { value: String(24 * HOUR_MS), label: '1 day' },
  { value: String(7 * 24 * HOUR_MS), label: '1 week' },
  { value: String(30 * 24 * HOUR_MS), label: '30 days' },
  { value: String(365 * 24 * HOUR_MS), label: '1 year' },
];
const USES = [
  { value: '0', label: 'As often as wanted' },
  { value: '1', label: 'Once' },
  { value: '10', label: '10 times' },
  { value: '100', label: '100 times' },
];
const ROLES = [
  { value: 'member', label: 'Members' },
  { value: 'guest', label: 'Guests' },
];

function Make({ onMake }: { onMake: (options: InviteOptions) => Promise<void> }) {
  const [lifetime, setLifetime] = useState(String(7 * 24 * HOUR_MS));
  const [uses, setUses] = useState('0');
  const [role, setRole] = useState('member');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const most = Number(uses);
    start(() =>
      onMake({
        lifetimeMs: Number(lifetime),
        role: role === 'guest' ? 'guest' : 'member',
        ...(most === 0 ? {} : { uses: most }),
      }),
    );
  };
  return (
    <form className={styles.ban} onSubmit={onSubmit}>
      <Select
        label="Lasts"
        options={LIFETIMES}
        value={lifetime}
        onChange={({ target }) => setLifetime(target.value)}
      />
      <Select
        label="Can be used"
        options={USES}
        value={uses}
        onChange={({ target }) => setUses(target.value)}
      />
      <Select
        label="Lets in as"
        options={ROLES}
        value={role}
        onChange={({ target }) => setRole(target.value)}
      />
      <Button type="submit" icon="link" busy={task.kind === 'busy'}>
        Make a code
      </Button>
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
    </form>
  );
}

function Made({ code }: { code: string }) {
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => addToast({ kind: 'success', words: 'The code is copied.' }),
      () => addToast({ kind: 'danger', words: 'The code was not copied. Select it and copy it yourself.' }),
    );
  return (
    <Notice
      kind="success"
      actions={<IconButton icon="copy" label="Copy the code" onClick={() => void copy()} />}
    >
      Copy it now, it is not shown again.
      <code className={styles.code}>{code}</code>
    </Notice>
  );
}

function OneCode({
  store,
  room,
  invite,
  onChange,
}: CodesProps & { invite: RoomInvite; onChange: () => void }) {
  const [task, start] = useTask();
  const revoke = async () => {
    await store.client.invites.revoke(room.number, invite.id);
    onChange();
  };
  return (
    <li className={styles.invite}>
      <div className={styles.about}>
        by {nameOf(invite.by)}
        {invite.role === 'guest' && ', for guests'}
        <p className={styles.quiet}>
          until {momentWords(invite.expiresAt)} · {usesWords(invite.usesLeft)}
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
