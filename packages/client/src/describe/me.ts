/** Who this client is, as describing needs it. */
import {
  type Mentions,
  mayInRoom,
  mentionsIn,
  type RoomKind,
  type RoomRole,
  readName,
  type UserNumber,
} from '@sotto/model';

export interface Me {
  number: UserNumber;
  /** What names are compared by. */
  nameKey: string;
}

export function meOf(number: UserNumber, name: string): Me {
  const reading = readName(name);
  return { number, nameKey: reading.kind === 'valid' ? reading.key : name };
}

/** Others mention me by my name, and everybody where their role allows it. */
export function isMentioned(
  { names, room }: Mentions,
  { sender, role }: { sender: number; role: RoomRole },
  kind: RoomKind,
  me: Me | undefined,
): boolean {
  if (me === undefined || sender === me.number) return false;
  return names.includes(me.nameKey) || (room && mayInRoom(kind, role, 'mentionRoom'));
}

export interface Said {
  text: string | undefined;
  sender: number;
  role: RoomRole;
}

export const mentionsMe = (said: Said, kind: RoomKind, me: Me | undefined): boolean =>
  said.text !== undefined && isMentioned(mentionsIn(said.text), said, kind, me);
