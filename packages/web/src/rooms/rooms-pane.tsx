import type { Store } from '@sotto/app';
import { useReadable } from '../hooks/use-store.ts';
import { useRoute } from '../routes.ts';
import type { OpenDialog } from '../shell/open-dialog.ts';
import type { Session } from '../shell/session.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { tip } from '../ui/tip.ts';
import { Invitations } from './invitations.tsx';
import { meMenu } from './me-menu.ts';
import { PathWords } from './path-words.tsx';
import styles from './room-list.module.css';
import { RoomList } from './room-list.tsx';
import { useRemovals } from './use-removals.ts';

export interface RoomsPaneProps {
  session: Session;
  store: Store;
  onOpen: (dialog: OpenDialog) => void;
}

export function RoomsPane({ session, store, onOpen }: RoomsPaneProps) {
  const route = useRoute();
  useRemovals(store);
  return (
    <nav className={styles.pane} aria-label="Rooms and people">
      <div className={styles.head}>
        <span className={styles.brand}>Sotto</span>
        <IconButton icon="edit" label="Write to somebody" onClick={() => onOpen({ kind: 'writeTo' })} />
        <MenuButton
          icon="plus"
          label="Add a room"
          items={[
            {
              kind: 'action',
              label: 'Browse rooms',
              icon: 'search',
              onSelect: () => onOpen({ kind: 'browse' }),
            },
            {
              kind: 'action',
              label: 'Create a room',
              icon: 'plus',
              onSelect: () => onOpen({ kind: 'create' }),
            },
          ]}
        />
      </div>
      <button
        type="button"
        className={styles.find}
        aria-keyshortcuts="Control+K"
        onClick={() => onOpen({ kind: 'switcher' })}
        {...tip('Switch room', 'Ctrl+K')}
      >
        <Icon name="search" size="small" />
        <span>Go to…</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className={styles.scroll}>
        <Invitations store={store} />
        <RoomList store={store} current={route.kind === 'room' ? route.room : undefined} onOpen={onOpen} />
      </div>
      <Foot session={session} store={store} onOpen={onOpen} />
    </nav>
  );
}

function Foot({ session, store, onOpen }: RoomsPaneProps) {
  const me = useReadable(store.me);
  return (
    <div className={styles.foot}>
      {me !== undefined && <Avatar person={me} />}
      <div className={styles.who}>
        <span className={styles.me}>{me?.displayName || me?.name || ' '}</span>
        <PathWords store={store} onOpen={() => onOpen({ kind: 'connection' })} />
      </div>
      <MenuButton
        icon="settings"
        label="Settings"
        side="top"
        items={() => meMenu({ session, store, onOpen })}
      />
    </div>
  );
}
