import { errorWords, momentWords, type Store } from '@sotto/app';
import type { AuditEntry, JoinedRoom } from '@sotto/client';
import { useEffect, useState } from 'react';
import { nameOf } from '../../conversation/words.ts';
import { useTask } from '../../hooks/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './about.module.css';

const PAGE = 20;

/** What those who keep order did in the room, the newest first. */
export function Done({ store, room: { number } }: { store: Store; room: JoinedRoom }) {
  const [entries, setEntries] = useState<readonly AuditEntry[]>();
  const [hasMore, setMore] = useState(false);
  const [task, start] = useTask();
  const load = () =>
    start(async () => {
      const before = entries?.at(-1)?.id;
      const options = before === undefined ? { limit: PAGE } : { limit: PAGE, before };
      const page = await store.client.moderation.audit(number, options);
      setEntries([...(entries ?? []), ...page.entries]);
      setMore(page.hasMore);
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first page once; the button asks for the others.
  useEffect(load, []);
  return (
    <section className={styles.form} aria-labelledby="done">
      <h3 id="done">What was done here</h3>
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      {entries === undefined && task.kind !== 'failed' && <Skeleton shape="lines" label="What was done" />}
      <ol>
        {entries?.map((entry) => (
          <li key={entry.id} className={styles.done}>
            <span>
              {doneWords(entry)}
              {entry.detail !== '' && <span className={styles.quiet}> ({entry.detail})</span>}
            </span>
            <time className={styles.quiet} dateTime={entry.at.toISOString()}>
              {momentWords(entry.at)}
            </time>
          </li>
        ))}
      </ol>
      {hasMore && (
        <div className={styles.actions}>
          <Button busy={task.kind === 'busy'} onClick={load}>
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}

const WORDS: Readonly<Record<string, (whom: string) => string>> = {
  'invite.made': () => 'made an invite code',
  'invite.revoked': () => 'took back an invite code',
  'member.banned': (whom) => `banned ${whom}`,
  'member.invited': (whom) => `asked ${whom} in`,
  'member.kicked': (whom) => `removed ${whom}`,
  'member.muted': (whom) => `muted ${whom}`,
  'member.role': (whom) => `gave ${whom} another role`,
  'member.unbanned': (whom) => `lifted the ban on ${whom}`,
  'member.unmuted': (whom) => `unmuted ${whom}`,
  'message.deleted': (whom) => `deleted a message of ${whom}`,
  'room.changed': () => 'changed the room',
  'room.created': () => 'made the room',
};

/** Of an act that this build does not know, its name. */
function doneWords({ actor, target, action }: AuditEntry): string {
  const whom = target === undefined ? 'somebody' : nameOf(target);
  return `${actor.number === 0 ? 'The server' : nameOf(actor)} ${WORDS[action]?.(whom) ?? action}`;
}
