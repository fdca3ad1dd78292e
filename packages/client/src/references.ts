/** Names as people type them to references as the wire has them. */
import type { RoomNumber, UserNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import type { Recipient, RoomName } from './types.ts';

const NUMBER = /^[0-9]{1,10}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UINT32_MAX = 0xffffffff;

export type UserReference = NonNullable<FrameFields<'lookUpUsers'>['users']>[number];
export type RoomReference = NonNullable<FrameFields<'joinRoom'>['room']>;

/** Names are never digits only, so digits are a number. */
export function userReference(recipient: Recipient | number): UserReference {
  const number = numberOf(recipient);
  if (number !== undefined) return { reference: { case: 'number', value: number } };
  const text = String(recipient);
  return {
    reference: UUID.test(text) ? { case: 'uuid', value: text.toLowerCase() } : { case: 'name', value: text },
  };
}

export function roomReference(room: RoomName): RoomReference {
  const number = numberOf(room);
  if (number !== undefined) return { reference: { case: 'number', value: number } };
  return { reference: { case: 'name', value: withoutHash(String(room)) } };
}

export function roomNumber(room: RoomName): RoomNumber | undefined {
  return numberOf(room) as RoomNumber | undefined;
}

export function userNumber(user: Recipient): UserNumber | undefined {
  return numberOf(user) as UserNumber | undefined;
}

export const withoutHash = (room: string): string => (room.startsWith('#') ? room.slice(1) : room);

function numberOf(name: number | string): number | undefined {
  if (typeof name === 'string' && !NUMBER.test(name)) return undefined;
  const number = Number(name);
  return Number.isInteger(number) && number >= 0 && number <= UINT32_MAX ? number : undefined;
}
