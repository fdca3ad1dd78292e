import { errorWords, type Store } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import type { RoomAction, RoomNumber, Sequence } from '@sotto/model';
import { useMemo, useRef } from 'react';
import type { MessageActions } from '../conversation/actions.ts';
import { addToast } from '../ui/toasts.ts';
import { mayNow } from './use-may.ts';
import { useStore } from './use-store.ts';

export interface ActionHandlers {
  reply(message: MessageView): void;
  edit(message: MessageView): void;
  /** Left out in a thread. */
  openThread?(root: Sequence): void;
  goTo(sequence: Sequence): void;
  remove(message: MessageView): void;
  showHistory(message: MessageView): void;
  showSeen(message: MessageView): void;
  showMenu: MessageActions['showMenu'];
}

/** The same object as long as the room is the same, whatever the handlers are. */
export function useMakeActions(room: RoomNumber, handlers: ActionHandlers): MessageActions {
  const store = useStore();
  const latest = useRef(handlers);
  latest.current = handlers;
  return useMemo(() => {
    const can = (action: RoomAction) => mayNow(store, room, action);
    return {
      ...changes(store, room),
      reply: (message) => can('send') && latest.current.reply(message),
      edit: (message) => latest.current.edit(message),
      isThread: latest.current.openThread === undefined,
      openThread: ({ thread, sequence }) => latest.current.openThread?.(thread ?? sequence),
      goTo: (sequence) => latest.current.goTo(sequence),
      remove: (message) => latest.current.remove(message),
      showHistory: (message) => latest.current.showHistory(message),
      showSeen: (message) => latest.current.showSeen(message),
      showMenu: (message, at, row) => latest.current.showMenu(message, at, row),
      can,
    };
  }, [store, room]);
}

/** They count at once, and are taken back where the server refuses them. */
function changes({ client }: Store, room: RoomNumber): Pick<MessageActions, 'react' | 'pin'> {
  const tell = (what: string) => (error: unknown) => {
    addToast({ kind: 'danger', words: `${what} ${errorWords(error)}` });
  };
  return {
    react: ({ sequence, reactions }, emoji) => {
      const isMine = reactions.some((each) => each.emoji === emoji && each.mine);
      const change = isMine ? client.unreact(room, sequence, emoji) : client.react(room, sequence, emoji);
      change.catch(tell('The reaction was not kept.'));
    },
    pin: ({ sequence, pinned }) => {
      const change = pinned ? client.unpin(room, sequence) : client.pin(room, sequence);
      change.catch(tell(pinned ? 'The message is still pinned.' : 'The message was not pinned.'));
    },
  };
}
