import { errorWords, type Store } from '@sotto/app';
import type { Profile } from '@sotto/client';
import { useState } from 'react';
import { useAsked } from '../hooks/use-asked.ts';
import { useReadable } from '../hooks/use-store.ts';
import { useSubmit } from '../hooks/use-submit.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Field, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './account.module.css';

export function ProfileForm({ store }: { store: Store }) {
  const [asked] = useAsked(() => store.client.account.profile());
  switch (asked.kind) {
    case 'loading':
      return <Skeleton shape="lines" label="Profile" />;
    case 'failed':
      return <Notice kind="danger">{asked.words}</Notice>;
    case 'ready':
      return <Form store={store} profile={asked.value} />;
  }
}

function Form({ store, profile }: { store: Store; profile: Profile }) {
  const me = useReadable(store.me);
  const [displayName, setDisplayName] = useState(profile.displayName);
  const [about, setAbout] = useState(profile.about);
  const [statusText, setStatusText] = useState(profile.statusText);
  const [statusEmoji, setStatusEmoji] = useState(profile.statusEmoji);
  const [task, onSubmit] = useSubmit(async () => {
    await store.client.account.setProfile({ displayName, about, statusText, statusEmoji });
    addToast({ kind: 'success', words: 'Your profile is saved.' });
  });
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {me !== undefined && (
        <div className={styles.who}>
          <Avatar person={{ ...me, displayName: displayName || me.name }} size="huge" />
          <div>
            <strong>{displayName || me.name}</strong>
            <p className={styles.quiet}>@{me.name}: what others write to mention you.</p>
          </div>
        </div>
      )}
      <Field
        label="Shown as"
        autoComplete="nickname"
        value={displayName}
        onChange={(event) => setDisplayName(event.target.value)}
      />
      <Field
        label="Status"
        hint="What you are up to: “On the train”."
        value={statusText}
        onChange={(event) => setStatusText(event.target.value)}
      />
      <Field
        label="Emoji of the status"
        value={statusEmoji}
        onChange={(event) => setStatusEmoji(event.target.value)}
      />
      <TextField label="About you" value={about} onChange={(event) => setAbout(event.target.value)} />
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={task.kind === 'busy'}>
          Save
        </Button>
      </div>
    </form>
  );
}
