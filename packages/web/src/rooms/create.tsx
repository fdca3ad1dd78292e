import { errorWords, type Store } from '@sotto/app';
import { type SubmitEvent, useId, useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { goTo } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Switch } from '../ui/switch.tsx';
import styles from './form.module.css';

export interface CreateProps {
  store: Store;
  onClose: () => void;
}

export default function Create({ store, onClose }: CreateProps) {
  const form = useId();
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const [isPrivate, setPrivate] = useState(false);
  const [isAnnouncement, setAnnouncement] = useState(false);
  const [task, start] = useTask();
  const create = async () => {
    const room = await store.client.createRoom(name.trim().replace(/^#/, ''), {
      topic: topic.trim(),
      private: isPrivate,
      announcement: isAnnouncement,
    });
    onClose();
    goTo({ kind: 'room', room: room.number });
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    start(create);
  };
  return (
    <Dialog
      title="Create a room"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={task.kind === 'busy'}>
            Create
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        <Field
          label="Name"
          hint="Letters, digits and . _ - without spaces."
          autoComplete="off"
          autoCapitalize="none"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label="Topic"
          hint="What it is for. It can be left empty, and changed later."
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
        />
        <Switch
          kind="checkbox"
          label="Private"
          hint="Not listed: members add members."
          checked={isPrivate}
          disabled={isAnnouncement}
          onChange={setPrivate}
        />
        <Switch
          kind="checkbox"
          label="Announcements"
          hint="Only moderators write; everybody reads."
          checked={isAnnouncement}
          disabled={isPrivate}
          onChange={setAnnouncement}
        />
        {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      </form>
    </Dialog>
  );
}
