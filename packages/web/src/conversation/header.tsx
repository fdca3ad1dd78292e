import type { RoomNumber } from '@sotto/model';
import { useRef } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { RoomHead } from '../shell/room-head.tsx';
import { SIDE_NAMES, SIDES, type Side } from '../side/sides.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './pane.module.css';

export interface HeaderProps {
  room: RoomNumber;
  side: Side | undefined;
  onSide(side: Side | undefined): void;
  /** Somebody wants to read what was said then. */
  onMoment(moment: Date): void;
}

/** The bar above the conversation, with what can stand beside it. */
export function Header({ room, side, onSide, onMoment }: HeaderProps) {
  const store = useStore();
  const joined = useReadable(store.rooms).byNumber.get(room);
  if (joined === undefined) return null;
  return (
    <RoomHead store={store} room={joined}>
      <JumpToDate onMoment={onMoment} />
      {SIDE_NAMES.map((each) => {
        const { icon, label, keys } = SIDES[each];
        return (
          <IconButton
            key={each}
            icon={icon}
            label={label}
            {...(keys === undefined ? {} : { keys })}
            pressed={each === side}
            onClick={() => onSide(each === side ? undefined : each)}
          />
        );
      })}
    </RoomHead>
  );
}

/** The browser's own calendar. */
function JumpToDate({ onMoment }: Pick<HeaderProps, 'onMoment'>) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <span className={styles.date}>
      <IconButton icon="calendar" label="Go to a day" onClick={() => input.current?.showPicker()} />
      <input
        ref={input}
        type="date"
        className={styles.dateInput}
        tabIndex={-1}
        aria-hidden="true"
        onChange={({ target: { valueAsDate } }) => {
          if (valueAsDate !== null) onMoment(startOfDay(valueAsDate));
        }}
      />
    </span>
  );
}

/** Inputs mean a day in UTC; people the one where they are. */
const startOfDay = (day: Date): Date => new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate());
