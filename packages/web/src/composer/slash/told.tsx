import { errorWords } from '@sotto/app';
import type { PrivateAnswer } from '@sotto/client';
import { useEffect, useState } from 'react';
import { Body } from '../../conversation/body.tsx';
import { nameOf } from '../../conversation/words.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { addToast } from '../../ui/toasts.ts';
import type { Outcome } from './scene.ts';
import styles from './slash.module.css';

export interface ToldProps {
  outcome: Exclude<Outcome, { kind: 'done' }>;
  onClose(): void;
}

/** What only whoever asked is told: it stands above the text field until it is closed, and is kept nowhere. */
export function Told({ outcome, onClose }: ToldProps) {
  const title = outcome.kind === 'code' ? 'Invite link' : outcome.title;
  return (
    <section className={styles.told} aria-label={title}>
      <header className={styles.toldHead}>
        <b className={styles.toldTitle}>{title}</b>
        <span className={styles.quiet}>Only you see this.</span>
        <IconButton icon="close" size="small" label="Close" onClick={onClose} />
      </header>
      {outcome.kind === 'code' ? (
        <Code words={outcome.words} code={outcome.code} />
      ) : (
        <PrivateText answer={outcome.answer} />
      )}
    </section>
  );
}

function Code({ words, code }: { words: string; code: string }) {
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => addToast({ kind: 'success', words: 'The code is copied.' }),
      () => addToast({ kind: 'danger', words: 'It could not be copied: mark it, and copy it yourself.' }),
    );
  return (
    <p className={styles.code}>
      <span>
        {words} <code>{code}</code>
      </span>
      <Button icon="copy" onClick={copy}>
        Copy
      </Button>
    </p>
  );
}

/** As it is written. Closed before its end it is stopped: nobody else waits for it. */
function PrivateText({ answer }: { answer: PrivateAnswer }) {
  const [{ state, assistant }, setNow] = useState(answer.answer);
  useEffect(() => {
    const ending = new AbortController();
    const follow = async () => {
      for await (const now of answer.updates(ending.signal)) setNow(now);
    };
    // Where the client ends, so does this.
    follow().catch(() => {});
    return () => {
      ending.abort();
      if (isUnderWay(answer.answer.state.kind)) answer.stop().catch(() => {});
    };
  }, [answer]);
  const text = 'text' in state ? (state.text ?? '') : '';
  return (
    <div className={styles.toldBody}>
      {state.kind === 'failed' ? (
        <p role="alert">No answer. {errorWords(state.error)}</p>
      ) : text === '' ? (
        <p role="status">{nameOf(assistant)} is thinking…</p>
      ) : (
        <Body text={text} isPartial={state.kind === 'writing'} />
      )}
      {isUnderWay(state.kind) && (
        <Button icon="stop" onClick={() => answer.stop().catch(() => {})}>
          Stop
        </Button>
      )}
    </div>
  );
}

const isUnderWay = (kind: string): boolean => kind === 'waiting' || kind === 'writing';
