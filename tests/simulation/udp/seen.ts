import type { Chunk, ConnectionId } from '@sotto/protocol/testing';
import { idOf } from './handmade.ts';
import type { Parcel } from './link.ts';
import type { Pair } from './scene.ts';

/** A sealed packet on its way, as who has its keys reads it. */
export interface Seen {
  at: number;
  id: ConnectionId;
  to: string;
  from: string;
  bytes: number;
  chunks: Chunk[];
}

/** All sealed packets of both directions, read. */
export function watched(pair: Pair): { up: Seen[]; down: Seen[] } {
  const { world, caller, atServer, atClient } = pair;
  const up: Seen[] = [];
  const down: Seen[] = [];
  const note = (list: Seen[], reader: typeof atServer) => (parcel: Parcel) => {
    const chunks = reader.read(world.queue.now, parcel.bytes)?.chunks ?? [];
    const { from, to, bytes } = parcel;
    list.push({ at: world.queue.now, id: idOf(bytes), from, to, bytes: bytes.length, chunks });
    return parcel;
  };
  caller.site.up.changes = note(up, atServer);
  caller.site.down.changes = note(down, atClient);
  return { up, down };
}

export const holds = (kind: Chunk['kind']) => (seen: Seen) =>
  seen.chunks.some((chunk) => chunk.kind === kind);
export const idsTo = (seen: readonly Seen[], address: string) =>
  new Set(seen.filter(({ to }) => to === address).map(({ id }) => id));
