import { untilWords } from '@sotto/app';
import type { RoomDetails } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { type ReactNode, useContext, useEffect, useState } from 'react';
import { useMay } from '../hooks/use-may.ts';
import { useReadable, useSelected, useStore } from '../hooks/use-store.ts';
import { OpenDialogContext } from '../shell/open-dialog.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './write-here.module.css';

/** The text field, or in its place why nothing can be written here; what was written is kept. */
export function WriteHere({ room, children }: { room: RoomNumber; children: ReactNode }) {
  const store = useStore();
  const { client, rooms } = store;
  const canSend = useSelected(rooms, () => client.can(room, 'send'), [room]);
  const isSlow = useSelected(rooms, () => !client.can(room, 'setSlowMode'), [room]);
  const known = useReadable(store.details(room));
  const mutedUntil = useMuted(known);
  if (!canSend) return <Why icon="megaphone">Only moderators write here.</Why>;
  if (known?.settings.archived === true)
    return <Why icon="archive">This room is archived. You can read it; nobody writes here any more.</Why>;
  if (mutedUntil !== undefined)
    return <Why icon="bellOff">You are muted here{untilWords(mutedUntil)}. You can go on reading.</Why>;
  const slowSeconds = known?.settings.slowModeSeconds ?? 0;
  return (
    <>
      {known?.members === 1 && known.room.kind !== 'direct' && <AloneHere room={room} />}
      {isSlow && slowSeconds > 0 && (
        <p className={styles.slow}>
          <Icon name="clock" size="small" />
          Slow mode: one message every {slowSeconds} s.
        </p>
      )}
      {children}
    </>
  );
}

/** What to do next in a room that was just made. */
function AloneHere({ room }: { room: RoomNumber }) {
  const open = useContext(OpenDialogContext);
  const may = useMay(useStore(), room);
  if (!may('addMember') && !may('makeInvite')) return null;
  return (
    <p className={styles.alone}>
      Only you are here yet.
      <Button icon="userPlus" onClick={() => open({ kind: 'about', room, tab: 'waysIn' })}>
        Add people
      </Button>
    </p>
  );
}

const Why = ({ icon, children }: { icon: 'megaphone' | 'archive' | 'bellOff'; children: ReactNode }) => (
  <p className={styles.why} role="status">
    <Icon name={icon} />
    <span>{children}</span>
  </p>
);

/** Browsers do not wait longer. */
const WAIT_MAX_MS = 2 ** 31 - 1;

/** Until when this account is muted; undefined again once that is over. */
function useMuted(details: RoomDetails | undefined): Date | undefined {
  const until = details?.mutedUntil;
  const [over, setOver] = useState<Date>();
  useEffect(() => {
    if (until === undefined) return;
    const leftMs = until.getTime() - Date.now();
    if (leftMs > WAIT_MAX_MS) return;
    const timer = setTimeout(() => setOver(until), Math.max(0, leftMs));
    return () => clearTimeout(timer);
  }, [until]);
  return until === over ? undefined : until;
}
