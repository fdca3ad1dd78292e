/** Sending, rooms and their members (room.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { CHAT_LANE } from '../frame.ts';
import { frame, LOGGED_IN } from './definition.ts';

export const roomsFrames = {
  sendMessage: frame(FrameType.SEND_MESSAGE, schema.SendMessageSchema, {
    from: 'client',
    states: LOGGED_IN,
    lane: CHAT_LANE,
    reply: 'messageAccepted',
  }),
  messageAccepted: frame(FrameType.MESSAGE_ACCEPTED, schema.MessageAcceptedSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  sendDirect: frame(FrameType.SEND_DIRECT, schema.SendDirectSchema, {
    from: 'client',
    states: LOGGED_IN,
    lane: CHAT_LANE,
    reply: 'directAccepted',
  }),
  directAccepted: frame(FrameType.DIRECT_ACCEPTED, schema.DirectAcceptedSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  createRoom: frame(FrameType.CREATE_ROOM, schema.CreateRoomSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInfo',
  }),
  roomInfo: frame(FrameType.ROOM_INFO, schema.RoomInfoSchema, { from: 'server', states: LOGGED_IN }),
  listRooms: frame(FrameType.LIST_ROOMS, schema.ListRoomsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomList',
  }),
  roomList: frame(FrameType.ROOM_LIST, schema.RoomListSchema, { from: 'server', states: LOGGED_IN }),
  joinRoom: frame(FrameType.JOIN_ROOM, schema.JoinRoomSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInfo',
  }),
  leaveRoom: frame(FrameType.LEAVE_ROOM, schema.LeaveRoomSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  addMember: frame(FrameType.ADD_MEMBER, schema.AddMemberSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  listMembers: frame(FrameType.LIST_MEMBERS, schema.ListMembersSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'memberList',
  }),
  memberList: frame(FrameType.MEMBER_LIST, schema.MemberListSchema, { from: 'server', states: LOGGED_IN }),
  openDirect: frame(FrameType.OPEN_DIRECT, schema.OpenDirectSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInfo',
  }),
  readMembership: frame(FrameType.READ_MEMBERSHIP, schema.ReadMembershipSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInfo',
  }),
} as const;
