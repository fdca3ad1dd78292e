import { errorWords, type Removal, type Store, untilWords } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { nameOf } from '../conversation/words.ts';
import { useReadable } from '../hooks/use-store.ts';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import styles from './not-in.module.css';

/** Where an address leads to a room that this account is not in, or not any more. */
export function NotIn({ store, room }: { store: Store; room: RoomNumber }) {
  const [task, start] = useTask();
  const removal = useReadable(store.removals).get(room);
  const join = () => start(async () => void (await store.client.joinRoom(room)));
  const isBanned = removal?.kind === 'banned';
  const mayCome = !isBanned && removal?.room.kind !== 'private';
  return (
    <div role="status" className={styles.place}>
      <Empty
        icon="lock"
        title={removal === undefined ? 'You are not in this room' : `You are out of ${removal.room.name}`}
        actions={
          mayCome && (
            <Button variant="primary" busy={task.kind === 'busy'} onClick={join}>
              {removal === undefined ? 'Join it' : 'Join it again'}
            </Button>
          )
        }
      >
        {removal !== undefined && `${removalWords(removal)} `}
        {task.kind === 'failed'
          ? errorWords(task.error)
          : removal === undefined && 'It may be open to you: try to join.'}
      </Empty>
    </div>
  );
}

function removalWords({ kind, by, reason, until }: Removal): string {
  const did = kind === 'banned' ? `banned you${untilWords(until)}` : 'removed you';
  return `${nameOf(by)} ${did}${reason === '' ? '.' : `: ${reason}`}`;
}
