import { errorWords, type Store } from '@sotto/app';
import type { AuditEntry } from '@sotto/client';
import { useEffect, useState } from 'react';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** What those who keep order did, the newest first. */
export function Audit({ store }: { store: Store }) {
  const [entries, setEntries] = useState<readonly AuditEntry[]>();
  const [hasMore, setMore] = useState(false);
  const [task, start] = useTask();
  const load = () =>
    start(async () => {
      const before = entries?.at(-1)?.id;
      const page = await store.client.admin.audit(before === undefined ? {} : { before });
      setEntries([...(entries ?? []), ...page.entries]);
      setMore(page.hasMore);
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first page once; the button asks for the others.
  useEffect(load, []);
  return (
    <>
      {task.kind === 'failed' && <Notice kind="danger">{errorWords(task.error)}</Notice>}
      {entries === undefined ? (
        task.kind !== 'failed' && <Skeleton shape="lines" label="Audit" />
      ) : entries.length === 0 ? (
        <Empty icon="shield" title="Nothing was done yet" />
      ) : (
        <Entries entries={entries} />
      )}
      {hasMore && (
        <Button className={styles.more} busy={task.kind === 'busy'} onClick={load}>
          Show more
        </Button>
      )}
    </>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ id, at, actor, action, target, detail }) => (
            <tr key={id}>
              <td className={styles.number}>{moment.format(at)}</td>
              <td>{actor.name}</td>
              <td>
                {action}
                {detail !== '' && <p className={styles.quiet}>{detail}</p>}
              </td>
              <td>{target?.name ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
