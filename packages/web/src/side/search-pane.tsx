import { errorWords } from '@sotto/app';
import type { MessagePage, SottoClient } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import { Empty } from '../ui/empty.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { FoundMessage } from './found-message.tsx';
import styles from './side-pane.module.css';
import { useLoaded } from './use-loaded.ts';

/** What is typed rests so long before it is searched for. */
const RESTS_MS = 250;

/** Finds messages of the room while one types. */
export function SearchPane({ room }: { room: RoomNumber }) {
  const [typed, setTyped] = useState('');
  const query = useRested(typed.trim());
  return (
    <>
      <search className={styles.search}>
        <Field
          label="Search this room"
          type="search"
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </search>
      {query === '' ? (
        <Empty icon="search" title="Search this room">
          Words, or a phrase in "quotes".
        </Empty>
      ) : (
        <Found room={room} query={query} />
      )}
    </>
  );
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), RESTS_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return useDeferredValue(rested);
}

function Found({ room, query }: { room: RoomNumber; query: string }) {
  const { client } = useStore();
  const found = useLoaded<MessagePage>(useCallback(() => search(client, room, query), [client, room, query]));
  switch (found.kind) {
    case 'loading':
      return <Skeleton shape="lines" label="Search" />;
    case 'failed':
      return (
        <div className={styles.notice}>
          <Notice kind="danger">The search did not work. {errorWords(found.error)}</Notice>
        </div>
      );
    case 'ready':
      if (found.value.messages.length === 0) {
        return (
          <Empty icon="search" title="Nothing found">
            Try other words, or fewer.
          </Empty>
        );
      }
      return (
        <ul className={styles.list} aria-label="Found messages">
          {found.value.messages.map((message) => (
            <FoundMessage key={message.sequence} message={message} />
          ))}
        </ul>
      );
  }
}

const search = (client: SottoClient, room: RoomNumber, query: string): Promise<MessagePage> =>
  client.search(query, { rooms: [room] });
