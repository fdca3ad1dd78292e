import type { Store } from '@sotto/app';
import type { RoomNumber, Sequence } from '@sotto/model';
import { useMemo } from 'react';
import { askBeforeLeaving, losesUploads } from '../files/leaving.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { type Attachment, Attachments, type Said } from './attached.ts';

const byStore = new WeakMap<Store, Attachments>();

/** Those of the account at this window: what was attached stays while one looks at another room. */
function useAttachments(): Attachments {
  const store = useStore();
  const known = byStore.get(store);
  if (known !== undefined) return known;
  const all = new Attachments(store);
  byStore.set(store, all);
  const stop = askBeforeLeaving(() => all.hasAny || losesUploads(store));
  // Nobody is signed in any more.
  const look = () => {
    if (store.connection.get().status.kind !== 'stopped') return;
    stop();
    unsubscribe();
  };
  const unsubscribe = store.connection.subscribe(look);
  return all;
}

export interface Attached {
  all: readonly Attachment[];
  /** There are some, and nothing stands in their way. */
  canSend: boolean;
  /** Something stands in the way of one. */
  isBlocked: boolean;
  add(files: readonly File[]): void;
  remove(id: string): void;
  send(said: Said): void;
}

/** What waits in the text field of a room or thread. */
export function useAttached(room: RoomNumber, thread: Sequence | undefined): Attached {
  const attachments = useAttachments();
  const place = useMemo(() => ({ room, thread }), [room, thread]);
  const all = useReadable(attachments.at(place));
  const isBlocked = all.some(({ state }) => typeof state === 'object');
  return {
    all,
    isBlocked,
    canSend: all.length > 0 && !isBlocked,
    add: (files) => attachments.add(place, files),
    remove: (id) => attachments.remove(place, id),
    send: (said) => void attachments.send(place, said),
  };
}

/** For what is dropped beside the text field. */
export function useAttach(room: RoomNumber, thread: Sequence | undefined): (files: readonly File[]) => void {
  const attachments = useAttachments();
  return (files) => attachments.add({ room, thread }, files);
}
