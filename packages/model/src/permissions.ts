/** The permission table: the one place that says who may do what [PERMISSION-1]. */
export type RoomKind = 'lobby' | 'public' | 'private' | 'direct';
/** 'none' is a user who is not a member. */
export type RoomRole = 'owner' | 'member';
export type Standing = RoomRole | 'none';

export type RoomAction = 'see' | 'read' | 'send' | 'join' | 'leave' | 'addMember' | 'listMembers';

const MEMBERS: readonly Standing[] = ['owner', 'member'];
const ANYONE: readonly Standing[] = ['owner', 'member', 'none'];
const NOBODY: readonly Standing[] = [];

/** Everyone is a member of the lobby, by being a user. */
const TABLE: Readonly<Record<RoomKind, Readonly<Record<RoomAction, readonly Standing[]>>>> = {
  lobby: {
    see: MEMBERS,
    read: MEMBERS,
    send: MEMBERS,
    join: NOBODY,
    leave: NOBODY,
    addMember: NOBODY,
    listMembers: MEMBERS,
  },
  public: {
    see: ANYONE,
    read: MEMBERS,
    send: MEMBERS,
    join: ANYONE,
    leave: MEMBERS,
    addMember: MEMBERS,
    listMembers: ANYONE,
  },
  private: {
    see: MEMBERS,
    read: MEMBERS,
    send: MEMBERS,
    join: NOBODY,
    leave: MEMBERS,
    addMember: MEMBERS,
    listMembers: MEMBERS,
  },
  direct: {
    see: MEMBERS,
    read: MEMBERS,
    send: MEMBERS,
    join: NOBODY,
    leave: NOBODY,
    addMember: NOBODY,
    listMembers: MEMBERS,
  },
};

export function mayInRoom(kind: RoomKind, standing: Standing, action: RoomAction): boolean {
  return TABLE[kind][action].includes(standing);
}
