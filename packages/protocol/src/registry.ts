/**
 * Every frame type (T7): its schema, who sends it, on which lane, in which states, and what answers it [FRAME-3].
 * A new message is one schema entry, one line here, and one handler.
 */
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { CHAT_LANE, CONTROL_LANE, type Lane } from './frame.ts';
import type { ConnectionState } from './state.ts';

export type Sender = 'client' | 'server' | 'either';

interface FrameRules {
  from: Sender;
  lane?: Lane;
  /** States in which the receiver takes it. */
  states: readonly ConnectionState[];
  /** Name of the frame that answers it; absent when nothing does. */
  reply?: string;
}

export type FrameDefinition<
  Schema extends DescMessage = DescMessage,
  Rules extends FrameRules = FrameRules,
> = Rules & { type: FrameType; schema: Schema; lane: Lane };

const OPENING = ['CONNECTING'] as const;
const BEFORE_LOGIN = ['CONNECTED'] as const;
const LOGGED_IN = ['AUTHENTICATED', 'SENDING_MESSAGE'] as const;
const NEGOTIATED = [...BEFORE_LOGIN, ...LOGGED_IN] as const;
const ALWAYS = [...OPENING, ...NEGOTIATED, 'ERROR', 'DISCONNECTING'] as const;

function frame<Schema extends DescMessage, const Rules extends FrameRules>(
  type: FrameType,
  messageSchema: Schema,
  rules: Rules,
): FrameDefinition<Schema, Rules> {
  return { ...rules, type, schema: messageSchema, lane: rules.lane ?? CONTROL_LANE };
}

export const frames = {
  hello: frame(FrameType.HELLO, schema.HelloSchema, { from: 'client', states: OPENING, reply: 'welcome' }),
  welcome: frame(FrameType.WELCOME, schema.WelcomeSchema, { from: 'server', states: OPENING }),
  error: frame(FrameType.ERROR, schema.ErrorSchema, { from: 'server', states: ALWAYS }),
  done: frame(FrameType.DONE, schema.DoneSchema, { from: 'server', states: NEGOTIATED }),
  ping: frame(FrameType.PING, schema.PingSchema, { from: 'either', states: NEGOTIATED, reply: 'pong' }),
  pong: frame(FrameType.PONG, schema.PongSchema, { from: 'either', states: NEGOTIATED }),
  close: frame(FrameType.CLOSE, schema.CloseSchema, { from: 'either', states: ALWAYS }),
  statusRequest: frame(FrameType.STATUS_REQUEST, schema.StatusRequestSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'status',
  }),
  status: frame(FrameType.STATUS, schema.StatusSchema, { from: 'server', states: LOGGED_IN }),

  registerStart: frame(FrameType.REGISTER_START, schema.RegisterStartSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'registerChallenge',
  }),
  registerChallenge: frame(FrameType.REGISTER_CHALLENGE, schema.RegisterChallengeSchema, {
    from: 'server',
    states: BEFORE_LOGIN,
  }),
  registerFinish: frame(FrameType.REGISTER_FINISH, schema.RegisterFinishSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'done',
  }),
  loginStart: frame(FrameType.LOGIN_START, schema.LoginStartSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'loginChallenge',
  }),
  loginChallenge: frame(FrameType.LOGIN_CHALLENGE, schema.LoginChallengeSchema, {
    from: 'server',
    states: BEFORE_LOGIN,
  }),
  loginFinish: frame(FrameType.LOGIN_FINISH, schema.LoginFinishSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'sessionGranted',
  }),
  resume: frame(FrameType.RESUME, schema.ResumeSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'sessionGranted',
  }),
  sessionGranted: frame(FrameType.SESSION_GRANTED, schema.SessionGrantedSchema, {
    from: 'server',
    states: BEFORE_LOGIN,
  }),
  logout: frame(FrameType.LOGOUT, schema.LogoutSchema, { from: 'client', states: LOGGED_IN, reply: 'done' }),

  subscribe: frame(FrameType.SUBSCRIBE, schema.SubscribeSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'subscribed',
  }),
  subscribed: frame(FrameType.SUBSCRIBED, schema.SubscribedSchema, { from: 'server', states: LOGGED_IN }),
  unsubscribe: frame(FrameType.UNSUBSCRIBE, schema.UnsubscribeSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  event: frame(FrameType.EVENT, schema.EventSchema, { from: 'server', states: LOGGED_IN, lane: CHAT_LANE }),
  readHistory: frame(FrameType.READ_HISTORY, schema.ReadHistorySchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'historyPage',
  }),
  historyPage: frame(FrameType.HISTORY_PAGE, schema.HistoryPageSchema, {
    from: 'server',
    states: LOGGED_IN,
    lane: CHAT_LANE,
  }),
  acknowledge: frame(FrameType.ACKNOWLEDGE, schema.AcknowledgeSchema, { from: 'client', states: LOGGED_IN }),
  receipts: frame(FrameType.RECEIPTS, schema.ReceiptsSchema, {
    from: 'server',
    states: LOGGED_IN,
    lane: CHAT_LANE,
  }),

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
  readMembership: frame(FrameType.READ_MEMBERSHIP, schema.ReadMembershipSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInfo',
  }),

  readRoster: frame(FrameType.READ_ROSTER, schema.ReadRosterSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'rosterPage',
  }),
  rosterPage: frame(FrameType.ROSTER_PAGE, schema.RosterPageSchema, { from: 'server', states: LOGGED_IN }),
  watchPresence: frame(FrameType.WATCH_PRESENCE, schema.WatchPresenceSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'presenceUpdate',
  }),
  presenceUpdate: frame(FrameType.PRESENCE_UPDATE, schema.PresenceUpdateSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  lookUpUsers: frame(FrameType.LOOK_UP_USERS, schema.LookUpUsersSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'userList',
  }),
  userList: frame(FrameType.USER_LIST, schema.UserListSchema, { from: 'server', states: LOGGED_IN }),
} as const;

export type FrameName = keyof typeof frames;
export type FrameMessage<Name extends FrameName> = MessageShape<(typeof frames)[Name]['schema']>;

/** Frames that a client sends and the server answers. */
export type RequestName = {
  [Name in FrameName]: (typeof frames)[Name] extends { from: 'client' | 'either'; reply: string }
    ? Name
    : never;
}[FrameName];
export type ReplyName<Name extends RequestName> = (typeof frames)[Name]['reply'] & FrameName;
/** Frames that a client sends and nothing answers. */
export type NoticeName = 'acknowledge';
/** Frames that the server sends of its own accord. */
export type PushName = 'event' | 'receipts' | 'presenceUpdate';

const byType: ReadonlyMap<number, FrameName> = new Map(
  Object.entries(frames).map(([name, definition]) => [definition.type, name as FrameName]),
);

export const frameName = (type: number): FrameName | undefined => byType.get(type);
