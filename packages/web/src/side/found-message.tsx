import type { MessageView } from '@sotto/client';
import { useContext } from 'react';
import { shortWords } from '../conversation/times.ts';
import { excerptOf, nameOf } from '../conversation/words.ts';
import { useMinute } from '../hooks/use-now.ts';
import { shownName } from '../rooms/sections.ts';
import { goTo } from '../routes.ts';
import { useIsWide } from '../shell/wide.ts';
import { ShowBesideContext } from './beside.ts';
import { aroundFirst, piecesOf } from './marked.ts';
import styles from './side-pane.module.css';

export interface FoundMessageProps {
  message: MessageView;
  /** Words to mark in it. */
  marked?: readonly string[];
  /** It may be of any room: says which. */
  withRoom?: boolean;
}

/** A message in a list of others: who, when, what; goes there. */
export function FoundMessage({ message, marked = [], withRoom = false }: FoundMessageProps) {
  const { room, sequence, sender, sentAt } = message;
  const now = useMinute();
  const isWide = useIsWide();
  const showBeside = useContext(ShowBesideContext);
  const go = () => {
    // There it would stand in front of the message.
    if (!isWide) showBeside(undefined);
    goTo({ kind: 'room', room: room.number, message: sequence });
  };
  return (
    <li>
      <button type="button" className={styles.found} onClick={go}>
        <span className={styles.foundHead}>
          <span className={styles.foundName}>{nameOf(sender)}</span>
          <time className={styles.foundTime} dateTime={sentAt.toISOString()}>
            {shortWords(sentAt, now)}
          </time>
        </span>
        {withRoom && (
          <span className={styles.foundRoom}>
            {room.kind === 'direct' ? `with ${shownName(room)}` : `#${room.name}`}
          </span>
        )}
        <span className={styles.foundText}>
          <Marked
            text={excerptOf(message, marked.length === 0 ? undefined : aroundFirst(marked))}
            words={marked}
          />
        </span>
      </button>
    </li>
  );
}

function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return piecesOf(text, words).map(({ at, text: piece, isMarked }) =>
    isMarked ? <mark key={at}>{piece}</mark> : piece,
  );
}
