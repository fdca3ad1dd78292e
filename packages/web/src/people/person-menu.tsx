import { readable, type Store } from '@sotto/app';
import type { Person } from '@sotto/client';
import type { RoomNumber, RoomRole } from '@sotto/model';
import { useContext } from 'react';
import { nameOf } from '../conversation/words.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { ShowBesideContext } from '../side/beside.ts';
import { type MenuItem, type MenuPlace, OpenMenu } from '../ui/menu.tsx';
import type { Act } from './act-dialog.tsx';
import { mention, setBlocked, setRole, unmute, writeTo } from './person-acts.ts';
import { ROLE_WORDS } from './role-words.ts';
import { type PersonHere, usePersonHere } from './use-person-here.ts';

export interface PersonMenuProps {
  room: RoomNumber;
  person: Person;
  at: MenuPlace;
  onCard(at: HTMLElement): void;
  onAct(act: Act): void;
  onClose(): void;
}

/** What can be done with somebody here; what this account may not do is not in it. */
export function PersonMenu(props: PersonMenuProps) {
  const { room, person, at, onClose } = props;
  const store = useStore();
  const show = useContext(ShowBesideContext);
  const here = usePersonHere(room, person);
  const { blocked } = useReadable(readable(store.client.snapshots.settings));
  // Menus do not change while they are open.
  if (here.rights === undefined) return null;
  return (
    <OpenMenu
      label={nameOf(person)}
      at={at}
      side="bottom"
      align="end"
      items={[
        ...forEverybody(store, props, here, () => show(undefined)),
        ...forModerators(store, props, here),
        ...forMyself(store, person, here, blocked.has(person.number)),
      ]}
      onClose={onClose}
    />
  );
}

function forEverybody(
  store: Store,
  { room, person, at, onCard }: PersonMenuProps,
  { isMe }: PersonHere,
  uncover: () => void,
): readonly MenuItem[] {
  const mayWrite = store.client.can(room, 'send');
  const profile: MenuItem[] =
    at instanceof HTMLElement
      ? [{ kind: 'action', label: 'Profile', icon: 'user', onSelect: () => onCard(at) }]
      : [];
  if (isMe || person.deleted) return profile;
  return [
    ...profile,
    { kind: 'action', label: 'Message', icon: 'message', onSelect: () => writeTo(store, person) },
    ...(mayWrite
      ? [
          {
            kind: 'action',
            label: 'Mention',
            icon: 'at',
            onSelect: () => mention(person, at, uncover),
          } as const,
        ]
      : []),
  ];
}

function forModerators(
  store: Store,
  { room, person, onAct, onClose }: PersonMenuProps,
  { rights, member, isMe }: PersonHere,
): readonly MenuItem[] {
  if (rights === undefined) return [];
  const items: MenuItem[] = [];
  if (rights.roles.length > 0 && member !== undefined) {
    const { role } = member;
    const become = (to: RoomRole) =>
      to === 'owner' || isMe ? onAct({ kind: 'role', to }) : setRole(store, room, person, to);
    const roles = (Object.keys(ROLE_WORDS) as RoomRole[]).filter(
      (each) => each === role || rights.roles.includes(each),
    );
    items.push({
      kind: 'menu',
      label: 'Role',
      icon: 'shield',
      items: roles.map((each) => ({
        kind: 'choice',
        label: ROLE_WORDS[each],
        chosen: each === role,
        onSelect: () => {
          // A choice by itself leaves its menu open.
          onClose();
          if (each !== role) become(each);
        },
      })),
    });
  }
  if (rights.mute)
    items.push(
      member?.mutedUntil === undefined
        ? { kind: 'action', label: 'Mute…', icon: 'bellOff', onSelect: () => onAct({ kind: 'mute' }) }
        : { kind: 'action', label: 'Unmute', icon: 'bell', onSelect: () => unmute(store, room, person) },
    );
  const act = (kind: 'kick' | 'ban', label: string, icon: 'logOut' | 'slash'): MenuItem => ({
    ...{ kind: 'action', label, icon, danger: true },
    onSelect: () => onAct({ kind }),
  });
  if (rights.kick) items.push(act('kick', 'Remove…', 'logOut'));
  if (rights.ban) items.push(act('ban', 'Ban…', 'slash'));
  return items.length === 0 ? [] : [{ kind: 'line' }, ...items];
}

function forMyself(
  store: Store,
  person: Person,
  { isMe }: PersonHere,
  isBlocked: boolean,
): readonly MenuItem[] {
  if (isMe || person.deleted || person.assistant) return [];
  const label = isBlocked ? 'Unblock' : 'Block';
  const icon = isBlocked ? 'eye' : 'eyeOff';
  return [
    { kind: 'line' },
    { kind: 'action', label, icon, onSelect: () => setBlocked(store, person, !isBlocked) },
  ];
}
