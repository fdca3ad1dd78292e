import type { RoomNumber } from '@sotto/model';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { goTo } from '../routes.ts';
import { SIDE_NAMES, SIDES, type Side } from '../side/sides.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './pane.module.css';

export interface HeaderProps {
  room: RoomNumber;
  side: Side | undefined;
  onSide(side: Side | undefined): void;
}

export function Header({ room, side, onSide }: HeaderProps) {
  const joined = useReadable(useStore().rooms).byNumber.get(room);
  const name = joined?.name ?? '';
  return (
    <header className={styles.header}>
      <IconButton
        className={styles.back}
        icon="arrowLeft"
        label="Back to the rooms"
        onClick={() => goTo({ kind: 'home' })}
      />
      <h2 className={styles.title}>{joined?.kind === 'direct' ? name : `# ${name}`}</h2>
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
    </header>
  );
}
