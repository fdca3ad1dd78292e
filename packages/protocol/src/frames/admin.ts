/** For administrators of the server (admin.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { frame, LOGGED_IN } from './definition.ts';

export const adminFrames = {
  administerUser: frame(FrameType.ADMINISTER_USER, schema.AdministerUserSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  readLimited: frame(FrameType.READ_LIMITED, schema.ReadLimitedSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'limitedList',
  }),
  limitedList: frame(FrameType.LIMITED_LIST, schema.LimitedListSchema, { from: 'server', states: LOGGED_IN }),
  listAccounts: frame(FrameType.LIST_ACCOUNTS, schema.ListAccountsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'accountPage',
  }),
  accountPage: frame(FrameType.ACCOUNT_PAGE, schema.AccountPageSchema, { from: 'server', states: LOGGED_IN }),
  readAccount: frame(FrameType.READ_ACCOUNT, schema.ReadAccountSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'accountDetails',
  }),
  accountDetails: frame(FrameType.ACCOUNT_DETAILS, schema.AccountDetailsSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  recoverAccount: frame(FrameType.RECOVER_ACCOUNT, schema.RecoverAccountSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'issuedCode',
  }),
  issuedCode: frame(FrameType.ISSUED_CODE, schema.IssuedCodeSchema, { from: 'server', states: LOGGED_IN }),
  createInvite: frame(FrameType.CREATE_INVITE, schema.CreateInviteSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'issuedCode',
  }),
  listInvites: frame(FrameType.LIST_INVITES, schema.ListInvitesSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'inviteList',
  }),
  inviteList: frame(FrameType.INVITE_LIST, schema.InviteListSchema, { from: 'server', states: LOGGED_IN }),
  revokeInvite: frame(FrameType.REVOKE_INVITE, schema.RevokeInviteSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  listServerRooms: frame(FrameType.LIST_SERVER_ROOMS, schema.ListServerRoomsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'serverRoomPage',
  }),
  serverRoomPage: frame(FrameType.SERVER_ROOM_PAGE, schema.ServerRoomPageSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  readHealth: frame(FrameType.READ_HEALTH, schema.ReadHealthSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'health',
  }),
  health: frame(FrameType.HEALTH, schema.HealthSchema, { from: 'server', states: LOGGED_IN }),
} as const;
