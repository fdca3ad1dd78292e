import type { MessageView } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { type ReactNode, Suspense, useState } from 'react';
import { type ActionHandlers, useMakeActions } from '../hooks/use-message-actions.ts';
import { later } from '../ui/later.tsx';
import { type MenuPlace, OpenMenu } from '../ui/menu.tsx';
import { MessageActionsContext } from './actions.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { HistoryDialog } from './history-dialog.tsx';
import { allItems } from './message-menu.ts';

const SeenDialog = later(() => import('./seen-dialog.tsx'));

type Asked =
  | { kind: 'delete' | 'history' | 'seen'; message: MessageView }
  | { kind: 'menu'; message: MessageView; at: MenuPlace; row: HTMLElement };

export interface ActingProps {
  room: RoomNumber;
  handlers: Omit<ActionHandlers, 'remove' | 'showHistory' | 'showSeen' | 'showMenu'>;
  children: ReactNode;
}

/** What can be done with the messages in it, and what is asked or shown before. */
export function Acting({ room, handlers, children }: ActingProps) {
  const [asked, setAsked] = useState<Asked>();
  const actions = useMakeActions(room, {
    ...handlers,
    remove: (message) => setAsked({ kind: 'delete', message }),
    showHistory: (message) => setAsked({ kind: 'history', message }),
    showSeen: (message) => setAsked({ kind: 'seen', message }),
    showMenu: (message, at, row) => setAsked({ kind: 'menu', message, at, row }),
  });
  const close = () => setAsked(undefined);
  return (
    <MessageActionsContext value={actions}>
      {children}
      {asked?.kind === 'delete' && <DeleteDialog message={asked.message} onClose={close} />}
      {asked?.kind === 'history' && <HistoryDialog message={asked.message} onClose={close} />}
      {asked?.kind === 'seen' && (
        <Suspense fallback={null}>
          <SeenDialog message={asked.message} onClose={close} />
        </Suspense>
      )}
      {asked?.kind === 'menu' && (
        <OpenMenu
          label="Message"
          at={asked.at}
          items={allItems(asked.message, actions, () => chooseReaction(asked.row))}
          // Something else may have been asked by it.
          onClose={() => setAsked((now) => (now === asked ? undefined : now))}
        />
      )}
    </MessageActionsContext>
  );
}

/** By the button at its corner, which is there while the focus is. */
function chooseReaction(row: HTMLElement): void {
  row.focus();
  requestAnimationFrame(() => row.querySelector<HTMLElement>('[data-react]')?.click());
}
