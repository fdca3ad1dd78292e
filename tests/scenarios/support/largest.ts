/** The largest file that a server takes, over every transport. */
import { expect } from 'bun:test';
import { type NativeTransport, SottoError } from '@sotto/client/node';
import type { RoomNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { fetched, freshBytes, noneOf, sha256 } from './files.ts';
import { type Guest, type House, openHouse } from './house.ts';

/** Each sends over its own transport; the next one fetches over another. */
export const PEOPLE = { ann: 'udp', ben: 'quic', cam: 'tls', dan: 'websocket' } as const satisfies Record<
  string,
  NativeTransport
>;
export const NAMES = Object.keys(PEOPLE) as readonly (keyof typeof PEOPLE)[];

/** All of them in one room. */
export async function openFileHouse(flags: readonly string[]): Promise<{ house: House; room: RoomNumber }> {
  const house = await openHouse({ people: PEOPLE, flags });
  const room = (await house.guest('ann').client.createRoom('files')).number;
  for (const name of NAMES.slice(1)) await house.guest(name).client.joinRoom(room);
  return { house, room };
}

export const senderIn = (house: House, index: number): Guest =>
  house.guest(NAMES[index % NAMES.length] ?? 'ann');

/** It arrives, and one byte more is refused. */
export async function largestArrives(
  house: House,
  room: RoomNumber,
  { from, to, limit }: { from: Guest; to: Guest; limit: number },
): Promise<void> {
  const bytes = freshBytes(limit);
  const { sequence } = await from.client.sendFile(room, new Blob([bytes]), { name: 'large' });
  const expected = { sha256: sha256(bytes), bytes: limit, name: 'large' };
  expect(await fetched(to.client, room, sequence)).toEqual(expected);

  const larger = new Blob([bytes, new Uint8Array(1)]);
  const refusal = await from.client.sendFile(room, larger, { name: 'larger' }).catch((error) => error);
  expect(refusal).toBeInstanceOf(SottoError);
  expect(refusal.code).toBe(ErrorCode.FILE_TOO_LARGE);
  await from.client.delete(room, sequence);
  await noneOf(house.directory, [sha256(bytes)]);
}
