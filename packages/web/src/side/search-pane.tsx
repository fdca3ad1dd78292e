/** Finds messages while one types, in this room or in all of them. */
import { errorWords } from '@sotto/app';
import type { Search, SearchState } from '@sotto/app/search';
import type { RoomNumber } from '@sotto/model';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { SearchWish } from './beside.ts';
import { FoundMessage } from './found-message.tsx';
import { SearchForm } from './search-form.tsx';
import { searchOf } from './search-of.ts';
import styles from './side-pane.module.css';

export interface SearchPaneProps {
  room: RoomNumber;
  wish: SearchWish;
}

export default function SearchPane({ room, wish }: SearchPaneProps) {
  const search = searchOf(useStore(), room);
  const state = useReadable(search);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => search.change({ room }), [search, room]);
  useEffect(() => {
    // Coming from another room is no new wish.
    if (granted.get(search) === wish) return;
    granted.set(search, wish);
    search.change({ everywhere: wish.everywhere, ...(wish.query === undefined ? {} : { text: wish.query }) });
    if (wish.mentions) search.showMentions();
    else if (wish.query !== undefined) search.now();
    field.current?.select();
    field.current?.focus();
  }, [search, wish]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows between what has a role of its own.
    <div className={styles.searching} onKeyDown={onListKey}>
      <SearchForm search={search} state={state} field={field} />
      <Found search={search} state={state} />
    </div>
  );
}

const granted = new WeakMap<Search, SearchWish>();

function Found({ search, state }: { search: Search; state: SearchState }) {
  const { phase, messages, marked, words } = state;
  switch (phase.kind) {
    case 'nothing':
      return (
        <Empty icon="search" title={words.everywhere ? 'Search all rooms' : 'Search this room'}>
          Words, or a phrase in "quotes". The last word may be a beginning.
        </Empty>
      );
    case 'unclear':
      return (
        <Told>
          <Notice kind="info">{phase.words}</Notice>
        </Told>
      );
    case 'failed':
      return (
        <Told>
          <Notice kind="danger" actions={<Button onClick={() => search.now()}>Try again</Button>}>
            The search did not work. {errorWords(phase.error)}
          </Notice>
        </Told>
      );
    case 'searching':
      if (messages.length === 0) return <Skeleton shape="lines" label="Search" />;
      return <Hits {...{ search, messages, marked }} isOld hasMore={false} isLoading={false} />;
    case 'found':
      if (messages.length === 0) return <NothingFound search={search} state={state} />;
      return <Hits {...{ search, messages, marked }} {...phase} />;
  }
}

const Told = ({ children }: { children: ReactNode }) => <div className={styles.notice}>{children}</div>;

function NothingFound({ search, state: { words, mentions } }: { search: Search; state: SearchState }) {
  const everywhere = () => {
    search.change({ everywhere: true });
    search.now();
  };
  return (
    <Empty
      icon="search"
      title={mentions ? 'Nobody has mentioned you' : 'Nothing found'}
      actions={!words.everywhere && !mentions && <Button onClick={everywhere}>Search all rooms</Button>}
    >
      {mentions ? 'Messages with your name come here.' : 'Try other words, or fewer.'}
    </Empty>
  );
}

interface HitsProps extends Pick<SearchState, 'messages' | 'marked'> {
  search: Search;
  /** Something else is being looked for. */
  isOld?: boolean;
  hasMore: boolean;
  isLoading: boolean;
}

function Hits({ search, messages, marked, isOld = false, hasMore, isLoading }: HitsProps) {
  return (
    <div className={styles.list} aria-busy={isOld || undefined}>
      <p className="unseen" role="status">
        {messages.length}
        {hasMore && ' or more'} found
      </p>
      <ul aria-label="Found messages">
        {messages.map((message) => (
          <FoundMessage
            key={`${message.room.number}/${message.sequence}`}
            message={message}
            marked={marked}
            withRoom
          />
        ))}
      </ul>
      {hasMore && (
        <Button wide variant="quiet" busy={isLoading} onClick={() => search.more()}>
          More
        </Button>
      )}
    </div>
  );
}

/** From the field the arrows go into what was found, and through it. */
function onListKey(event: KeyboardEvent<HTMLElement>): void {
  const isDown = event.key === 'ArrowDown';
  if ((!isDown && event.key !== 'ArrowUp') || event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target as HTMLElement;
  const isField = target instanceof HTMLInputElement && target.type === 'search';
  const hits = [...event.currentTarget.querySelectorAll<HTMLElement>('li button')];
  const at = hits.indexOf(target);
  if (!isField && at < 0) return;
  event.preventDefault();
  const next = hits[at + (isDown ? 1 : -1)];
  if (next !== undefined) next.focus();
  else if (!isDown) event.currentTarget.querySelector<HTMLElement>('input[type=search]')?.focus();
}
