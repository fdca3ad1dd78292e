import type { MessageView } from '@sotto/client';
import { shortWords } from '../conversation/times.ts';
import { excerptOf, nameOf } from '../conversation/words.ts';
import { useMinute } from '../hooks/use-now.ts';
import { goTo } from '../routes.ts';
import styles from './side-pane.module.css';

/** A message in a list of others: who, when, what; goes there. */
export function FoundMessage({ message }: { message: MessageView }) {
  const { room, sequence, sender, sentAt } = message;
  const now = useMinute();
  return (
    <li>
      <button
        type="button"
        className={styles.found}
        onClick={() => goTo({ kind: 'room', room: room.number, message: sequence })}
      >
        <span className={styles.foundHead}>
          <span className={styles.foundName}>{nameOf(sender)}</span>
          <time className={styles.foundTime} dateTime={sentAt.toISOString()}>
            {shortWords(sentAt, now)}
          </time>
        </span>
        <span className={styles.foundText}>{excerptOf(message)}</span>
      </button>
    </li>
  );
}
