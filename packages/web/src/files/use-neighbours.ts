import type { MessageView, SottoClient } from '@sotto/client';
import { useEffect, useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import { mediaOf } from './media.ts';

export interface Neighbours {
  earlier: MessageView | undefined;
  later: MessageView | undefined;
}

/** Pages that are looked through for what stands beside it. */
const PAGES_MAX = 5;
const PAGE = 50;

/** The pictures and films of the room before and after this one; nothing until they are known. */
export function useNeighbours(message: MessageView): Neighbours {
  const { client } = useStore();
  const [all, setAll] = useState<readonly MessageView[]>([]);
  const { room, sequence } = message;
  const at = all.findIndex((each) => each.sequence === sequence);
  const isKnown = at >= 0 && at < all.length - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is known stays while one turns over.
  useEffect(() => {
    if (isKnown) return;
    let isOver = false;
    picturesAround(client, message).then(
      (found) => {
        if (!isOver) setAll(found);
      },
      // Without a connection there is nothing to turn to.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [client, room.number, sequence]);
  return at < 0 ? { earlier: undefined, later: undefined } : { earlier: all[at + 1], later: all[at - 1] };
}

/** The newest first, down to some that are older than it. */
async function picturesAround(client: SottoClient, { room, sequence }: MessageView) {
  const found: MessageView[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const from = cursor === undefined ? {} : { cursor };
    const { messages, next } = await client.search('', {
      rooms: [room.number],
      hasFile: true,
      limit: PAGE,
      ...from,
    });
    found.push(...messages.filter(isPicture));
    cursor = next;
    const last = found.at(-1);
    if (cursor === undefined || (last !== undefined && last.sequence < sequence)) break;
  }
  return found;
}

function isPicture({ file, hidden, deleted }: MessageView): boolean {
  if (file === undefined || hidden || deleted !== undefined || file.answer === 'declined') return false;
  const kind = mediaOf(file)?.kind;
  return kind === 'picture' || kind === 'video';
}
