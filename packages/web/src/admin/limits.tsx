import type { Store } from '@sotto/app';
import type { Limit, Limited } from '@sotto/client';
import { useAsked } from '../hooks/use-asked.ts';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';
import { countWords, limitNames, limitWords, momentWords } from './words.ts';

/** What is allowed, and what was refused for being too much since the server started. */
export function Limits({ store }: { store: Store }) {
  const { admin } = store.client;
  const [asked] = useAsked(() => Promise.all([admin.limits(), admin.limited()]));
  if (asked.kind === 'loading') return <Skeleton shape="lines" label="Limits" />;
  if (asked.kind === 'failed') return <Notice kind="danger">{asked.words}</Notice>;
  const [limits, limited] = asked.value;
  return (
    <div className={styles.stack}>
      <Allowed limits={limits} />
      <section className={styles.section}>
        <h3>Refused</h3>
        {limited.length === 0 ? (
          <Empty icon="gauge" title="Nothing was refused">
            Since the server started, nobody asked for more than they may.
          </Empty>
        ) : (
          <Refused limited={limited} />
        )}
      </section>
    </div>
  );
}

function Allowed({ limits }: { limits: readonly Limit[] }) {
  return (
    <section className={styles.section}>
      <h3>Allowed</h3>
      {limits.length === 0 ? (
        <p>There are no limits.</p>
      ) : (
        <dl className={styles.facts}>
          {limits.map((limit) => [
            <dt key={limit.limit}>{limitNames(limit.limit)}</dt>,
            <dd key={`${limit.limit} is`}>{limitWords(limit)}</dd>,
          ])}
        </dl>
      )}
      <p className={styles.quiet}>They are set where the server is started, by flags or in its .env file.</p>
    </section>
  );
}

function Refused({ limited }: { limited: readonly Limited[] }) {
  return (
    <ul aria-label="Refused">
      {limited.map(({ limit, who, count, last }) => (
        <li key={`${limit} ${who}`} className={styles.row}>
          <div className={styles.about}>
            <strong>
              <bdi>{who}</bdi>
            </strong>
            <p className={styles.quiet}>
              {limitNames(limit)} · {countWords(count)} times, the last {momentWords(last)}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
