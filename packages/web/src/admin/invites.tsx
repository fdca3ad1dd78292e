import { errorWords, type Store } from '@sotto/app';
import type { IssuedCode, RegistrationInvite } from '@sotto/client';
import { useState } from 'react';
import { useAsked } from '../hooks/use-asked.ts';
import { useSubmit } from '../hooks/use-submit.ts';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';
import { Code } from './code.tsx';
import { counted, momentWords } from './words.ts';

const DAY_MS = 24 * 60 * 60_000;
const LIFETIMES = [
  { value: `${DAY_MS}`, label: 'a day' },
  { value: `${7 * DAY_MS}`, label: 'a week' },
  { value: `${30 * DAY_MS}`, label: '30 days' },
];

/** Codes that make accounts: those there are, and new ones. */
export function Invites({ store }: { store: Store }) {
  const [asked, askAgain] = useAsked(() => store.client.admin.invites.list());
  const [issued, setIssued] = useState<IssuedCode>();
  if (asked.kind === 'loading') return <Skeleton shape="lines" label="Invite codes" />;
  if (asked.kind === 'failed') return <Notice kind="danger">{asked.words}</Notice>;
  const { invites, registration } = asked.value;
  return (
    <div className={styles.stack}>
      <p className={styles.quiet}>{POLICIES[registration]}</p>
      {issued === undefined ? (
        <Make
          store={store}
          onMade={(code) => {
            setIssued(code);
            askAgain();
          }}
        />
      ) : (
        <Code code={issued.code} expiresAt={issued.expiresAt} onDone={() => setIssued(undefined)}>
          Give it to whom you want here: it is asked for when they register.
        </Code>
      )}
      {invites.length === 0 ? (
        <Empty icon="userPlus" title="No codes">
          Those that are used up or over are not listed.
        </Empty>
      ) : (
        <ul aria-label="Invite codes">
          {invites.map((invite) => (
            <OneInvite
              key={`${invite.createdAt.getTime()} ${invite.id}`}
              store={store}
              invite={invite}
              onChange={askAgain}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

const POLICIES = {
  open: 'Registration is open: nobody needs a code to make an account here.',
  invite: 'Whoever registers here needs a code.',
  closed: 'Registration is closed: codes make accounts once it is by invitation.',
  'owner-code': 'The first account is made with the owner’s code.',
} as const;

function Make({ store, onMade }: { store: Store; onMade: (code: IssuedCode) => void }) {
  const [uses, setUses] = useState('1');
  const [lifetime, setLifetime] = useState(`${7 * DAY_MS}`);
  const [task, onSubmit] = useSubmit(async () =>
    onMade(await store.client.admin.invites.create({ uses: Number(uses), lifetimeMs: Number(lifetime) })),
  );
  return (
    <form className={styles.filters} onSubmit={onSubmit}>
      <Field
        label="Accounts it makes"
        type="number"
        min={1}
        max={1_000}
        required
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        value={uses}
        onChange={({ target }) => setUses(target.value)}
      />
      <Select
        label="Good for"
        options={LIFETIMES}
        value={lifetime}
        onChange={({ target }) => setLifetime(target.value)}
      />
      <Button type="submit" variant="primary" busy={task.kind === 'busy'}>
        Make a code
      </Button>
    </form>
  );
}

interface OneInviteProps {
  store: Store;
  invite: RegistrationInvite;
  onChange: () => void;
}

function OneInvite({ store, invite, onChange }: OneInviteProps) {
  const [task, start] = useTask();
  const { id, usesLeft, createdAt, expiresAt } = invite;
  const takeBack = async () => {
    await store.client.admin.invites.revoke(id);
    onChange();
  };
  return (
    <li className={styles.row}>
      <Icon name="key" />
      <div className={styles.about}>
        <strong>{counted(usesLeft, 'account')} left</strong>
        <p className={styles.quiet}>
          made {momentWords(createdAt)} · good until {momentWords(expiresAt)}
        </p>
        {task.kind === 'failed' && (
          <p className={styles.failed} role="alert">
            {errorWords(task.error)}
          </p>
        )}
      </div>
      <Button
        aria-label={`Take back the code of ${momentWords(createdAt)}`}
        busy={task.kind === 'busy'}
        onClick={() => start(takeBack)}
      >
        Take back
      </Button>
    </li>
  );
}
