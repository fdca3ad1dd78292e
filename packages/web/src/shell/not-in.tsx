import { errorWords, type Store } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';

/** Where an address leads to a room that this account is not in. */
export function NotIn({ store, room }: { store: Store; room: RoomNumber }) {
  const [task, start] = useTask();
  const join = () => start(async () => void (await store.client.joinRoom(room)));
  return (
    <Empty
      icon="lock"
      title="You are not in this room"
      actions={
        <Button variant="primary" busy={task.kind === 'busy'} onClick={join}>
          Join it
        </Button>
      }
    >
      {task.kind === 'failed' ? errorWords(task.error) : 'It may be open to you: try to join.'}
    </Empty>
  );
}
