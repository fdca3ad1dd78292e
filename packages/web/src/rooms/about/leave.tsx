import { errorWords } from '@sotto/app';
import { useState } from 'react';
import { useTask } from '../../hooks/use-task.ts';
import { goTo } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './about.module.css';
import type { InsideProps } from './about.tsx';

/** Asks once more: of a private room there is no way back without being asked in. */
export function Leave({ store, room, onClose }: InsideProps) {
  const [isSure, setSure] = useState(false);
  const [task, start] = useTask();
  const leave = async () => {
    await store.client.leaveRoom(room.number);
    onClose();
    goTo({ kind: 'home' });
  };
  const words =
    room.kind === 'private'
      ? 'You cannot come back unless somebody adds you.'
      : 'You can join again whenever you want.';
  return (
    <div className={styles.form}>
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      <div className={styles.actions}>
        {isSure ? (
          <>
            <span>{words}</span>
            <Button variant="danger" busy={task.kind === 'busy'} onClick={() => start(leave)}>
              Leave {room.name}
            </Button>
            <Button autoFocus onClick={() => setSure(false)}>
              Stay
            </Button>
          </>
        ) : (
          <Button icon="logOut" onClick={() => setSure(true)}>
            Leave this room
          </Button>
        )}
      </div>
    </div>
  );
}
