import { errorWords, type Store } from '@sotto/app';
import type { AssistantInfo, Health } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { useAsked } from '../hooks/use-asked.ts';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './admin.module.css';
import { type Rates, useHealth } from './use-health.ts';
import { counted, countWords, lastingWords, momentWords, transportWords } from './words.ts';

/** How the server is at this moment. */
export function HealthPanel({ store }: { store: Store }) {
  const { health, rates, error } = useHealth(store.client);
  if (health === undefined)
    return error === undefined ? (
      <Skeleton shape="lines" label="Health" />
    ) : (
      <Notice kind="danger">{errorWords(error)}</Notice>
    );
  return (
    <div className={styles.stack}>
      {error !== undefined && <Notice kind="warning">{errorWords(error)}</Notice>}
      <Numbers health={health} rates={rates} />
      <Transports transports={health.transports} />
      <Storage health={health} />
      <Assistants store={store} />
      <p className={styles.quiet}>
        {health.agent}, {health.runtime}. As of {momentWords(health.at)}, of the node that this window talks
        to.
      </p>
    </div>
  );
}

function Numbers({ health, rates }: { health: Health; rates: Rates | undefined }) {
  const { log } = health;
  const per = (count: number | undefined) =>
    count === undefined ? '…' : `${countWords(Math.round(count * 10) / 10)}/s`;
  return (
    <section className={styles.section}>
      <h3>Now</h3>
      <dl className={styles.tiles}>
        <Tile name="Running for" value={lastingWords(health.at.getTime() - health.startedAt.getTime())} />
        <Tile
          name="People online"
          value={`${countWords(health.usersOnline)} of ${countWords(health.accounts)}`}
        />
        <Tile
          name="Events"
          value={per(rates?.events)}
          more={`${countWords(log.events)} in ${counted(log.commits, 'commit')}`}
        />
        <Tile
          name="Waiting to be stored"
          value={countWords(log.waiting)}
          more={log.waitingBytes > 0 ? formatBytes(log.waitingBytes) : 'nothing'}
        />
        <Tile name="Requests waiting" value={countWords(health.requests)} />
        <Tile
          name="Processor"
          value={rates === undefined ? '…' : `${Math.round(rates.processor * 100)} %`}
          more="of one core"
        />
        <Tile name="Memory" value={formatBytes(health.memoryBytes)} />
        <Tile name="Refused as too much" value={countWords(health.refused)} />
      </dl>
    </section>
  );
}

function Tile({ name, value, more }: { name: string; value: string; more?: string }) {
  return (
    <div className={styles.tile}>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        {more !== undefined && <span className={styles.quiet}>{more}</span>}
      </dd>
    </div>
  );
}

function Transports({ transports }: Pick<Health, 'transports'>) {
  return (
    <section className={styles.section}>
      <h3>Connections</h3>
      <dl className={styles.facts}>
        {transports.map(({ transport, port, connections, sessions, bufferedBytes }) => [
          <dt key={transport}>
            {transportWords(transport)} on {port}
          </dt>,
          <dd key={`${transport} is`}>
            {counted(sessions, 'session')}
            {connections > sessions && `, ${countWords(connections - sessions)} not logged in`}
            {bufferedBytes > 0 && `, ${formatBytes(bufferedBytes)} to send`}
          </dd>,
        ])}
      </dl>
    </section>
  );
}

function Storage({ health: { storage, log } }: { health: Health }) {
  return (
    <section className={styles.section}>
      <h3>Storage</h3>
      <dl className={styles.facts}>
        <dt>Database</dt>
        <dd>{formatBytes(storage.databaseBytes)}</dd>
        <dt>Files</dt>
        <dd>
          {formatBytes(storage.fileBytes)}
          {storage.freeBytes > 0 && `, room for ${formatBytes(storage.freeBytes)}`}
        </dd>
        <dt>Log in memory</dt>
        <dd>
          {formatBytes(log.memoryBytes)} of {counted(log.streams, 'room or inbox', 'rooms and inboxes')}
        </dd>
      </dl>
    </section>
  );
}

/** Where there are any: what they were asked today, and what does not answer. */
function Assistants({ store }: { store: Store }) {
  const [asked] = useAsked(() => store.client.assistants.list());
  if (asked.kind !== 'ready' || asked.value.assistants.length === 0) return null;
  return (
    <section className={styles.section}>
      <h3>Assistants</h3>
      <dl className={styles.facts}>
        {asked.value.assistants.map((assistant) => [
          <dt key={assistant.person.number}>
            <bdi>{assistant.person.name}</bdi>
          </dt>,
          <dd key={`${assistant.person.number} is`}>{assistantWords(assistant)}</dd>,
        ])}
      </dl>
    </section>
  );
}

const assistantWords = ({ state, model, requestsToday, tokensToday }: AssistantInfo): string =>
  [
    state,
    ...(model === undefined ? [] : [model]),
    `${counted(requestsToday, 'request')} and ${counted(tokensToday, 'token')} today`,
  ].join(' · ');
