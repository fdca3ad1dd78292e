import type { RoomNumber } from '@sotto/model';
import { useAsked } from '../hooks/use-asked.ts';
import { useStore } from '../hooks/use-store.ts';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { FoundMessage } from './found-message.tsx';
import styles from './side-pane.module.css';

/** The pinned messages, as they were when it was opened. */
export function PinsPane({ room }: { room: RoomNumber }) {
  const { client } = useStore();
  const [pins] = useAsked(() => client.pins(room), room);
  switch (pins.kind) {
    case 'loading':
      return <Skeleton shape="rows" label="Pinned messages" />;
    case 'failed':
      return (
        <div className={styles.notice}>
          <Notice kind="danger">The pinned messages could not be loaded. {pins.words}</Notice>
        </div>
      );
    case 'ready':
      if (pins.value.length === 0) {
        return (
          <Empty icon="pin" title="Nothing is pinned">
            Pin what everybody should find again: More, Pin.
          </Empty>
        );
      }
      return (
        <ul className={styles.list}>
          {pins.value.map((message) => (
            <FoundMessage key={message.sequence} message={message} />
          ))}
        </ul>
      );
  }
}
