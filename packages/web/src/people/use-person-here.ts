import { type MemberRights, rightsOver } from '@sotto/app';
import type { JoinedRoom, Person, RoomMember } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useReadable, useStore } from '../hooks/use-store.ts';

export interface PersonHere {
  joined: JoinedRoom | undefined;
  me: Person | undefined;
  isMe: boolean;
  /** As a member of the room; undefined where they are none, or it is not known. */
  member: RoomMember | undefined;
  /** undefined until it is known what they are here. */
  rights: MemberRights | undefined;
}

/** What somebody is in a room, and what this account may do about it. */
export function usePersonHere(room: RoomNumber, person: Person): PersonHere {
  const store = useStore();
  const me = useReadable(store.me);
  const joined = useReadable(store.rooms).byNumber.get(room);
  const { state, members } = useReadable(store.members(room));
  const archived = useReadable(store.details(room))?.settings.archived ?? false;
  const member = members.find(({ number }) => number === person.number);
  const isMe = me?.number === person.number;
  if (me === undefined || joined === undefined || state === 'loading')
    return { joined, me, isMe, member, rights: undefined };
  const hasOtherOwners = members.some(({ role, number }) => role === 'owner' && number !== me.number);
  const rights = rightsOver({ room: joined, archived, me, person, role: member?.role, hasOtherOwners });
  return { joined, me, isMe, member, rights };
}
