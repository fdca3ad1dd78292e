import { keyAction, type MessageItem } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import type { KeyboardEvent } from 'react';
import { FileCard } from '../files/file-card.tsx';
import { Icon } from '../ui/icon.tsx';
import { tip } from '../ui/tip.ts';
import { canDelete, canEdit, type MessageActions, useMessageActions } from './actions.ts';
import { Body } from './body.tsx';
import { DeliveryMark } from './delivery.tsx';
import type { SaidFrame } from './frame.tsx';
import { menuPlace } from './message-menu.ts';
import { Reactions } from './reactions.tsx';
import { ReplyPreview } from './reply-preview.tsx';
import styles from './row.module.css';
import { exactWords, timeWords, whenWords } from './times.ts';
import { Toolbar } from './toolbar.tsx';
import { excerptOf, nameOf, repliesWords } from './words.ts';

export function messageFrame({ view, repliedTo, isHead }: MessageItem, actions: MessageActions): SaidFrame {
  const isThere = view.deleted === undefined && !view.hidden;
  return {
    author: view.sender,
    sequence: view.sequence,
    at: view.sentAt,
    isHead,
    label: labelOf(view),
    mentionsMe: view.mentionsMe && isThere,
    marks: isThere && <Marks view={view} />,
    above: view.replyTo !== undefined && <ReplyPreview to={view.replyTo} message={repliedTo} />,
    actions: isThere && <Toolbar message={view} />,
    onKeyDown: (event) => onKey(event, view, actions),
    onContextMenu: (event) => {
      const at = isThere ? menuPlace(event) : undefined;
      if (at === undefined) return;
      event.preventDefault();
      actions.showMenu(view, at, event.currentTarget);
    },
    children: (
      <>
        <Content view={view} />
        {isThere && <Reactions message={view} />}
        {view.replies !== undefined && !actions.isThread && (
          <Replies replies={view.replies} onOpen={() => actions.openThread(view)} />
        )}
      </>
    ),
  };
}

type RepliesProps = { replies: NonNullable<MessageView['replies']>; onOpen: () => void };

/** Leads to the thread that begins here. */
const Replies = ({ replies: { count, lastAt }, onOpen }: RepliesProps) => (
  <button type="button" className={styles.replies} onClick={onOpen}>
    <Icon name="thread" size="small" />
    {repliesWords(count)}
    <span className={styles.lastReply}>last {whenWords(lastAt, new Date())}</span>
  </button>
);

function Content({ view }: { view: MessageView }) {
  const { deleted, hidden, text, file } = view;
  if (deleted !== undefined) {
    const who = deleted.by.number === view.sender.number ? '' : ` by ${nameOf(deleted.by)}`;
    return <p className={styles.tombstone}>This message was deleted{who}.</p>;
  }
  if (hidden) return <p className={styles.tombstone}>A message of somebody you blocked.</p>;
  return (
    <>
      {file !== undefined && <FileCard message={view} file={file} />}
      {text === undefined && file === undefined && (
        <p className={styles.tombstone}>What this message said is not kept any more.</p>
      )}
      {text !== undefined && text !== '' && <Body text={text} />}
    </>
  );
}

function Marks({ view }: { view: MessageView }) {
  const { showHistory } = useMessageActions();
  const { edited, pinned, mine, unconfirmed } = view;
  return (
    <span className={styles.marks}>
      {edited !== undefined && (
        <button
          type="button"
          className={styles.edited}
          onClick={() => showHistory(view)}
          {...tip(`Edited ${exactWords(edited.at)}`)}
        >
          edited
        </button>
      )}
      {pinned && (
        <span className={styles.mark}>
          <Icon name="pin" size="small" />
          pinned
        </span>
      )}
      {mine && <DeliveryMark message={view} isChanging={unconfirmed !== undefined} />}
    </span>
  );
}

const labelOf = (view: MessageView): string =>
  `${nameOf(view.sender)}, ${timeWords(view.sentAt)}: ${excerptOf(view)}`;

/** The keys of a message that has the focus itself, not something in it. */
function onKey(event: KeyboardEvent<HTMLElement>, view: MessageView, actions: MessageActions): void {
  if (event.target !== event.currentTarget || view.deleted !== undefined) return;
  switch (keyAction(event, 'message')) {
    case 'reply':
      actions.reply(view);
      break;
    case 'edit':
      if (canEdit(view, actions)) actions.edit(view);
      break;
    case 'thread':
      actions.openThread(view);
      break;
    case 'delete':
      if (canDelete(view, actions)) actions.remove(view);
      break;
    case 'react':
      event.currentTarget.querySelector<HTMLElement>('[data-react]')?.click();
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
