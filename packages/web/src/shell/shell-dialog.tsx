/**
 * Dialogs that may be opened from anywhere in the window; each is fetched when it is needed, but for the switcher: one types
 * right after Ctrl+K, and what is typed must not become a message meanwhile.
 */
import type { Store } from '@sotto/app';
import { lazy, Suspense } from 'react';
import { Switcher } from '../rooms/switcher.tsx';
import { Boundary } from './boundary.tsx';
import type { OpenDialog } from './open-dialog.ts';

export interface ShellDialogProps {
  dialog: OpenDialog;
  store: Store;
  onOpen: (dialog: OpenDialog) => void;
  onClose: () => void;
}

const Browse = lazy(() => import('../rooms/browse.tsx'));
const Create = lazy(() => import('../rooms/create.tsx'));
const WriteTo = lazy(() => import('../rooms/write-to.tsx'));
const AboutRoom = lazy(() => import('../rooms/about/about.tsx'));
const Account = lazy(() => import('../account/account.tsx'));
const Admin = lazy(() => import('../admin/admin.tsx'));
const Connection = lazy(() => import('../connection/sheet.tsx'));
const Keys = lazy(() => import('./keys-sheet.tsx'));

export function ShellDialog(props: ShellDialogProps) {
  return (
    <Boundary key={props.dialog.kind} of="part" onClose={props.onClose}>
      <Suspense fallback={null}>
        <Chosen {...props} />
      </Suspense>
    </Boundary>
  );
}

function Chosen({ dialog, store, onOpen, onClose }: ShellDialogProps) {
  switch (dialog.kind) {
    case 'switcher':
      return <Switcher store={store} onClose={onClose} />;
    case 'browse':
      return <Browse store={store} onOpen={onOpen} onClose={onClose} />;
    case 'create':
      return <Create store={store} onClose={onClose} />;
    case 'writeTo':
      return <WriteTo store={store} onClose={onClose} />;
    case 'about':
      return (
        <AboutRoom key={dialog.room} store={store} room={dialog.room} tab={dialog.tab} onClose={onClose} />
      );
    case 'account':
      return <Account store={store} onClose={onClose} />;
    case 'admin':
      return <Admin store={store} onClose={onClose} />;
    case 'connection':
      return <Connection store={store} onClose={onClose} />;
    case 'keys':
      return <Keys tab={dialog.tab} onClose={onClose} />;
  }
}
