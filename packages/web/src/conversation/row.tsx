import type { Item } from '@sotto/app';
import { memo } from 'react';
import { AnswerRow } from './answer.tsx';
import { MessageRow } from './message.tsx';
import { NoticeRow } from './notice-row.tsx';
import { PendingRow } from './pending.tsx';
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
      return <MessageRow item={item} tabIndex={tabIndex} />;
    case 'pending':
      return <PendingRow item={item} tabIndex={tabIndex} />;
    case 'upload':
      return <UploadRow item={item} tabIndex={tabIndex} />;
    case 'answer':
      return <AnswerRow item={item} tabIndex={tabIndex} />;
    case 'notice':
      return <NoticeRow item={item} tabIndex={tabIndex} />;
  }
}
