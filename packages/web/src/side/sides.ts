import type { IconName } from '../ui/icons.ts';

/** What can stand beside a conversation, but for threads, which are in the address. */
export const SIDES = {
  search: { title: 'Search', icon: 'search', label: 'Search this room', keys: 'Ctrl+F' },
  pins: { title: 'Pinned messages', icon: 'pin', label: 'Pinned messages', keys: undefined },
  files: { title: 'Files', icon: 'paperclip', label: 'Files', keys: undefined },
  members: { title: 'Members', icon: 'users', label: 'Members', keys: undefined },
} as const satisfies Readonly<
  Record<string, { title: string; icon: IconName; label: string; keys: string | undefined }>
>;

export type Side = keyof typeof SIDES;
export const SIDE_NAMES = Object.keys(SIDES) as readonly Side[];
