/** What can be done with a message, as a menu. */
import type { MessageView } from '@sotto/client';
import type { MouseEvent } from 'react';
import type { MenuItem, MenuPlace } from '../ui/menu.tsx';
import { canDelete, canEdit, type MessageActions } from './actions.ts';

/** What has no button of its own at the corner of the message. */
export function moreItems(message: MessageView, actions: MessageActions): readonly MenuItem[] {
  const items: MenuItem[] = [];
  if (canEdit(message, actions)) {
    items.push({
      kind: 'action',
      label: 'Edit',
      icon: 'edit',
      keys: 'E',
      onSelect: () => actions.edit(message),
    });
  }
  if (actions.can('pin')) {
    const label = message.pinned ? 'Unpin' : 'Pin';
    items.push({ kind: 'action', label, icon: 'pin', onSelect: () => actions.pin(message) });
  }
  const { text } = message;
  if (text !== undefined && text !== '') {
    const copy = () => void navigator.clipboard.writeText(text);
    items.push({ kind: 'action', label: 'Copy text', icon: 'copy', onSelect: copy });
  }
  const showSeen = () => actions.showSeen(message);
  items.push({ kind: 'action', label: 'Who has seen it', icon: 'eye', onSelect: showSeen });
  if (canDelete(message, actions)) {
    const onSelect = () => actions.remove(message);
    items.push(
      { kind: 'line' },
      { kind: 'action', label: 'Delete', icon: 'trash', danger: true, keys: 'Delete', onSelect },
    );
  }
  return items;
}

/** All of it; `react` lets an emoji be chosen. */
export function allItems(
  message: MessageView,
  actions: MessageActions,
  react: () => void,
): readonly MenuItem[] {
  const items: MenuItem[] = [];
  if (actions.can('react'))
    items.push({ kind: 'action', label: 'React', icon: 'smile', keys: '+', onSelect: react });
  if (actions.can('send')) {
    const onSelect = () => actions.reply(message);
    items.push({ kind: 'action', label: 'Reply', icon: 'reply', keys: 'R', onSelect });
  }
  if (message.thread === undefined && !actions.isThread) {
    const onSelect = () => actions.openThread(message);
    items.push({ kind: 'action', label: 'Open thread', icon: 'thread', keys: 'T', onSelect });
  }
  return [...items, ...moreItems(message, actions)];
}

/** What the browser offers for it is of more use. */
const OWN = 'a, button, img, video, audio, input, textarea, [contenteditable]';

/**
 * Where a menu that somebody asks for on a row is to open, by the other mouse button, a long press or the keyboard; undefined
 * where the browser's own is meant: on links and pictures, with something selected, with Shift.
 */
export function menuPlace(event: MouseEvent<HTMLElement>): MenuPlace | undefined {
  const { target, currentTarget, clientX: x, clientY: y, shiftKey, button } = event;
  const isPointer = button === 2 || (event.nativeEvent as PointerEvent).pointerType === 'touch';
  if (!isPointer) return target === currentTarget ? currentTarget : undefined;
  const isSelected = getSelection()?.isCollapsed === false;
  if (shiftKey || isSelected || (target as Element).closest(OWN) !== null) return undefined;
  return { x, y };
}
