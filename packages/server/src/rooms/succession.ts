/** Who owns a room once its last owner has gone [MEMBER-5]. */
import { higher, type UserNumber } from '@sotto/model';
import type { MemberState } from './directory.ts';

type Members = ReadonlyMap<UserNumber, MemberState>;

export const isLastOwner = (members: Members, user: UserNumber): boolean =>
  members.get(user)?.role === 'owner' &&
  ![...members].some(([other, { role }]) => other !== user && role === 'owner');

/** The highest of those who stay but for some, and of them who is there longest; undefined where nobody need follow, or is left. */
export function heirOf(
  members: Members,
  leaving: UserNumber,
  passedOver: ReadonlySet<UserNumber> = new Set(),
): UserNumber | undefined {
  if (!isLastOwner(members, leaving)) return undefined;
  let heir: [UserNumber, MemberState] | undefined;
  for (const candidate of members)
    if (
      candidate[0] !== leaving &&
      !passedOver.has(candidate[0]) &&
      (heir === undefined || comesBefore(candidate, heir))
    )
      heir = candidate;
  return heir?.[0];
}

function comesBefore([user, a]: [UserNumber, MemberState], [other, b]: [UserNumber, MemberState]): boolean {
  if (a.role !== b.role) return higher(a.role, b.role) === a.role;
  return a.since === b.since ? user < other : a.since < b.since;
}
