/** The rows of a conversation: only those near what is seen are in the page. */
import type { Conversation, ConversationState, Item } from '@sotto/app';
import {
  defaultRangeExtractor,
  type Range,
  useVirtualizer,
  type VirtualItem,
  type Virtualizer,
} from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMinute } from '../hooks/use-now.ts';
import styles from './list.module.css';
import { Row } from './row.tsx';
import { focusedRow, rowKeys } from './row-keys.ts';

/** Nearer than that to an end of what is loaded, more is asked for. */
const AHEAD_PX = 1_500;
const AT_END_PX = 40;
const ROW_PX = 48;

export interface ListProps {
  conversation: Conversation;
  state: ConversationState;
  isLooking: boolean;
  label: string;
  /** The end is seen, or not. */
  onEnd(isAtEnd: boolean): void;
}

/** A jump elsewhere is another list: nothing that was measured counts. */
export const List = (props: ListProps) => <OneStretch key={props.state.stretch} {...props} />;

function OneStretch({ conversation, state, isLooking, label, onEnd }: ListProps) {
  const { items, landing } = state;
  const box = useRef<HTMLDivElement>(null);
  const now = useMinute();
  const [focused, setFocused] = useState<string>();
  const focusedAt = useMemo(() => items.findIndex(({ key }) => key === focused), [items, focused]);
  const list = useRows(box, items, focusedAt);
  const look = scrolled({ conversation, list, box, isLooking, onEnd });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each landing is gone to once.
  useLayoutEffect(() => {
    const at = landing.kind === 'item' ? items.findIndex(({ key }) => key === landing.key) : -1;
    if (landing.kind === 'item' && at >= 0) list.scrollToIndex(at, { align: landing.align });
    else list.scrollToEnd();
  }, [landing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came may be seen at once.
  useEffect(() => {
    // Not before the list has followed what came.
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [items, isLooking]);
  const scrollTo = (at: number) => list.scrollToIndex(at, { align: 'auto' });
  const onKeyDown = rowKeys({ items, focusedAt, scrollTo, box, setFocused });
  const roving = focusedAt >= 0 ? focusedAt : items.length - 1;
  return (
    <div
      ref={box}
      className={styles.list}
      role="log"
      aria-label={label}
      onScroll={look}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => setFocused((before) => focusedRow(target, items) ?? before)}
    >
      <div className={styles.all} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ key, index, start }) => {
          const item = items[index];
          return item === undefined ? null : (
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              className={styles.place}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row item={item} now={now} tabIndex={index === roving ? 0 : -1} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

type Rows = Virtualizer<HTMLDivElement, HTMLDivElement>;

function useRows(box: RefObject<HTMLDivElement | null>, items: readonly Item[], focusedAt: number): Rows {
  const list = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    getItemKey: useCallback((at: number) => items[at]?.key ?? at, [items]),
    // The row with the focus stays, however far one scrolls.
    rangeExtractor: useCallback(
      (range: Range) => {
        const rows = defaultRangeExtractor(range);
        if (focusedAt < 0 || focusedAt >= range.count || rows.includes(focusedAt)) return rows;
        return [...rows, focusedAt].sort((one, other) => one - other);
      },
      [focusedAt],
    ),
  });
  list.shouldAdjustScrollPositionOnItemSizeChange = isAbove;
  return list;
}

/**
 * What is read stays where it is when a row above it changes its height: by default not while one scrolls up, where the row
 * that began the page before loses its day line.
 */
function isAbove(
  { key, start, end }: VirtualItem,
  _delta: number,
  { scrollOffset, itemSizeCache }: Pick<Rows, 'scrollOffset' | 'itemSizeCache'>,
): boolean {
  // What was never measured was estimated as a whole, also where it is partly seen.
  return (itemSizeCache.has(key) ? end : start) < (scrollOffset ?? 0);
}

interface Scrolled {
  conversation: Conversation;
  list: Rows;
  box: RefObject<HTMLDivElement | null>;
  isLooking: boolean;
  onEnd(isAtEnd: boolean): void;
}

/** What follows from where one has scrolled to: more is loaded, what is seen is read. */
function scrolled({ conversation, box, isLooking, onEnd }: Scrolled): () => void {
  return () => {
    const element = box.current;
    // In a narrow window something else may stand in its place.
    if (element === null || element.clientHeight === 0) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const belowPx = scrollHeight - scrollTop - clientHeight;
    if (scrollTop < AHEAD_PX) conversation.loadBefore();
    if (belowPx < AHEAD_PX) conversation.loadAfter();
    const isAtEnd = belowPx <= AT_END_PX;
    conversation.at({ isAtEnd, isLooking });
    onEnd(isAtEnd);
  };
}
