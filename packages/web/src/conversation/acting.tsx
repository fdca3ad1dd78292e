import type { MessageView } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { type ReactNode, useState } from 'react';
import { type ActionHandlers, useMakeActions } from '../hooks/use-message-actions.ts';
import { MessageActionsContext } from './actions.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { HistoryDialog } from './history-dialog.tsx';

type Asked = { kind: 'delete' | 'history'; message: MessageView };

export interface ActingProps {
  room: RoomNumber;
  handlers: Omit<ActionHandlers, 'remove' | 'showHistory'>;
  children: ReactNode;
}

/** What can be done with the messages in it, and what is asked or shown before. */
export function Acting({ room, handlers, children }: ActingProps) {
  const [asked, setAsked] = useState<Asked>();
  const actions = useMakeActions(room, {
    ...handlers,
    remove: (message) => setAsked({ kind: 'delete', message }),
    showHistory: (message) => setAsked({ kind: 'history', message }),
  });
  const close = () => setAsked(undefined);
  return (
    <MessageActionsContext value={actions}>
      {children}
      {asked?.kind === 'delete' && <DeleteDialog message={asked.message} onClose={close} />}
      {asked?.kind === 'history' && <HistoryDialog message={asked.message} onClose={close} />}
    </MessageActionsContext>
  );
}
