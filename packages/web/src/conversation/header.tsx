import type { RoomNumber } from '@sotto/model';
import { type RefObject, useRef } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { RoomHead } from '../shell/room-head.tsx';
import { useIsWide } from '../shell/wide.ts';
import { SIDE_NAMES, SIDES, type Side } from '../side/sides.ts';
import { IconButton } from '../ui/button.tsx';
import type { MenuItem } from '../ui/menu.tsx';
import styles from './pane.module.css';

export interface HeaderProps {
  room: RoomNumber;
  side: Side | undefined;
  onSide(side: Side | undefined): void;
  /** Somebody wants to read what was said then. */
  onMoment(moment: Date): void;
}

/** The bar above the conversation, with what can stand beside it; in narrow windows all of that is in one menu. */
export function Header({ room, side, onSide, onMoment }: HeaderProps) {
  const store = useStore();
  const joined = useReadable(store.rooms).byNumber.get(room);
  const isWide = useIsWide();
  const day = useRef<HTMLInputElement>(null);
  if (joined === undefined) return null;
  const pickDay = () => day.current?.showPicker();
  const turnTo = (each: Side) => onSide(each === side ? undefined : each);
  const menu: readonly MenuItem[] = [
    { kind: 'action', label: 'Go to a day', icon: 'calendar', onSelect: pickDay },
    ...SIDE_NAMES.map((each): MenuItem => {
      const { icon, label } = SIDES[each];
      return { kind: 'action', label, icon, onSelect: () => turnTo(each) };
    }),
  ];
  return (
    <RoomHead store={store} room={joined} menu={isWide ? undefined : menu}>
      <Day input={day} onMoment={onMoment} />
      {isWide && <IconButton icon="calendar" label="Go to a day" onClick={pickDay} />}
      {isWide && SIDE_NAMES.map((each) => <SideButton key={each} name={each} side={side} onPress={turnTo} />)}
    </RoomHead>
  );
}

interface SideButtonProps {
  name: Side;
  side: Side | undefined;
  onPress: (side: Side) => void;
}

function SideButton({ name, side, onPress }: SideButtonProps) {
  const { icon, label, keys } = SIDES[name];
  return (
    <IconButton
      icon={icon}
      label={label}
      {...(keys === undefined ? {} : { keys })}
      pressed={name === side}
      onClick={() => onPress(name)}
    />
  );
}

interface DayProps extends Pick<HeaderProps, 'onMoment'> {
  input: RefObject<HTMLInputElement | null>;
}

/** The browser's own calendar; buttons open it. */
function Day({ input, onMoment }: DayProps) {
  return (
    <span className={styles.date}>
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
