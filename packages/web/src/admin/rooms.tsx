import type { Store } from '@sotto/app';
import type { ServerRoom } from '@sotto/client';
import { useState } from 'react';
import { Empty } from '../ui/empty.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icons.ts';
import styles from './admin.module.css';
import { PageList } from './page-list.tsx';
import { usePages } from './use-pages.ts';
import { useSettled } from './use-settled.ts';
import { roomWords } from './words.ts';

/** All rooms and how large they are; nothing of what is said in them. */
export function Rooms({ store }: { store: Store }) {
  const [query, setQuery] = useState('');
  const wanted = useSettled(query.trim().replace(/^#/, ''));
  const pages = usePages<ServerRoom>(wanted, async (last) => {
    const after = last === undefined ? {} : { after: last.number };
    const { rooms, hasMore } = await store.client.admin.rooms({ ...after, query: wanted });
    return { items: rooms, hasMore };
  });
  return (
    <>
      <Field
        label="Find"
        type="search"
        placeholder="A part of the name"
        hint="Private rooms are listed without their names. Nobody sees what is said in them."
        maxLength={64}
        value={query}
        onChange={({ target }) => setQuery(target.value)}
      />
      <PageList
        label="Rooms"
        pages={pages}
        empty={
          <Empty icon="hash" title="No such room">
            Private rooms are found by no name.
          </Empty>
        }
        row={(room) => (
          <li key={room.number} className={styles.row}>
            <Icon name={ICONS[room.kind]} />
            <div className={styles.about}>
              <strong>
                <bdi>{room.name ?? `Room ${room.number}`}</bdi>
              </strong>
              <p className={styles.quiet}>{roomWords(room)}</p>
            </div>
          </li>
        )}
      />
    </>
  );
}

const ICONS: Readonly<Record<ServerRoom['kind'], IconName>> = {
  lobby: 'users',
  public: 'hash',
  announcement: 'megaphone',
  private: 'lock',
  direct: 'user',
};
