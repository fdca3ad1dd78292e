import { describe, expect, test } from 'bun:test';
import type { RoomMember } from '@sotto/client';
import type { RoomRole, UserNumber, UserUuid } from '@sotto/model';
import { groupsOf } from './members.ts';

let last = 0;
function member(
  name: string,
  role: RoomRole,
  online: boolean,
  changes: Partial<RoomMember> = {},
): RoomMember {
  last += 1;
  return {
    number: last as UserNumber,
    uuid: '' as UserUuid,
    name,
    displayName: name,
    owner: false,
    administrator: false,
    deleted: false,
    assistant: false,
    online,
    lastSeen: undefined,
    role,
    mutedUntil: undefined,
    ...changes,
  };
}

const told = (members: readonly RoomMember[], query = '') =>
  groupsOf(members, query).map(({ title, members: some }) => `${title}: ${some.map(({ name }) => name)}`);

describe('members of a room (C1, M10)', () => {
  const all = [
    member('zoe', 'member', true),
    member('Anna', 'member', true),
    member('mia', 'moderator', true),
    member('olive', 'owner', false),
    member('ben', 'guest', false),
    member('helper', 'member', true, { assistant: true }),
  ];

  test('who is there stands by what they are, assistants by themselves, the others by rank and name', () => {
    expect(told(all)).toEqual([
      'Moderators: mia',
      'Members: Anna,zoe',
      'Assistants: helper',
      'Offline: olive,ben',
    ]);
  });

  test('a query leaves those whom it fits, by either name', () => {
    const named = [...all, member('x1', 'member', true, { displayName: 'Carol Danvers' })];
    expect(told(named, '@dan')).toEqual(['Members: x1']);
    expect(told(named, 'zzz')).toEqual([]);
  });
});
