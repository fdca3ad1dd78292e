import type { RoomNumber, UserNumber } from '@sotto/model';
import { useRef } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { RoomHead } from '../shell/room-head.tsx';
import { SIDE_NAMES, SIDES, type Side } from '../side/sides.ts';
import { IconButton } from '../ui/button.tsx';

export interface HeaderProps {
  room: RoomNumber;
  side: Side | undefined;
  onSide(side: Side | undefined): void;
  /** Somebody wants to read what was said then. */
  onMoment(moment: Date): void;
}

export function Header({ room, side, onSide, onMoment }: HeaderProps) {
  const store = useStore();
  const joined = useReadable(store.rooms).byNumber.get(room);
  // In the moment in which this account is out of the room already.
  if (joined === undefined) return null;
  return (
    <RoomHead store={store} room={joined}>
      {joined?.peer !== undefined && <PeerPresence user={joined.peer.number} />}
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

/** Whether the other one of two is there. */
function PeerPresence({ user }: { user: UserNumber }) {
  const presence = useReadable(useStore().presence(user));
  const now = useMinute();
  if (presence === undefined) return null;
  const { online, lastSeen } = presence;
  if (online) return <span className={styles.presence}>online</span>;
  return (
    <span className={styles.presence}>
      {lastSeen === undefined ? 'offline' : `last seen ${shortWords(lastSeen, now)}`}
    </span>
  );
}
