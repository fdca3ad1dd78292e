import type { RoomNumber } from '@sotto/model';
import { createContext } from 'react';

export type AboutTab = 'about' | 'settings' | 'waysIn' | 'order';

/** Dialogs that may be opened from anywhere in the window. */
export type OpenDialog =
  | { kind: 'switcher' }
  | { kind: 'browse' }
  | { kind: 'create' }
  | { kind: 'writeTo' }
  | { kind: 'about'; room: RoomNumber; tab?: AboutTab }
  | { kind: 'account' }
  | { kind: 'admin' }
  | { kind: 'connection' }
  | { kind: 'keys'; tab?: 'keys' | 'commands' | 'marks' };

/** Opens one in place of the one that is open; outside of a shell there are none. */
export const OpenDialogContext = createContext<(dialog: OpenDialog) => void>(() => {});
