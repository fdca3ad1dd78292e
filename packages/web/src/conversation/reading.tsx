import type { Conversation } from '@sotto/app';
import type { JoinedRoom, MessageView } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { memo, useEffect, useState } from 'react';
import { Composer } from '../composer/composer.tsx';
import { DropZone } from '../composer/drop-zone.tsx';
import type { Writing } from '../composer/written-where.ts';
import { useSelected, useStore } from '../hooks/use-store.ts';
import { goTo } from '../routes.ts';
import { addToast } from '../ui/toasts.ts';
import { Acting } from './acting.tsx';
import { Messages } from './messages.tsx';
import { TypingLine } from './typing-line.tsx';
import { WriteHere } from './write-here.tsx';

export interface ReadingProps {
  conversation: Conversation;
  /** To go to. */
  message: Sequence | undefined;
}

/** The messages of a room, and what is written to it. What each message changes draws the list again, and nothing else of it. */
export const Reading = memo(function Reading({ conversation, message }: ReadingProps) {
  const { room } = conversation;
  const [writing, setWriting] = useState<Writing>({ kind: 'new' });
  const { rooms } = useStore();
  const label = useSelected(rooms, ({ byNumber }) => labelOf(byNumber.get(room)), [room]);
  const isReady = useSelected(conversation.state, ({ phase }) => phase.kind === 'ready', [conversation]);
  const handlers = {
    reply: (to: MessageView) => setWriting({ kind: 'reply', to: to.sequence, message: to }),
    edit: (edited: MessageView) => setWriting({ kind: 'edit', message: edited }),
    openThread: (root: Sequence) => goTo({ kind: 'room', room, thread: root }),
    goTo: (sequence: Sequence) => void showMessage(conversation, sequence),
  };
  useEffect(() => {
    if (message !== undefined && isReady) void showMessage(conversation, message);
  }, [conversation, message, isReady]);
  return (
    <Acting room={room} handlers={handlers}>
      <DropZone room={room}>
        <Messages conversation={conversation} label={`Messages in ${label}`} />
        <TypingLine room={room} />
        <WriteHere room={room}>
          <Composer
            room={room}
            placeholder={`Message ${label}`}
            writing={writing}
            onWriting={setWriting}
            lastOwn={() => conversation.lastOwn()}
            onSent={() => {
              // Where the end cannot be loaded the list says so; what was sent tells of itself.
              conversation.goToEnd().catch(() => {});
            }}
          />
        </WriteHere>
      </DropZone>
    </Acting>
  );
});

const labelOf = (room: JoinedRoom | undefined): string =>
  room === undefined || room.kind === 'direct' ? (room?.name ?? '') : `#${room.name}`;

/** What is in a thread is shown in its thread. */
async function showMessage(conversation: Conversation, sequence: Sequence): Promise<void> {
  try {
    const { thread } = await conversation.goTo(sequence);
    if (thread !== undefined) goTo({ kind: 'room', room: conversation.room, thread });
    else focusMessage(sequence);
  } catch {
    addToast({ kind: 'info', words: 'This message is not here any more.' });
  }
}

/** Drawing it may take a moment: the list goes there first. */
const FRAMES_MAX = 30;

/** One sees which one it is, and goes on from it with the keyboard. */
function focusMessage(sequence: Sequence, frames = 0): void {
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`main section [data-sequence="${sequence}"]`);
    if (row !== null) row.focus({ preventScroll: true });
    else if (frames < FRAMES_MAX) focusMessage(sequence, frames + 1);
  });
}
