import type { Store } from '@sotto/app';
import { useAsked } from '../account/use-asked.ts';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** What was refused for being too much, since the server started. */
export function Limits({ store }: { store: Store }) {
  const [asked] = useAsked(() => store.client.admin.limited());
  if (asked.kind === 'loading') return <Skeleton shape="lines" label="Limits" />;
  if (asked.kind === 'failed') return <Notice kind="danger">{asked.words}</Notice>;
  if (asked.value.length === 0)
    return (
      <Empty icon="gauge" title="Nothing was refused">
        Since the server started, nobody asked for more than they may.
      </Empty>
    );
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Limit</th>
            <th scope="col">Who</th>
            <th scope="col">How often</th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {asked.value.map(({ limit, who, count, last }) => (
            <tr key={`${limit} ${who}`}>
              <td>{limit}</td>
              <td>{who}</td>
              <td className={styles.number}>{count}</td>
              <td className={styles.number}>{moment.format(last)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
