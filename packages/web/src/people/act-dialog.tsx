import { errorWords, type Store, untilWords } from '@sotto/app';
import type { Person } from '@sotto/client';
import { REASON_MAX_CHARACTERS, type RoomNumber, type RoomRole } from '@sotto/model';
import { type SubmitEvent, useId, useState } from 'react';
import { nameOf } from '../conversation/words.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { addToast } from '../ui/toasts.ts';
import { endOf, HOW_LONG, type HowLong, howLongFrom } from './how-long.ts';
import styles from './people.module.css';
import { unban, unmute } from './person-acts.ts';

/** What is asked about before it is done. */
export type Act = { kind: 'kick' | 'ban' | 'mute' } | { kind: 'role'; to: RoomRole };

export interface ActDialogProps {
  room: RoomNumber;
  person: Person;
  act: Act;
  onClose(): void;
}

export function ActDialog({ room, person, act, onClose }: ActDialogProps) {
  const store = useStore();
  const form = useId();
  const joined = useReadable(store.rooms).byNumber.get(room);
  const me = useReadable(store.me);
  const [reason, setReason] = useState('');
  const [howLong, setHowLong] = useState<HowLong>(act.kind === 'mute' ? 'hour' : 'forEver');
  const [moment, setMoment] = useState('');
  const [task, start] = useTask();
  const { title, hint, button } = wordsFor(act, person, joined?.name ?? '', me?.number === person.number);
  const isForATime = act.kind === 'ban' || act.kind === 'mute';
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(async () => {
      const until = isForATime ? endOf(howLong, moment, new Date()) : undefined;
      await carryOut(store, { room, person, act, reason: reason.trim(), until });
      onClose();
    });
  };
  return (
    <Dialog
      title={title}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="danger" busy={task.kind === 'busy'}>
            {button}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        <p>{hint}</p>
        {act.kind !== 'role' && (
          <Field
            label="Reason"
            hint="It is told to everybody in the room. It can be left empty."
            maxLength={REASON_MAX_CHARACTERS}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
        {isForATime && (
          <Select
            label="For how long"
            options={HOW_LONG}
            value={howLong}
            onChange={({ target }) => setHowLong(howLongFrom(target.value))}
          />
        )}
        {isForATime && howLong === 'until' && (
          <Field
            label="Until"
            type="datetime-local"
            required
            value={moment}
            onChange={({ target }) => setMoment(target.value)}
          />
        )}
        {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      </form>
    </Dialog>
  );
}

function wordsFor(act: Act, person: Person, room: string, isMe: boolean) {
  const name = nameOf(person);
  switch (act.kind) {
    case 'kick':
      return {
        title: `Remove ${name}?`,
        hint: `They are out of ${room} at once. Whoever may join can come back.`,
        button: 'Remove',
      };
    case 'ban':
      return {
        title: `Ban ${name}?`,
        hint: `They are out of ${room} at once, and cannot come back before the ban ends or is lifted.`,
        button: 'Ban',
      };
    case 'mute':
      return {
        title: `Mute ${name}?`,
        hint: 'They go on reading, and cannot write, react or edit.',
        button: 'Mute',
      };
    case 'role':
      return isMe
        ? {
            title: 'Take a lower role?',
            hint: `You will be ${act.to} in ${room}. Only somebody above you can undo that.`,
            button: 'Step down',
          }
        : {
            title: `Make ${name} an owner?`,
            hint: `Owners may do everything in ${room}, and you cannot take it back.`,
            button: 'Make owner',
          };
  }
}

interface Told {
  room: RoomNumber;
  person: Person;
  act: Act;
  reason: string;
  until: Date | undefined;
}

async function carryOut(store: Store, { room, person, act, reason, until }: Told): Promise<void> {
  const { moderation } = store.client;
  const terms = { reason, ...(until === undefined ? {} : { until }) };
  const name = nameOf(person);
  switch (act.kind) {
    case 'kick':
      await moderation.kick(room, person.number, reason);
      return addToast({ kind: 'success', words: `${name} is removed.` });
    case 'ban':
      await moderation.ban(room, person.number, terms);
      return addToast({
        kind: 'success',
        words: `${name} is banned${untilWords(until)}.`,
        action: { label: 'Undo', run: () => unban(store, room, person) },
      });
    case 'mute':
      await moderation.mute(room, person.number, terms);
      return addToast({
        kind: 'success',
        words: `${name} is muted${untilWords(until)}.`,
        action: { label: 'Undo', run: () => unmute(store, room, person) },
      });
    case 'role':
      return moderation.setRole(room, person.number, act.to);
  }
}
