import type { ConversationState } from '@sotto/app';
import { useEffect, useRef, useState } from 'react';
import { newestIn, newsIn, newsWords } from './heard.ts';

/** What comes within that time is said in one. */
const GATHERED_MS = 1_000;

/**
 * Reads out what others say. Not the list itself: it draws and drops rows while one scrolls, which are no news.
 */
export function Announcer({ state: { phase, items, after } }: { state: ConversationState }) {
  const heard = useRef<number>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(items);
  const [said, setSaid] = useState({ at: 0, words: '' });
  latest.current = items;
  const isPresent = phase.kind === 'ready' && after.kind === 'end';
  const newest = isPresent ? newestIn(items) : 0;
  useEffect(() => {
    if (!isPresent) return;
    heard.current ??= newest;
    if (newest <= heard.current || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const words = newsWords(newsIn(latest.current, heard.current ?? 0));
      heard.current = newestIn(latest.current);
      if (words !== '') setSaid({ at: heard.current, words });
    }, GATHERED_MS);
  }, [isPresent, newest]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return (
    <div className="unseen" role="status" aria-label="New messages">
      {said.words !== '' && <p key={said.at}>{said.words}</p>}
    </div>
  );
}
