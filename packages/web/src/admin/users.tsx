import type { Store } from '@sotto/app';
import type { Account, AccountsOptions } from '@sotto/client';
import { useState } from 'react';
import { Avatar } from '../ui/avatar.tsx';
import { Empty } from '../ui/empty.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './admin.module.css';
import { PageList } from './page-list.tsx';
import { usePages } from './use-pages.ts';
import { useSettled } from './use-settled.ts';
import { UserDetails } from './user.tsx';
import { seenWords, standingWords } from './words.ts';

type Which = NonNullable<AccountsOptions['which']>;

const WHICH: readonly { value: Which; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'suspended', label: 'Suspended' },
  { value: 'administrators', label: 'Administrators' },
];

/** All accounts, to find one; and one of them. */
export function Users({ store }: { store: Store }) {
  const [query, setQuery] = useState('');
  const [which, setWhich] = useState<Which>('all');
  const [chosen, setChosen] = useState<Account>();
  const wanted = useSettled(query.trim().replace(/^@/, ''));
  const pages = usePages<Account>(`${which} ${wanted}`, async (last) => {
    const after = last === undefined ? {} : { after: last.person.number };
    const { accounts, hasMore } = await store.client.admin.accounts({ ...after, query: wanted, which });
    return { items: accounts, hasMore };
  });
  if (chosen !== undefined)
    return (
      <UserDetails
        store={store}
        person={chosen.person}
        onBack={() => {
          setChosen(undefined);
          pages.again();
        }}
      />
    );
  return (
    <>
      <div className={styles.filters}>
        <Field
          label="Find"
          type="search"
          placeholder="A part of the name"
          maxLength={64}
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
        <Select
          label="Show"
          options={WHICH}
          value={which}
          onChange={({ target }) => setWhich(target.value as Which)}
        />
      </div>
      <PageList
        label="Users"
        pages={pages}
        empty={
          <Empty icon="users" title="Nobody like that">
            Write another part of the name, or show all.
          </Empty>
        }
        row={(account) => (
          <OneUser key={account.person.number} account={account} onChoose={() => setChosen(account)} />
        )}
      />
    </>
  );
}

function OneUser({ account, onChoose }: { account: Account; onChoose: () => void }) {
  const { person, online, suspended } = account;
  const words = [...standingWords(person), seenWords(account)];
  return (
    <li className={styles.item}>
      <button type="button" className={styles.choose} onClick={onChoose}>
        <Avatar person={person} online={online} />
        <span className={styles.about}>
          <strong>
            <bdi>{person.displayName || person.name}</bdi>
          </strong>
          <span className={styles.quiet}>
            <bdi>@{person.name}</bdi> · {words.join(' · ')}
          </span>
        </span>
        {suspended !== undefined && <span className={styles.bad}>suspended</span>}
        <Icon name="chevronRight" />
      </button>
    </li>
  );
}
