import { errorWords, type PendingItem } from '@sotto/app';
import type { PendingMessage } from '@sotto/client';
import { SentFile } from '../files/sent-file.tsx';
import { useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Body } from './body.tsx';
import { Mark } from './delivery.tsx';
import type { SaidFrame } from './frame.tsx';
import { ReplyPreview } from './reply-preview.tsx';
import styles from './row.module.css';
import { nameOf } from './words.ts';

/** A message on its way: it looks as it will, with a clock. One that failed stays, with what to do. */
export function pendingFrame({ message, repliedTo, isHead }: PendingItem): SaidFrame {
  const { sender, at, text, file, replyTo, state } = message;
  return {
    author: sender,
    at,
    isHead,
    label: `${nameOf(sender)}, ${state.kind === 'failed' ? 'not sent' : 'being sent'}: ${text || (file?.name ?? '')}`,
    marks: <StateMark message={message} />,
    above: replyTo !== undefined && <ReplyPreview to={replyTo} message={repliedTo} />,
    children: (
      <>
        {file !== undefined && <SentFile {...file} id={message.clientMessageId} />}
        {text !== '' && <Body text={text} />}
        {state.kind === 'failed' && <Failed id={message.clientMessageId} error={state.error} />}
      </>
    ),
  };
}

function StateMark({ message: { state } }: { message: PendingMessage }) {
  switch (state.kind) {
    case 'waiting':
      return <Mark icon="clock" words="Waiting to be sent" />;
    case 'sending':
      return <Mark icon="clock" words="Being sent" />;
    case 'sent':
      return <Mark icon="check" words="The server has it" />;
    case 'failed':
      return null;
  }
}

function Failed({ id, error }: { id: string; error: Error }) {
  const store = useStore();
  return (
    <div className={styles.failed} role="alert">
      <Icon name="alert" size="small" />
      <span className={styles.failedWords}>Not sent. {errorWords(error)}</span>
      <Button variant="quiet" onClick={() => store.sendAgain(id)}>
        Send again
      </Button>
      <Button variant="quiet" onClick={() => store.discard(id)}>
        Discard
      </Button>
    </div>
  );
}
