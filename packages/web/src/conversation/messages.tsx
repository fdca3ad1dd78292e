import { type Conversation, type ConversationState, errorWords } from '@sotto/app';
import { type ReactNode, useState } from 'react';
import { useLooking } from '../hooks/use-looking.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addToast } from '../ui/toasts.ts';
import { Announcer } from './announcer.tsx';
import { List } from './list.tsx';
import styles from './pane.module.css';

export interface MessagesProps {
  conversation: Conversation;
  label: string;
}

/** The list of messages, or what stands there while there is none; what comes is read out. */
export function Messages({ conversation, label }: MessagesProps) {
  const state = useReadable(conversation.state);
  return (
    <>
      <Announcer state={state} />
      <Shown conversation={conversation} state={state} label={label} />
    </>
  );
}

function Shown({ conversation, state, label }: MessagesProps & { state: ConversationState }) {
  const isLooking = useLooking();
  const [isAtEnd, setAtEnd] = useState(true);
  const { phase, items, before } = state;
  if (phase.kind === 'loading')
    return (
      <Fill>
        <Skeleton shape="rows" count={8} label="Messages" />
      </Fill>
    );
  if (phase.kind === 'failed') {
    const again = <Button onClick={() => void conversation.open()}>Try again</Button>;
    return (
      <Fill>
        <Notice kind="danger" actions={again}>
          The messages could not be loaded. {errorWords(phase.error)}
        </Notice>
      </Fill>
    );
  }
  if (items.length === 0 && before.kind === 'end') {
    return (
      <Fill>
        <Empty icon="message" title="No messages yet">
          Write the first one below.
        </Empty>
      </Fill>
    );
  }
  return (
    <div className={styles.messages}>
      {before.kind === 'loading' && (
        <p className={styles.edge} role="status">
          Loading earlier messages…
        </p>
      )}
      {before.kind === 'failed' && (
        <p className={styles.edge} role="status">
          Earlier messages could not be loaded.{' '}
          <button type="button" className={styles.again} onClick={() => conversation.loadBefore()}>
            Try again
          </button>
        </p>
      )}
      <List conversation={conversation} state={state} isLooking={isLooking} label={label} onEnd={setAtEnd} />
      {(!isAtEnd || state.after.kind !== 'end') && <Jump conversation={conversation} />}
    </div>
  );
}

function Fill({ children }: { children: ReactNode }) {
  return <div className={styles.fill}>{children}</div>;
}

function jump(conversation: Conversation): void {
  conversation.goToEnd().catch((error) => {
    addToast({ kind: 'danger', words: `The latest messages could not be loaded. ${errorWords(error)}` });
  });
}

/** Back to the present, and how much of it was not read. */
function Jump({ conversation }: { conversation: Conversation }) {
  const unread = useReadable(useStore().rooms).byNumber.get(conversation.room)?.unread ?? 0;
  return (
    <Button className={styles.jump} variant="secondary" icon="arrowDown" onClick={() => jump(conversation)}>
      Jump to latest{unread > 0 && ` (${unread} new)`}
    </Button>
  );
}
