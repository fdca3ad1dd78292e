/**
 * biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
 * biome-ignore-all lint/a11y/useSemanticElements: a group of nothing that is filled in.
 */
import { useEffect, useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './code.module.css';
import type { Highlighted } from './highlight.ts';

export interface CodeBlockProps {
  language: string;
  /** What was said of it, first of all its language. */
  info: string;
  text: string;
  /** Without colours. */
  isPlain: boolean;
}

/** Longer code is plain: colours are worked out while the page waits. */
const HIGHLIGHT_MAX_UNITS = 10_000;
const COPIED_MS = 2_000;

export function CodeBlock({ language, info, text, isPlain }: CodeBlockProps) {
  return (
    <div className={styles.block}>
      <div className={styles.head}>
        <span>{info}</span>
        <CopyButton text={text} />
      </div>
      <pre
        className={styles.scroll}
        tabIndex={0}
        role="group"
        aria-label={`Code ${language}`.trim()}
        dir="ltr"
      >
        <Code language={language} text={text} isPlain={isPlain} />
      </pre>
    </div>
  );
}

interface CodeProps extends Pick<CodeBlockProps, 'language' | 'text'> {
  isPlain?: boolean;
  /** Longer texts are plain. */
  maxUnits?: number;
}

/** In colours, once they are there. */
export function Code({ language, text, isPlain = false, maxUnits = HIGHLIGHT_MAX_UNITS }: CodeProps) {
  const parts = useHighlighted(language, text, isPlain || text.length > maxUnits);
  return <code>{parts === undefined ? text : <Parts parts={parts} />}</code>;
}

/** undefined until it is there, and where there is none. */
function useHighlighted(
  language: string,
  text: string,
  isPlain: boolean,
): readonly Highlighted[] | undefined {
  const [done, setDone] = useState<{ language: string; text: string; parts: readonly Highlighted[] }>();
  const isWanted = !isPlain && language !== '';
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    void import('./highlight.ts').then(
      ({ highlight }) => {
        const parts = isCurrent ? highlight(language, text) : undefined;
        if (parts !== undefined) setDone({ language, text, parts });
      },
      // Offline, before it was ever needed: it stays plain.
      () => {},
    );
    return () => {
      isCurrent = false;
    };
  }, [language, text, isWanted]);
  return isWanted && done?.text === text && done.language === language ? done.parts : undefined;
}

const Parts = ({ parts }: { parts: readonly Highlighted[] }) =>
  parts.map((part, at) =>
    typeof part === 'string' ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which have no other names.
      <span key={at} className={styles[part.look]}>
        <Parts parts={part.parts} />
      </span>
    ),
  );

function CopyButton({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => addToast({ kind: 'danger', words: 'The browser did not allow copying.' }),
    );
  };
  return (
    <IconButton
      size="small"
      icon={isCopied ? 'check' : 'copy'}
      label={isCopied ? 'Copied' : 'Copy code'}
      onClick={copy}
    />
  );
}
