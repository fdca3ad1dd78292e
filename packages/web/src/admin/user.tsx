import type { Store } from '@sotto/app';
import type { AccountDetails, AccountSession, Person } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { useEffect, useRef } from 'react';
import { useAsked } from '../hooks/use-asked.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';
import { UserActs } from './user-acts.tsx';
import { dayWords, momentWords, seenWords, standingWords, transportWords } from './words.ts';

export interface UserDetailsProps {
  store: Store;
  person: Person;
  onBack: () => void;
}

/** One account: what it is, where it is logged in, and what can be done to it. */
export function UserDetails({ store, person, onBack }: UserDetailsProps) {
  const [asked, askAgain] = useAsked(() => store.client.admin.account(person.number));
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <>
      <Button ref={back} variant="quiet" icon="chevronLeft" onClick={onBack}>
        All users
      </Button>
      {asked.kind === 'loading' && <Skeleton shape="lines" label="Account" />}
      {asked.kind === 'failed' && <Notice kind="danger">{asked.words}</Notice>}
      {asked.kind === 'ready' && (
        <div className={styles.stack}>
          <Head account={asked.value} />
          <Facts account={asked.value} />
          <UserActs store={store} account={asked.value} onChange={askAgain} onGone={onBack} />
          <Sessions sessions={asked.value.sessions} />
        </div>
      )}
    </>
  );
}

function Head({ account: { person, online } }: { account: AccountDetails }) {
  return (
    <div className={styles.head}>
      <Avatar person={person} size="large" online={online} />
      <div className={styles.about}>
        <h3>
          <bdi>{person.displayName || person.name}</bdi>
        </h3>
        <p className={styles.quiet}>
          <bdi>@{person.name}</bdi> · number {person.number}
        </p>
      </div>
    </div>
  );
}

function Facts({ account }: { account: AccountDetails }) {
  const { person, createdAt, suspended, secondFactor, fileBytes } = account;
  return (
    <>
      {suspended !== undefined && (
        <Notice kind="warning">
          Suspended since {momentWords(suspended.since)}
          {suspended.reason === '' ? '.' : ': '}
          {suspended.reason !== '' && <bdi>{suspended.reason}</bdi>}
        </Notice>
      )}
      <dl className={styles.facts}>
        <dt>Role</dt>
        <dd>{standingWords(person).join(', ') || 'user'}</dd>
        <dt>Made</dt>
        <dd>{dayWords(createdAt)}</dd>
        <dt>Last seen</dt>
        <dd>{seenWords(account)}</dd>
        <dt>Second factor</dt>
        <dd>{secondFactor ? 'on' : 'off'}</dd>
        <dt>Files</dt>
        <dd>{formatBytes(fileBytes)}</dd>
      </dl>
    </>
  );
}

function Sessions({ sessions }: { sessions: readonly AccountSession[] }) {
  return (
    <section className={styles.section}>
      <h4>Logged in on</h4>
      {sessions.length === 0 ? (
        <p className={styles.quiet}>No device.</p>
      ) : (
        <ul aria-label="Devices">
          {sessions.map(({ device, connected }) => (
            <li key={device.number} className={styles.row}>
              <Icon name={device.token === undefined ? 'device' : 'key'} />
              <div className={styles.about}>
                <bdi>{device.name || `Device ${device.number}`}</bdi>
                <p className={styles.quiet}>
                  {connected === undefined
                    ? `seen ${device.lastSeen === undefined ? 'never' : momentWords(device.lastSeen)}`
                    : `connected by ${transportWords(connected.transport)} from ${connected.address}`}
                  {device.agent !== '' && ` · ${device.agent}`}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
