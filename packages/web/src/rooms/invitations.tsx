import { errorWords, type Store } from '@sotto/app';
import type { Invitation } from '@sotto/client';
import { useCallback, useEffect, useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';
import { useTask } from '../hooks/use-task.ts';
import { goTo } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import styles from './invitations.module.css';

/** Rooms that this account was asked into; nothing where there are none. */
export function Invitations({ store }: { store: Store }) {
  const [list, reload] = useInvitations(store);
  if (list.length === 0) return null;
  return (
    <section className={styles.invitations} aria-labelledby="section-invitations">
      <h2 id="section-invitations" className={styles.title}>
        Invitations
      </h2>
      <ul className={styles.list}>
        {list.map((invitation) => (
          <One key={invitation.room.number} store={store} invitation={invitation} onSettled={reload} />
        ))}
      </ul>
    </section>
  );
}

interface OneProps {
  store: Store;
  invitation: Invitation;
  onSettled: () => void;
}

function One({ store, invitation: { room, by }, onSettled }: OneProps) {
  const [task, start] = useTask();
  const isBusy = task.kind === 'busy';
  const join = async () => {
    await store.client.joinRoom(room.number);
    goTo({ kind: 'room', room: room.number });
    onSettled();
  };
  const decline = async () => {
    await store.client.declineInvitation(room.number);
    onSettled();
  };
  return (
    <li className={styles.one}>
      <p>
        <strong>{by.displayName || by.name}</strong> asks you into <strong>{room.name}</strong>.
      </p>
      {task.kind === 'failed' && <p role="alert">{errorWords(task.error)}</p>}
      <div className={styles.actions}>
        <Button variant="primary" disabled={isBusy} onClick={() => start(join)}>
          Join
        </Button>
        <Button disabled={isBusy} onClick={() => start(decline)}>
          Decline
        </Button>
      </div>
    </li>
  );
}

/** Read when the connection is there, and again when there are news of them. */
function useInvitations(store: Store): readonly [readonly Invitation[], () => void] {
  const [list, setList] = useState<readonly Invitation[]>([]);
  const isOnline = useReadable(store.connection).status.kind === 'online';
  const reload = useCallback(() => {
    store.client.invitations().then(setList, () => {});
  }, [store]);
  useEffect(() => {
    if (!isOnline) return;
    reload();
    const ending = new AbortController();
    void follow(store, reload, ending.signal);
    return () => ending.abort();
  }, [store, isOnline, reload]);
  return [list, reload];
}

async function follow(store: Store, reload: () => void, signal: AbortSignal): Promise<void> {
  for await (const { kind } of store.client.events(signal))
    if (kind === 'invited' || kind === 'invitationSettled') reload();
}
