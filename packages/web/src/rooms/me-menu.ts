import { errorWords, type Store } from '@sotto/app';
import type { OpenDialog } from '../shell/open-dialog.ts';
import type { Session } from '../shell/session.ts';
import { chooseTheme, chosenTheme, THEME_CHOICES, THEME_WORDS } from '../theme/theme.ts';
import type { MenuItem } from '../ui/menu.tsx';
import { addToast } from '../ui/toasts.ts';

export interface MeMenuOptions {
  session: Session;
  store: Store;
  onOpen: (dialog: OpenDialog) => void;
}

export function meMenu({ session, store, onOpen }: MeMenuOptions): readonly MenuItem[] {
  return [
    { kind: 'action', label: 'Account', icon: 'user', onSelect: () => onOpen({ kind: 'account' }) },
    {
      kind: 'menu',
      label: 'Theme',
      icon: 'sun',
      items: THEME_CHOICES.map((choice) => ({
        kind: 'choice',
        label: THEME_WORDS[choice],
        chosen: choice === chosenTheme(),
        onSelect: () => chooseTheme(choice),
      })),
    },
    {
      kind: 'action',
      label: 'All keys',
      icon: 'keyboard',
      keys: 'Ctrl+/',
      onSelect: () => onOpen({ kind: 'keys' }),
    },
    ...(store.me.get()?.administrator === true ? [administration(onOpen)] : []),
    { kind: 'line' },
    {
      kind: 'action',
      label: 'Log out',
      icon: 'logOut',
      onSelect: () =>
        void session
          .signOut(store)
          .catch((error: unknown) => addToast({ kind: 'danger', words: errorWords(error) })),
    },
  ];
}

const administration = (onOpen: MeMenuOptions['onOpen']): MenuItem => ({
  kind: 'action',
  label: 'Administration',
  icon: 'server',
  onSelect: () => onOpen({ kind: 'admin' }),
});
