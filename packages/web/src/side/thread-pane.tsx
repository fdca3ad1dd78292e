import { errorWords, type Item, type Thread } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { useLayoutEffect, useRef, useState } from 'react';
import { Composer } from '../composer/composer.tsx';
import { DropZone } from '../composer/drop-zone.tsx';
import type { Writing } from '../composer/written-where.ts';
import { Acting } from '../conversation/acting.tsx';
import { Row } from '../conversation/row.tsx';
import { focusedRow, rowKeys } from '../conversation/row-keys.ts';
import { TypingLine } from '../conversation/typing-line.tsx';
import { WriteHere } from '../conversation/write-here.tsx';
import { useThread } from '../hooks/use-conversation.ts';
import { useMinute } from '../hooks/use-now.ts';
import { useReadable } from '../hooks/use-store.ts';
import { goTo } from '../routes.ts';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './side-pane.module.css';

/** A thread: its first message, the answers, and a text field of its own. Its key is the thread. */
export function ThreadPane({ room, root }: { room: RoomNumber; root: Sequence }) {
  const thread = useThread(room, root);
  if (thread === undefined) return <Skeleton shape="rows" label="Thread" />;
  return <Reading thread={thread} />;
}

function Reading({ thread }: { thread: Thread }) {
  const { room, root } = thread;
  const { phase, items } = useReadable(thread.state);
  const [writing, setWriting] = useState<Writing>({ kind: 'new' });
  const handlers = {
    reply: (to: MessageView) => setWriting({ kind: 'reply', to: to.sequence, message: to }),
    edit: (message: MessageView) => setWriting({ kind: 'edit', message }),
    goTo: (message: Sequence) => goTo({ kind: 'room', room, message }),
  };
  if (phase.kind === 'failed') {
    return <Notice kind="danger">The thread could not be loaded. {errorWords(phase.error)}</Notice>;
  }
  return (
    <Acting room={room} handlers={handlers}>
      <DropZone room={room} thread={root}>
        {phase.kind === 'loading' ? <Skeleton shape="rows" label="Thread" /> : <Rows items={items} />}
        <TypingLine room={room} thread={root} />
        <WriteHere room={room}>
          <Composer
            room={room}
            thread={root}
            placeholder="Reply in thread"
            writing={writing}
            onWriting={setWriting}
            lastOwn={() => lastOwn(items)}
            onSent={() => {}}
          />
        </WriteHere>
      </DropZone>
    </Acting>
  );
}

const lastOwn = (items: readonly Item[]): MessageView | 'onItsWay' | undefined =>
  items.some((item) => item.kind === 'pending' && item.message.state.kind !== 'failed')
    ? 'onItsWay'
    : items.flatMap((item) => (item.kind === 'message' ? [item.view] : [])).findLast(isEditable);

const isEditable = ({ mine, deleted, text }: MessageView): boolean =>
  mine && deleted === undefined && text !== undefined;

/** Threads are short: all rows are in the page. Stays at the end while one is there. */
function Rows({ items }: { items: readonly Item[] }) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [focused, setFocused] = useState<string>();
  const now = useMinute();
  const focusedAt = items.findIndex(({ key }) => key === focused);
  const roving = focusedAt >= 0 ? focusedAt : items.length - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came moves the end.
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [items]);
  return (
    <div
      ref={box}
      className={styles.rows}
      role="log"
      aria-label="Thread"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
      onFocus={({ target }) => setFocused((before) => focusedRow(target, items) ?? before)}
      onKeyDown={rowKeys({ items, focusedAt, scrollTo: () => {}, box, setFocused })}
    >
      {items.map((item, at) => (
        <div key={item.key} data-index={at}>
          <Row item={item} now={now} tabIndex={at === roving ? 0 : -1} />
        </div>
      ))}
    </div>
  );
}
