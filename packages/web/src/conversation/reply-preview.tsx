import type { MessageView } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { Icon } from '../ui/icon.tsx';
import { useMessageActions } from './actions.ts';
import styles from './row.module.css';
import { excerptOf, nameOf } from './words.ts';

export interface ReplyPreviewProps {
  to: Sequence;
  /** Where it is loaded. */
  message: MessageView | undefined;
}

/** What a message answers, above it; goes there. */
export function ReplyPreview({ to, message }: ReplyPreviewProps) {
  const { goTo } = useMessageActions();
  return (
    <button type="button" className={styles.repliedTo} onClick={() => goTo(to)}>
      <Icon name="reply" size="small" />
      {message === undefined ? (
        <span className={styles.repliedText}>An earlier message</span>
      ) : (
        <>
          <span className={styles.repliedName}>{nameOf(message.sender)}</span>
          <span className={styles.repliedText}>{excerptOf(message)}</span>
        </>
      )}
    </button>
  );
}
