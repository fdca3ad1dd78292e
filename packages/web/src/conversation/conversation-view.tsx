/** A room: its messages, and the text field. A thread, and what else is asked for, stands beside it. */
import { errorWords } from '@sotto/app';
import type { RoomNumber, Sequence } from '@sotto/model';
import { Suspense, useEffect } from 'react';
import { useConversation } from '../hooks/use-conversation.ts';
import { PeopleHere } from '../people/people-here.tsx';
import { goTo } from '../routes.ts';
import { type Beside, ShowBesideContext } from '../side/beside.ts';
import { PinsPane } from '../side/pins-pane.tsx';
import { SidePane } from '../side/side-pane.tsx';
import { SIDES } from '../side/sides.ts';
import { ThreadPane } from '../side/thread-pane.tsx';
import { later } from '../ui/later.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addToast } from '../ui/toasts.ts';
import { Header } from './header.tsx';
import styles from './pane.module.css';
import { Reading } from './reading.tsx';
import { useConversationKeys } from './use-conversation-keys.ts';

const SearchPane = later(() => import('../side/search-pane.tsx'));
const FilesPane = later(() => import('../side/files-pane.tsx'));
const MembersPane = later(() => import('../side/members-pane.tsx'));

/** What the first screen needs is there by then. */
const READY_AFTER_MS = 1_000;

export interface ConversationViewProps {
  room: RoomNumber;
  /** To go to. */
  message?: Sequence | undefined;
  /** Open beside it. */
  thread?: Sequence | undefined;
  beside: Beside;
}

/** Its key is the room. */
export function ConversationView({ room, message, thread, beside }: ConversationViewProps) {
  const conversation = useConversation(room);
  const { side } = beside;
  // Its keys are followed by what is looked for.
  useEffect(() => {
    const timer = setTimeout(SearchPane.ready, READY_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const isBeside = thread !== undefined || side !== undefined;
  const show: Beside['show'] = (wanted, wish) => {
    beside.show(wanted, wish);
    if (thread !== undefined) goTo({ kind: 'room', room });
  };
  const close = () => {
    const isFocused = document.activeElement?.closest('aside') !== null;
    show(undefined);
    // To where one writes.
    if (isFocused) document.querySelector<HTMLElement>('[data-conversation] textarea')?.focus();
  };
  useConversationKeys({ show, leave: () => (isBeside ? close() : conversation?.markRead()) });
  const toMoment = (moment: Date) => {
    conversation?.goToMoment(moment).catch((error) => {
      addToast({ kind: 'danger', words: `That day could not be shown. ${errorWords(error)}` });
    });
  };
  return (
    <ShowBesideContext value={show}>
      <PeopleHere room={room}>
        <div className={styles.both} data-side={isBeside ? '' : undefined}>
          <section className={styles.pane} aria-label="Conversation">
            <Header
              room={room}
              side={thread === undefined ? side : undefined}
              onSide={show}
              onMoment={toMoment}
            />
            {conversation === undefined ? (
              <Skeleton shape="rows" label="Messages" />
            ) : (
              <Reading conversation={conversation} message={message} />
            )}
          </section>
          {thread !== undefined ? (
            <SidePane title="Thread" onClose={close}>
              <ThreadPane key={thread} room={room} root={thread} />
            </SidePane>
          ) : (
            side !== undefined && (
              <SidePane title={SIDES[side].title} onClose={close}>
                <Suspense fallback={<Skeleton shape="rows" label={SIDES[side].title} />}>
                  <Pane room={room} beside={beside} />
                </Suspense>
              </SidePane>
            )
          )}
        </div>
      </PeopleHere>
    </ShowBesideContext>
  );
}

function Pane({ room, beside: { side, wish } }: { room: RoomNumber; beside: Beside }) {
  switch (side) {
    case undefined:
      return null;
    case 'search':
      return <SearchPane room={room} wish={wish} />;
    case 'pins':
      return <PinsPane room={room} />;
    case 'files':
      return <FilesPane key={room} room={room} />;
    case 'members':
      return <MembersPane room={room} />;
  }
}
