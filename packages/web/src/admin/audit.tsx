import type { Store } from '@sotto/app';
import { type AuditEntry, type AuditPage, ErrorCode, SottoError } from '@sotto/client';
import { useState } from 'react';
import { Empty } from '../ui/empty.tsx';
import { Field, Select } from '../ui/field.tsx';
import styles from './admin.module.css';
import { PageList } from './page-list.tsx';
import { usePages } from './use-pages.ts';
import { useSettled } from './use-settled.ts';
import { ACTIONS, actionWords, momentWords } from './words.ts';

const ANY = { value: '', label: 'Anything' };
const OPTIONS = [ANY, ...Object.entries(ACTIONS).map(([value, label]) => ({ value, label }))];

/** What administrators did, the newest first; of one person or of one kind alone. */
export function Audit({ store }: { store: Store }) {
  const [name, setName] = useState('');
  const [action, setAction] = useState('');
  const user = useSettled(name.trim().replace(/^@/, ''));
  const pages = usePages<AuditEntry>(`${action} ${user}`, async (last) => {
    const page = await store.client.admin
      .audit({
        ...(last === undefined ? {} : { before: last.id }),
        ...(user === '' ? {} : { user }),
        ...(action === '' ? {} : { action }),
      })
      .catch(noneOfNobody);
    return { items: page.entries, hasMore: page.hasMore };
  });
  return (
    <>
      <div className={styles.filters}>
        <Field
          label="By or about"
          type="search"
          placeholder="A whole name"
          autoCapitalize="none"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Select
          label="What"
          options={OPTIONS}
          value={action}
          onChange={({ target }) => setAction(target.value)}
        />
      </div>
      <PageList
        label="Audit"
        pages={pages}
        empty={<Empty icon="shield" title="Nothing like that was done" />}
        row={(entry) => <Entry key={entry.id} entry={entry} />}
      />
    </>
  );
}

/** A name that is typed in part is nobody's yet. */
function noneOfNobody(error: unknown): AuditPage {
  if (error instanceof SottoError && error.code === ErrorCode.NOT_FOUND)
    return { entries: [], hasMore: false };
  throw error;
}

function Entry({ entry: { at, actor, action, target, detail } }: { entry: AuditEntry }) {
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <p>
          <strong>
            <bdi>{actor.number === 0 ? 'The server’s operator' : actor.name}</bdi>
          </strong>{' '}
          {actionWords(action)}{' '}
          {target !== undefined && (
            <strong>
              <bdi>{target.name}</bdi>
            </strong>
          )}
        </p>
        {detail !== '' && (
          <p className={styles.quiet}>
            <bdi>{detail}</bdi>
          </p>
        )}
      </div>
      <time className={styles.time} dateTime={at.toISOString()}>
        {momentWords(at)}
      </time>
    </li>
  );
}
