/** The window of somebody who is signed in: rooms, the conversation, and a pane beside it. */
import type { Store } from '@sotto/app';
import { Suspense, useState } from 'react';
import { StoreContext } from '../hooks/use-store.ts';
import { RoomsPane } from '../rooms/rooms-pane.tsx';
import { useRoute } from '../routes.ts';
import { later } from '../ui/later.tsx';
import { Middle } from './middle.tsx';
import { OfflineStrip } from './offline-strip.tsx';
import { type OpenDialog, OpenDialogContext } from './open-dialog.ts';
import type { Session } from './session.ts';
import styles from './shell.module.css';
import { ShellDialog } from './shell-dialog.tsx';
import { useShellKeys } from './shell-keys.ts';
import { useTitle } from './title.ts';

const Attention = later(() => import('../attention/attention.tsx'), { quiet: true });

export interface ShellProps {
  session: Session;
  store: Store;
}

export function Shell({ session, store }: ShellProps) {
  const route = useRoute();
  const [dialog, setDialog] = useState<OpenDialog>();
  useTitle(store);
  useShellKeys(store, setDialog);
  return (
    <StoreContext value={store}>
      <div className={styles.shell} data-pane={route.kind === 'home' ? 'rooms' : 'conversation'}>
        <button type="button" className={styles.skip} onClick={toConversation}>
          Go to the conversation
        </button>
        <div className={styles.strips}>
          <OfflineStrip store={store} />
          <Suspense fallback={null}>
            <Attention store={store} />
          </Suspense>
        </div>
        <RoomsPane session={session} store={store} onOpen={setDialog} />
        <OpenDialogContext value={setDialog}>
          <Middle store={store} onOpen={setDialog} />
        </OpenDialogContext>
      </div>
      {dialog !== undefined && (
        <ShellDialog dialog={dialog} store={store} onOpen={setDialog} onClose={() => setDialog(undefined)} />
      )}
    </StoreContext>
  );
}

const toConversation = (): void => document.getElementById('conversation')?.focus();
