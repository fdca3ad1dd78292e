/** Who is in a room, in groups: those who are there by what they are, then the others. */
import type { RoomMember } from '@sotto/client';
import { ROOM_ROLES, type RoomRole } from '@sotto/model';
import { nameOf } from '../conversation/words.ts';
import { fitOf, fold } from '../rooms/finding.ts';

interface MemberGroup {
  title: string;
  members: readonly RoomMember[];
}

const TITLES: Readonly<Record<RoomRole, string>> = {
  owner: 'Owners',
  admin: 'Admins',
  moderator: 'Moderators',
  member: 'Members',
  guest: 'Guests',
};

/** Those whose name fits the query; groups without anybody are left out. */
export function groupsOf(members: readonly RoomMember[], query: string): readonly MemberGroup[] {
  const wanted = fold(query.replace(/^@/, ''));
  const found = members
    .filter(({ name, displayName }) => fitOf(wanted, [displayName, name]) > 0)
    .toSorted((one, other) => rank(other) - rank(one) || NAMES.compare(nameOf(one), nameOf(other)));
  const there = found.filter(({ online, assistant }) => online && !assistant);
  const groups = [
    ...ROOM_ROLES.toReversed().map((role) => ({
      title: TITLES[role],
      members: there.filter((member) => member.role === role),
    })),
    { title: 'Assistants', members: found.filter(({ assistant }) => assistant) },
    { title: 'Offline', members: found.filter(({ online, assistant }) => !online && !assistant) },
  ];
  return groups.filter((group) => group.members.length > 0);
}

const rank = ({ role }: RoomMember): number => ROOM_ROLES.indexOf(role);
const NAMES = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
