import { type AnswerItem, errorWords } from '@sotto/app';
import type { Answer } from '@sotto/client';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { addToast } from '../ui/toasts.ts';
import { useMessageActions } from './actions.ts';
import { Body } from './body.tsx';
import { Frame } from './frame.tsx';
import styles from './row.module.css';
import { nameOf } from './words.ts';

/** An answer of an assistant while it is written; its end is a message. Who asked may stop it, and moderators. */
export function AnswerRow({ item: { answer }, tabIndex }: { item: AnswerItem; tabIndex: 0 | -1 }) {
  const store = useStore();
  const me = useReadable(store.me);
  const { can } = useMessageActions();
  const { state, asker, assistant, id } = answer;
  const isMine = asker.number === me?.number;
  const stop = () => {
    store.client.assistants.stop(id).catch((error) => {
      addToast({ kind: 'danger', words: `The answer goes on. ${errorWords(error)}` });
    });
  };
  return (
    <Frame
      author={assistant}
      at={undefined}
      isHead
      tabIndex={tabIndex}
      label={`${nameOf(assistant)}: ${statusWords(answer)}`}
      marks={<span className={styles.mark}>{statusWords(answer)}</span>}
    >
      {state.kind === 'writing' && state.text !== '' && <Body text={state.text} isPartial />}
      {state.kind === 'failed' ? (
        <div className={styles.failed} role="alert">
          <span className={styles.failedWords}>No answer. {errorWords(state.error)}</span>
          <Button variant="quiet" onClick={() => store.dismissAnswer(id)}>
            Close
          </Button>
        </div>
      ) : (
        (isMine || can('stopAnswers')) && (
          <Button variant="secondary" icon="stop" className={styles.stop} onClick={stop}>
            Stop
          </Button>
        )
      )}
    </Frame>
  );
}

function statusWords({ state, asker }: Answer): string {
  switch (state.kind) {
    case 'waiting':
      return state.place > 1 ? `number ${state.place} in the queue` : 'about to answer';
    case 'writing':
      return `answering ${nameOf(asker)}`;
    case 'done':
    case 'stopped':
    case 'cutOff':
      return 'answered';
    case 'failed':
      return 'could not answer';
  }
}
