/** The rows of a conversation: only those near what is seen are in the page. */
import type { Conversation, ConversationState, Item } from '@sotto/app';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useMinute } from '../hooks/use-now.ts';
import styles from './list.module.css';
import { AT_END_PX, ListPlace } from './list-place.ts';
import { Row } from './row.tsx';
import { focusedRow, rowKeys } from './row-keys.ts';

/** Nearer than that to an end of what is loaded, more is asked for. */
const AHEAD_PX = 1_500;

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
  const { items, landing, head } = state;
  const box = useRef<HTMLDivElement>(null);
  const now = useMinute();
  const [focused, setFocused] = useState<string>();
  const focusedAt = useMemo(() => items.findIndex(({ key }) => key === focused), [items, focused]);
  const { place, redraw } = usePlace(box, state);
  const look = looking({ conversation, box, place, isLooking, onEnd });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came may be seen at once, also where no row is another one.
  useEffect(look, [items, landing, isLooking, head]);
  const scrollTo = (at: number) => {
    place.show(at);
    redraw();
  };
  const onScroll = () => {
    // At once: what is not drawn in this frame is a gap.
    if (place.scrolled()) flushSync(redraw);
    look();
  };
  const onKeyDown = rowKeys({ items, focusedAt, scrollTo, box, setFocused });
  const roving = focusedAt >= 0 ? focusedAt : items.length - 1;
  const { rows } = place;
  return (
    <div
      ref={box}
      className={styles.list}
      role="log"
      aria-live="off"
      aria-label={label}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => setFocused((before) => focusedRow(target, items) ?? before)}
    >
      <div className={styles.all}>
        <div style={{ height: rows.abovePx }} />
        {shown(rows, focusedAt).map((index) => {
          const item = items[index];
          return item === undefined ? null : (
            <div key={item.key} data-index={index} className={rows.has(index) ? styles.place : styles.away}>
              <Row item={item} now={now} tabIndex={index === roving ? 0 : -1} />
            </div>
          );
        })}
        <div style={{ height: rows.belowPx }} />
      </div>
    </div>
  );
}

/** The row with the focus stays in the page, however far one scrolls; in its order, as moving it would lose the focus. */
function shown({ from, to }: { from: number; to: number }, focusedAt: number): readonly number[] {
  const all = Array.from({ length: to - from }, (_, at) => from + at);
  if (focusedAt >= 0 && focusedAt < from) return [focusedAt, ...all];
  return focusedAt >= to ? [...all, focusedAt] : all;
}

interface Placed {
  place: ListPlace<Item>;
  redraw(): void;
}

function usePlace(box: RefObject<HTMLDivElement | null>, { items, landing }: ConversationState): Placed {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [place] = useState(() => {
    const made = new ListPlace<Item>();
    made.begin(items, landing);
    return made;
  });
  place.follow(items);
  useLayoutEffect(() => (box.current === null ? undefined : place.attach(box.current, redraw)), [box, place]);
  useLayoutEffect(() => place.land(landing), [place, landing]);
  // After each drawing: whatever it changed, what is read stays where it is.
  useLayoutEffect(() => {
    if (place.settle()) redraw();
  });
  return { place, redraw };
}

interface Looking {
  conversation: Conversation;
  box: RefObject<HTMLDivElement | null>;
  place: ListPlace<Item>;
  isLooking: boolean;
  onEnd(isAtEnd: boolean): void;
}

/** What follows from where one has scrolled to: more is loaded, what is seen is read. */
function looking({ conversation, box, place, isLooking, onEnd }: Looking): () => void {
  return () => {
    const element = box.current;
    // In a narrow window something else may stand in its place.
    if (element === null || element.clientHeight === 0) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const belowPx = scrollHeight - scrollTop - clientHeight;
    if (scrollTop < AHEAD_PX) conversation.loadBefore();
    if (belowPx < AHEAD_PX) conversation.loadAfter();
    const isAtEnd = place.isAtEnd || belowPx <= AT_END_PX;
    conversation.at({ isAtEnd, isLooking });
    onEnd(isAtEnd);
  };
}
