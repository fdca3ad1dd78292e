import { errorWords, type Store } from '@sotto/app';
import type { JoinedRoom, RoomChanges, RoomSettings } from '@sotto/client';
import { type SubmitEvent, useState } from 'react';
import { useMay } from '../../hooks/use-may.ts';
import { useTask } from '../../hooks/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Switch } from '../../ui/switch.tsx';
import { addToast } from '../../ui/toasts.ts';
import styles from './about.module.css';
import { WhatAssistantsDo, WhatIsSaid, WhatItIs } from './settings-fields.tsx';

export interface SettingsProps {
  store: Store;
  room: JoinedRoom;
  /** As they were when the dialog was opened. */
  settings: RoomSettings;
}

/** Only what was changed is told to the server. */
export function Settings({ store, room, settings }: SettingsProps) {
  /** What others change meanwhile stays. */
  const [from, setFrom] = useState(settings);
  const [wanted, setWanted] = useState(settings);
  const [task, start] = useTask();
  const may = useMay(store, room.number);
  const set = (changes: RoomChanges) => setWanted({ ...wanted, ...changes });
  const fields = { wanted, set, may };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(async () => {
      await store.client.changeRoom(room.number, changesBetween(from, wanted));
      setFrom(wanted);
      addToast({ kind: 'success', words: `The settings of ${wanted.name} are saved.` });
    });
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <WhatItIs {...fields} isLobby={room.kind === 'lobby'} />
      <WhatIsSaid {...fields} />
      <WhatAssistantsDo {...fields} />
      {may('archive') && (
        <Switch
          kind="checkbox"
          label="Archived"
          hint="Nobody writes here any more; it can still be read."
          checked={wanted.archived}
          onChange={(archived) => set({ archived })}
        />
      )}
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={task.kind === 'busy'}>
          Save
        </Button>
      </div>
    </form>
  );
}

const changesBetween = (before: RoomSettings, wanted: RoomSettings): RoomChanges =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => value !== before[name as keyof RoomSettings]),
  );
