import { errorWords, type Store } from '@sotto/app';
import type { JoinedRoom, NotificationLevel } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useReadable } from '../hooks/use-store.ts';
import type { OpenDialog } from '../shell/open-dialog.ts';
import { type MenuItem, type MenuPlace, OpenMenu } from '../ui/menu.tsx';
import { addToast } from '../ui/toasts.ts';
import { shownName } from './sections.ts';

const LEVELS: readonly { level: NotificationLevel; label: string }[] = [
  { level: 'default', label: 'As usual' },
  { level: 'all', label: 'Every message' },
  { level: 'mentions', label: 'Mentions' },
  { level: 'nothing', label: 'Nothing' },
];

export interface RoomMenuProps {
  store: Store;
  room: RoomNumber;
  at: MenuPlace;
  onOpen: (dialog: OpenDialog) => void;
  onClose: () => void;
}

/** What can be done with a room of the list. */
export default function RoomMenu({ store, room, at, onOpen, onClose }: RoomMenuProps) {
  const joined = useReadable(store.rooms).byNumber.get(room);
  if (joined === undefined) return null;
  const items = itemsFor(store, joined, onOpen);
  return <OpenMenu label={shownName(joined)} at={at} items={items} onClose={onClose} />;
}

function itemsFor(store: Store, room: JoinedRoom, open: (dialog: OpenDialog) => void): readonly MenuItem[] {
  const { client } = store;
  const { number, unread, head } = room;
  const { settings } = client.account;
  const chosen = settings.notificationLevel(number);
  const failing = (error: unknown) =>
    addToast({ kind: 'danger', words: `It is as it was for ${shownName(room)}. ${errorWords(error)}` });
  return [
    {
      kind: 'action',
      label: 'Mark as read',
      icon: 'check',
      disabled: unread === 0,
      onSelect: () => client.markRead(number, head),
    },
    {
      kind: 'menu',
      label: 'Notify me of',
      icon: 'bell',
      items: LEVELS.map(({ level, label }) => ({
        kind: 'choice',
        label,
        chosen: level === chosen,
        onSelect: () => void settings.setNotificationLevel(number, level).catch(failing),
      })),
    },
    { kind: 'line' },
    {
      kind: 'action',
      label: 'About this room',
      icon: 'info',
      onSelect: () => open({ kind: 'about', room: number }),
    },
    ...(client.can(number, 'addMember')
      ? [
          {
            kind: 'action',
            label: 'Add people',
            icon: 'userPlus',
            onSelect: () => open({ kind: 'about', room: number, tab: 'waysIn' }),
          } as const,
        ]
      : []),
  ];
}
