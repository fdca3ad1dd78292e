/** All keys of the graphical client: one table for what handles them, for menus, and for the help sheet. */

/** As DOM events tell it, without being one. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

/** Where a key counts: anywhere, in the message list, while writing, or while words are offered above what is written. */
export type KeyScope = 'anywhere' | 'message' | 'composer' | 'offer';

interface Shortcut {
  scope: KeyScope;
  /** "Ctrl+K". Ctrl is also the command key of a Mac. Several are as good as each other. */
  keys: readonly string[];
  /** What it does, in words of a menu. */
  words: string;
}

const TABLE = {
  switchRoom: { scope: 'anywhere', keys: ['Ctrl+K'], words: 'Switch room' },
  previousRoom: { scope: 'anywhere', keys: ['Alt+ArrowUp'], words: 'Previous room' },
  nextRoom: { scope: 'anywhere', keys: ['Alt+ArrowDown'], words: 'Next room' },
  previousUnread: { scope: 'anywhere', keys: ['Alt+Shift+ArrowUp'], words: 'Previous unread room' },
  nextUnread: { scope: 'anywhere', keys: ['Alt+Shift+ArrowDown'], words: 'Next unread room' },
  searchHere: { scope: 'anywhere', keys: ['Ctrl+F'], words: 'Search this room' },
  searchAll: { scope: 'anywhere', keys: ['Ctrl+Shift+F'], words: 'Search all rooms' },
  markRead: { scope: 'anywhere', keys: ['Escape'], words: 'Mark as read and close' },
  help: { scope: 'anywhere', keys: ['Ctrl+/'], words: 'All keys' },
  previousMessage: { scope: 'message', keys: ['ArrowUp'], words: 'Previous message' },
  nextMessage: { scope: 'message', keys: ['ArrowDown'], words: 'Next message' },
  firstMessage: { scope: 'message', keys: ['Home'], words: 'First loaded message' },
  lastMessage: { scope: 'message', keys: ['End'], words: 'Last message' },
  reply: { scope: 'message', keys: ['R'], words: 'Reply' },
  edit: { scope: 'message', keys: ['E'], words: 'Edit' },
  thread: { scope: 'message', keys: ['T'], words: 'Open thread' },
  react: { scope: 'message', keys: ['+'], words: 'React' },
  delete: { scope: 'message', keys: ['Delete'], words: 'Delete' },
  menu: { scope: 'message', keys: ['Shift+F10', 'ContextMenu'], words: 'All that can be done with it' },
  write: { scope: 'message', keys: ['Enter'], words: 'Go to the text field' },
  send: { scope: 'composer', keys: ['Enter'], words: 'Send' },
  breakLine: { scope: 'composer', keys: ['Shift+Enter'], words: 'New line' },
  editLast: { scope: 'composer', keys: ['ArrowUp'], words: 'Edit my last message, or go to the messages' },
  leave: { scope: 'composer', keys: ['Escape'], words: 'Leave reply or edit' },
  pageUp: { scope: 'composer', keys: ['PageUp'], words: 'Earlier messages' },
  pageDown: { scope: 'composer', keys: ['PageDown'], words: 'Later messages' },
  previousOffer: { scope: 'offer', keys: ['ArrowUp'], words: 'The one above' },
  nextOffer: { scope: 'offer', keys: ['ArrowDown'], words: 'The one below' },
  takeOffer: { scope: 'offer', keys: ['Tab', 'Enter'], words: 'Take it' },
  leaveOffer: { scope: 'offer', keys: ['Escape'], words: 'None of them' },
} as const satisfies Readonly<Record<string, Shortcut>>;

export type KeyAction = keyof typeof TABLE;
export const KEY_TABLE: Readonly<Record<KeyAction, Shortcut>> = TABLE;

const ACTIONS = Object.keys(TABLE) as KeyAction[];

/** What the key does there; undefined where it does nothing of ours. */
export function keyAction(press: KeyPress, scope: KeyScope): KeyAction | undefined {
  const name = nameOf(press);
  return ACTIONS.find(
    (action) => TABLE[action].scope === scope && (TABLE[action].keys as readonly string[]).includes(name),
  );
}

function nameOf({ key, ctrlKey, altKey, shiftKey, metaKey }: KeyPress): string {
  const isLetter = key.length === 1;
  const plain = isLetter ? key.toUpperCase() : key;
  // Which keys are typed with Shift depends on the keyboard: "+" is "+" on all of them.
  const isShifted = shiftKey && (!isLetter || /\p{L}/u.test(key));
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${isShifted ? 'Shift+' : ''}${plain}`;
}
