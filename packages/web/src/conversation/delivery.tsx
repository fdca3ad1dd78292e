import type { DeliveryState, MessageView } from '@sotto/client';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Icon } from '../ui/icon.tsx';
import { tip } from '../ui/tip.ts';
import { useMessageActions } from './actions.ts';
import styles from './row.module.css';

const WORDS: Readonly<Record<DeliveryState, readonly [inRooms: string, direct: string]>> = {
  durable: ['The server has it', 'The server has it'],
  delivered: ['Delivered to everybody', 'Delivered'],
  read: ['Read by everybody', 'Read'],
};

/** A clock until the server has it, one tick then, two when it was delivered, filled when it was read. */
export function DeliveryMark({ message, isChanging }: { message: MessageView; isChanging: boolean }) {
  const store = useStore();
  const { showSeen } = useMessageActions();
  useReadable(store.receipts(message.room.number));
  if (isChanging) return <Mark icon="clock" words="Being changed" />;
  const state = store.client.deliveryOf(message);
  return (
    // By keyboard the same is in the menu of the message.
    <button type="button" className={styles.seen} tabIndex={-1} onClick={() => showSeen(message)}>
      <Mark
        icon={state === 'durable' ? 'check' : 'checks'}
        words={WORDS[state][message.room.kind === 'direct' ? 1 : 0]}
        isStrong={state === 'read'}
      />
    </button>
  );
}

export interface MarkProps {
  icon: 'clock' | 'check' | 'checks';
  words: string;
  isStrong?: boolean;
}

export function Mark({ icon, words, isStrong = false }: MarkProps) {
  return (
    <span className={isStrong ? styles.read : styles.delivery} {...tip(words)}>
      <Icon name={icon} size="small" />
      <span className="unseen">{words}</span>
    </span>
  );
}
