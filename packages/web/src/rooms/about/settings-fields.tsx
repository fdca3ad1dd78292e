import type { RoomChanges, RoomSettings } from '@sotto/client';
import {
  ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS,
  type AssistantAccess,
  type HistoryAccess,
  RETENTION_MAX_DAYS,
  type RoomAction,
  type RoomKind,
  SLOW_MODE_MAX_SECONDS,
  TOPIC_MAX_CHARACTERS,
} from '@sotto/model';
import { Field, Select, TextField } from '../../ui/field.tsx';

export interface FieldsProps {
  wanted: RoomSettings;
  set(changes: RoomChanges): void;
  /** What this account may not change is not offered. */
  may(action: RoomAction): boolean;
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

/** The lobby keeps its name and is of no other kind. */
export function WhatItIs({ wanted, set, may, isLobby }: FieldsProps & { isLobby: boolean }) {
  return (
    <>
      {may('changeRoom') && !isLobby && (
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
      {may('changeRoom') && !isLobby && (
        <Select
          label="Kind"
          options={KINDS}
          value={wanted.kind}
          onChange={({ target }) => set({ kind: chosen(KINDS, target.value, wanted.kind) })}
        />
      )}
    </>
  );
}

export function WhatIsSaid({ wanted, set, may }: FieldsProps) {
  return (
    <>
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
    </>
  );
}

export function WhatAssistantsDo({ wanted, set, may }: FieldsProps) {
  if (!may('setAssistants')) return null;
  return (
    <>
      <Select
        label="Assistants here"
        options={ASSISTANTS}
        value={wanted.assistants}
        onChange={({ target }) => set({ assistants: chosen(ASSISTANTS, target.value, wanted.assistants) })}
      />
      {wanted.assistants !== 'forbidden' && (
        <TextField
          label="What assistants are to keep to"
          hint="They are told it before each answer. It can be left empty."
          maxLength={ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS}
          value={wanted.assistantInstructions}
          onChange={({ target }) => set({ assistantInstructions: target.value })}
        />
      )}
    </>
  );
}

const chosen = <T extends string>(options: readonly { value: T }[], value: string, before: T): T =>
  options.find((option) => option.value === value)?.value ?? before;
