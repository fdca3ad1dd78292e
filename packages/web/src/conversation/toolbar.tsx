import type { MessageView } from '@sotto/client';
import { useEffect, useRef, useState } from 'react';
import { EmojiPopover, readyEmoji } from '../emoji/emoji-popover.tsx';
import { IconButton } from '../ui/button.tsx';
import { MenuButton, readyMenus } from '../ui/menu.tsx';
import { useMessageActions } from './actions.ts';
import { moreItems } from './message-menu.ts';
import styles from './row.module.css';

/** At the corner of a message, on hover or while the focus is in it. */
export function Toolbar({ message }: { message: MessageView }) {
  const actions = useMessageActions();
  const [isPicking, setPicking] = useState(false);
  const picker = useRef<HTMLButtonElement>(null);
  // Keys of the message open them as well, and one goes on typing.
  useEffect(() => {
    readyMenus();
    readyEmoji();
  }, []);
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Message">
      {actions.can('react') && (
        <IconButton
          ref={picker}
          data-react=""
          size="small"
          icon="smile"
          label="React"
          keys="+"
          aria-expanded={isPicking}
          onPointerEnter={readyEmoji}
          onFocus={readyEmoji}
          onClick={() => setPicking(true)}
        />
      )}
      {actions.can('send') && (
        <IconButton size="small" icon="reply" label="Reply" keys="R" onClick={() => actions.reply(message)} />
      )}
      {message.thread === undefined && !actions.isThread && (
        <IconButton
          size="small"
          icon="thread"
          label="Thread"
          keys="T"
          onClick={() => actions.openThread(message)}
        />
      )}
      <MenuButton size="small" icon="more" label="More" items={() => moreItems(message, actions)} />
      {isPicking && picker.current !== null && (
        <EmojiPopover
          label="React"
          at={picker.current}
          onPick={(emoji) => actions.react(message, emoji)}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  );
}
