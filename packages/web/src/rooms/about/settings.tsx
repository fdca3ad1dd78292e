import { errorWords, type Store } from '@sotto/app';
import type { JoinedRoom, RoomChanges, RoomSettings } from '@sotto/client';
import {
  ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS,
  type AssistantAccess,
  type HistoryAccess,
  RETENTION_MAX_DAYS,
  type RoomKind,
  SLOW_MODE_MAX_SECONDS,
  TOPIC_MAX_CHARACTERS,
} from '@sotto/model';
import { type SubmitEvent, useState } from 'react';
import { useMay } from '../../hooks/use-may.ts';
import { useTask } from '../../hooks/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Switch } from '../../ui/switch.tsx';
import { addToast } from '../../ui/toasts.ts';
import styles from './about.module.css';

export interface SettingsProps {
  store: Store;
  room: JoinedRoom;
  /** As they were when the dialog was opened. */
  settings: RoomSettings;
}

const KINDS: readonly { value: RoomKind; label: string }[] = [
  { value: 'public', label: 'Public: anybody here may join' },
  { value: 'private', label: 'Private: members add members' },
  { value: 'announcement', label: 'Announcements: moderators write, anybody may join' },
];
const HISTORY: readonly { value: HistoryAccess; label: string }[] = [
  { value: 'all', label: 'All of it' },
  { value: 'sinceJoined', label: 'What came after they joined' },
];
const ASSISTANTS: readonly { value: AssistantAccess; label: string }[] = [
  { value: 'allowed', label: 'Answer, knowing what was said here' },
  { value: 'noHistory', label: 'Answer, knowing the question alone' },
  { value: 'forbidden', label: 'Nothing' },
];

/** Only what was changed is told to the server; what this account may not change is not offered. */
export function Settings({ store, room, settings }: SettingsProps) {
  /** What others change meanwhile stays. */
  const [from, setFrom] = useState(settings);
  const [wanted, setWanted] = useState(settings);
  const [task, start] = useTask();
  const may = useMay(store, room.number);
  const set = (changes: RoomChanges) => setWanted({ ...wanted, ...changes });
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
      {may('changeRoom') && room.kind !== 'lobby' && (
        <Field
          label="Name"
          required
          value={wanted.name}
          onChange={({ target }) => set({ name: target.value })}
        />
      )}
      {may('setTopic') && (
        <Field
          label="Topic"
          maxLength={TOPIC_MAX_CHARACTERS}
          value={wanted.topic}
          onChange={({ target }) => set({ topic: target.value })}
        />
      )}
      {may('changeRoom') && room.kind !== 'lobby' && (
        <Select
          label="Kind"
          options={KINDS}
          value={wanted.kind}
          onChange={({ target }) => set({ kind: chosen(KINDS, target.value, wanted.kind) })}
        />
      )}
      {may('setSlowMode') && (
        <Field
          label="Slow mode, in seconds"
          hint="What members wait between two messages; 0: nothing."
          type="number"
          min={0}
          max={SLOW_MODE_MAX_SECONDS}
          value={wanted.slowModeSeconds}
          onChange={({ target }) => set({ slowModeSeconds: target.valueAsNumber || 0 })}
        />
      )}
      {may('setRetention') && (
        <Field
          label="Messages are kept for so many days"
          hint="Older ones are erased; 0: they are kept."
          type="number"
          min={0}
          max={RETENTION_MAX_DAYS}
          value={wanted.retentionDays}
          onChange={({ target }) => set({ retentionDays: target.valueAsNumber || 0 })}
        />
      )}
      {may('changeRoom') && (
        <Select
          label="New members read"
          options={HISTORY}
          value={wanted.history}
          onChange={({ target }) => set({ history: chosen(HISTORY, target.value, wanted.history) })}
        />
      )}
      {may('setAssistants') && (
        <Select
          label="Assistants here"
          options={ASSISTANTS}
          value={wanted.assistants}
          onChange={({ target }) => set({ assistants: chosen(ASSISTANTS, target.value, wanted.assistants) })}
        />
      )}
      {may('setAssistants') && wanted.assistants !== 'forbidden' && (
        <TextField
          label="What assistants are to keep to"
          hint="They are told it before each answer. It can be left empty."
          maxLength={ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS}
          value={wanted.assistantInstructions}
          onChange={({ target }) => set({ assistantInstructions: target.value })}
        />
      )}
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

const chosen = <T extends string>(options: readonly { value: T }[], value: string, before: T): T =>
  options.find((option) => option.value === value)?.value ?? before;

export const changesBetween = (before: RoomSettings, wanted: RoomSettings): RoomChanges =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => value !== before[name as keyof RoomSettings]),
  );
