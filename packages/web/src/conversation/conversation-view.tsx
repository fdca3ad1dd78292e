/** A room: its messages, and the text field. A thread, and what else is asked for, stands beside it. */
import { errorWords, keyAction } from '@sotto/app';
import type { RoomNumber, Sequence } from '@sotto/model';
import { type KeyboardEvent, useState } from 'react';
import { useConversation } from '../hooks/use-conversation.ts';
import { goTo } from '../routes.ts';
import { MembersPane } from '../side/members-pane.tsx';
import { PinsPane } from '../side/pins-pane.tsx';
import { SearchPane } from '../side/search-pane.tsx';
import { SidePane } from '../side/side-pane.tsx';
import { SIDES, type Side } from '../side/sides.ts';
import { ThreadPane } from '../side/thread-pane.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addToast } from '../ui/toasts.ts';
import { Header } from './header.tsx';
import styles from './pane.module.css';
import { Reading } from './reading.tsx';

export interface ConversationViewProps {
  room: RoomNumber;
  /** To go to. */
  message?: Sequence | undefined;
  /** Open beside it. */
  thread?: Sequence | undefined;
}

/** Its key is the room. */
export function ConversationView({ room, message, thread }: ConversationViewProps) {
  const conversation = useConversation(room);
  const [side, setSide] = useState<Side>();
  const isBeside = thread !== undefined || side !== undefined;
  const show = (wanted: Side | undefined) => {
    setSide(wanted);
    if (thread !== undefined) goTo({ kind: 'room', room });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isInside(event.target, 'dialog, [role=dialog], [role=menu]')) return;
    switch (keyAction(event, 'anywhere')) {
      case 'searchHere':
        show('search');
        break;
      case 'markRead':
        if (isBeside) show(undefined);
        else conversation?.markRead();
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const toMoment = (moment: Date) => {
    conversation?.goToMoment(moment).catch((error) => {
      addToast({ kind: 'danger', words: `That day could not be shown. ${errorWords(error)}` });
    });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that count in all of it.
    <div className={styles.both} data-side={isBeside ? '' : undefined} onKeyDown={onKeyDown}>
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
        <SidePane title="Thread" onClose={() => show(undefined)}>
          <ThreadPane key={thread} room={room} root={thread} />
        </SidePane>
      ) : (
        side !== undefined && (
          <SidePane title={SIDES[side].title} onClose={() => show(undefined)}>
            <Beside room={room} side={side} />
          </SidePane>
        )
      )}
    </div>
  );
}

const isInside = (target: EventTarget, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

function Beside({ room, side }: { room: RoomNumber; side: Side }) {
  switch (side) {
    case 'search':
      return <SearchPane room={room} />;
    case 'pins':
      return <PinsPane room={room} />;
    case 'members':
      return <MembersPane room={room} />;
  }
}
