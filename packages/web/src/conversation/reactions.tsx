import type { MessageView } from '@sotto/client';
import { classes } from '../ui/classes.ts';
import { useMessageActions } from './actions.ts';
import styles from './row.module.css';

export function Reactions({ message }: { message: MessageView }) {
  const { react } = useMessageActions();
  if (message.reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label="Reactions">
      {message.reactions.map(({ emoji, count, mine }) => (
        <li key={emoji}>
          <button
            type="button"
            className={classes(styles.reaction, mine && styles.mine)}
            aria-pressed={mine}
            aria-label={`${emoji} ${count}`}
            onClick={() => react(message, emoji)}
          >
            <span aria-hidden="true">{emoji}</span> {count}
          </button>
        </li>
      ))}
    </ul>
  );
}
