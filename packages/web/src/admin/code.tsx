import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './admin.module.css';
import { momentWords } from './words.ts';

export interface CodeProps {
  code: string;
  expiresAt: Date;
  /** What to do with it. */
  children: ReactNode;
  onDone: () => void;
}

/** A code that is told once. */
export function Code({ code, expiresAt, children, onDone }: CodeProps) {
  const copy = useRef<HTMLButtonElement>(null);
  useEffect(() => copy.current?.focus(), []);
  const onCopy = async () => {
    await navigator.clipboard.writeText(code);
    addToast({ kind: 'success', words: 'The code is copied.' });
  };
  return (
    <div className={styles.form}>
      <Notice kind="success">
        The code is shown only now, and is good until {momentWords(expiresAt)}. {children}
      </Notice>
      <code className={styles.code}>{code}</code>
      <div className={styles.actions}>
        <Button ref={copy} icon="copy" onClick={() => void onCopy().catch(() => {})}>
          Copy
        </Button>
        <Button variant="primary" onClick={onDone}>
          I have kept it
        </Button>
      </div>
    </div>
  );
}
