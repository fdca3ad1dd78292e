import type { Store } from '@sotto/app';
import type { JoinedRoom, RoomDetails } from '@sotto/client';
import { useEffect, useState } from 'react';
import { useReadable } from '../hooks/use-store.ts';

/** Read when the room is opened, and again when it was changed; undefined until then. */
export function useDetails(store: Store, { number }: JoinedRoom): RoomDetails | undefined {
  const [details, setDetails] = useState<RoomDetails>();
  const isOnline = useReadable(store.connection).status.kind === 'online';
  useEffect(() => {
    if (!isOnline) return;
    const ending = new AbortController();
    const read = () =>
      store.client.room(number).then(
        (read) => ending.signal.aborted || setDetails(read),
        // It has no topic then; the next connection asks again.
        () => {},
      );
    const follow = async () => {
      for await (const event of store.client.events(ending.signal))
        if (event.kind === 'roomChanged' && event.room.number === number) void read();
    };
    void read();
    void follow();
    return () => ending.abort();
  }, [store, number, isOnline]);
  return details?.room.number === number ? details : undefined;
}
