/** What can be done with a message; handed down once, so that rows do not draw again. */
import type { MessageView } from '@sotto/client';
import type { RoomAction, Sequence } from '@sotto/model';
import { createContext, useContext } from 'react';
import type { MenuPlace } from '../ui/menu.tsx';

export interface MessageActions {
  reply(message: MessageView): void;
  edit(message: MessageView): void;
  /** Asks before. */
  remove(message: MessageView): void;
  /** What it said before it was edited. */
  showHistory(message: MessageView): void;
  /** Who reacted, and who has read it. */
  showSeen(message: MessageView): void;
  /** Adds it, or takes it back. */
  react(message: MessageView, emoji: string): void;
  pin(message: MessageView): void;
  /** They are those of a thread that is open: it has to say nothing about itself. */
  readonly isThread: boolean;
  openThread(message: MessageView): void;
  /** All that can be done with it; `row` is where it is shown. */
  showMenu(message: MessageView, at: MenuPlace, row: HTMLElement): void;
  goTo(sequence: Sequence): void;
  /** Whether this account may do it now: by its role, where it is not muted and the room not archived. */
  can(action: RoomAction): boolean;
}

export const MessageActionsContext = createContext<MessageActions | undefined>(undefined);

export function useMessageActions(): MessageActions {
  const actions = useContext(MessageActionsContext);
  if (actions === undefined) throw new Error('there is no MessageActionsContext above');
  return actions;
}

/** Mine, with a text, and still there. */
export const canEdit = ({ mine, text, deleted }: MessageView, { can }: MessageActions): boolean =>
  mine && deleted === undefined && text !== undefined && can('editOwn');

export const canDelete = ({ mine, deleted }: MessageView, { can }: MessageActions): boolean =>
  deleted === undefined && can(mine ? 'deleteOwn' : 'deleteAny');
