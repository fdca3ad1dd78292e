import { errorWords } from '@sotto/app';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';
import type { Pages } from './use-pages.ts';

export interface PageListProps<Item> {
  /** Names it. */
  label: string;
  pages: Pages<Item>;
  /** Instead of it where there is nothing. */
  empty: ReactNode;
  /** With its key. */
  row: (item: Item) => ReactNode;
}

/** A list that grows by a button at its end. */
export function PageList<Item>({ label, pages, empty, row }: PageListProps<Item>) {
  const { items, hasMore, state, more, again } = pages;
  if (state.kind === 'first') return <Skeleton shape="rows" label={label} />;
  return (
    <>
      {state.kind === 'failed' && (
        <Notice kind="danger" actions={<Button onClick={again}>Try again</Button>}>
          {errorWords(state.error)}
        </Notice>
      )}
      {items.length === 0 ? (
        state.kind === 'ready' && empty
      ) : (
        <ul aria-label={label} aria-busy={state.kind === 'more'}>
          {items.map(row)}
        </ul>
      )}
      {hasMore && (
        <Button className={styles.more} busy={state.kind === 'more'} onClick={more}>
          Show more
        </Button>
      )}
    </>
  );
}
