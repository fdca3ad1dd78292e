import type { Item, MessageItem, PendingItem } from '@sotto/app';
import { memo } from 'react';
import { useMessageActions } from './actions.ts';
import { AnswerRow } from './answer.tsx';
import { Frame } from './frame.tsx';
import { messageFrame } from './message.tsx';
import { NoticeRow } from './notice-row.tsx';
import { pendingFrame } from './pending.tsx';
import styles from './row.module.css';
import { dayWords } from './times.ts';
import { UploadRow } from './upload.tsx';

export interface RowProps {
  item: Item;
  now: Date;
  /** 0 for the one that the Tab key reaches. */
  tabIndex: 0 | -1;
}

/** A row, and the lines that stand above it. */
export const Row = memo(function Row({ item, now, tabIndex }: RowProps) {
  return (
    <>
      {item.isFirstOfDay && item.at !== undefined && (
        <div className={styles.day}>
          <span className={styles.dayWords}>{dayWords(item.at, now)}</span>
        </div>
      )}
      {item.isFirstNew && (
        <div className={styles.new}>
          <span className={styles.newWords}>New</span>
        </div>
      )}
      <OfKind item={item} tabIndex={tabIndex} />
    </>
  );
});

function OfKind({ item, tabIndex }: Omit<RowProps, 'now'>) {
  switch (item.kind) {
    case 'message':
    case 'pending':
      return <SaidRow item={item} tabIndex={tabIndex} />;
    case 'upload':
      return <UploadRow item={item} tabIndex={tabIndex} />;
    case 'answer':
      return <AnswerRow item={item} tabIndex={tabIndex} />;
    case 'notice':
      return <NoticeRow item={item} tabIndex={tabIndex} />;
  }
}

type SaidProps = { item: MessageItem | PendingItem; tabIndex: 0 | -1 };

/** On its way or there, it is one row: what has the focus in it keeps that when the server has it. */
function SaidRow({ item, tabIndex }: SaidProps) {
  const actions = useMessageActions();
  const frame = item.kind === 'message' ? messageFrame(item, actions) : pendingFrame(item);
  return <Frame {...frame} tabIndex={tabIndex} />;
}
