import type { Conversation, Store, Thread } from '@sotto/app';
import type { RoomNumber, Sequence } from '@sotto/model';
import { useEffect, useState } from 'react';
import { useStore } from './use-store.ts';

/**
 * The room's conversation, open as long as the component is there; undefined in the moment before. The component is another
 * one for another room: it has the room as its key.
 */
export function useConversation(room: RoomNumber): Conversation | undefined {
  const store = useStore();
  const [opened, setOpened] = useState<Conversation>();
  useEffect(() => open(store.conversation(room), setOpened), [store, room]);
  return opened;
}

/** As `useConversation`. */
export function useThread(room: RoomNumber, root: Sequence): Thread | undefined {
  const store: Store = useStore();
  const [opened, setOpened] = useState<Thread>();
  useEffect(() => open(store.thread(room, root), setOpened), [store, room, root]);
  return opened;
}

function open<T extends { open(): Promise<void>; close(): void }>(it: T, tell: (it: T) => void): () => void {
  void it.open();
  tell(it);
  return () => it.close();
}
