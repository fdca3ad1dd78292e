/** Rooms and who may do what there (moderation.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { frame, LOGGED_IN } from './definition.ts';

export const moderationFrames = {
  readRoom: frame(FrameType.READ_ROOM, schema.ReadRoomSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomDetails',
  }),
  roomDetails: frame(FrameType.ROOM_DETAILS, schema.RoomDetailsSchema, { from: 'server', states: LOGGED_IN }),
  changeRoom: frame(FrameType.CHANGE_ROOM, schema.ChangeRoomSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomDetails',
  }),
  changeMember: frame(FrameType.CHANGE_MEMBER, schema.ChangeMemberSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  listSanctions: frame(FrameType.LIST_SANCTIONS, schema.ListSanctionsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'sanctionList',
  }),
  sanctionList: frame(FrameType.SANCTION_LIST, schema.SanctionListSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  createRoomInvite: frame(FrameType.CREATE_ROOM_INVITE, schema.CreateRoomInviteSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInvite',
  }),
  roomInvite: frame(FrameType.ROOM_INVITE, schema.RoomInviteSchema, { from: 'server', states: LOGGED_IN }),
  listRoomInvites: frame(FrameType.LIST_ROOM_INVITES, schema.ListRoomInvitesSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'roomInviteList',
  }),
  roomInviteList: frame(FrameType.ROOM_INVITE_LIST, schema.RoomInviteListSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  revokeRoomInvite: frame(FrameType.REVOKE_ROOM_INVITE, schema.RevokeRoomInviteSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  inviteMember: frame(FrameType.INVITE_MEMBER, schema.InviteMemberSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  listInvitations: frame(FrameType.LIST_INVITATIONS, schema.ListInvitationsSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'invitationList',
  }),
  invitationList: frame(FrameType.INVITATION_LIST, schema.InvitationListSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  declineInvitation: frame(FrameType.DECLINE_INVITATION, schema.DeclineInvitationSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  readAudit: frame(FrameType.READ_AUDIT, schema.ReadAuditSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'auditPage',
  }),
  auditPage: frame(FrameType.AUDIT_PAGE, schema.AuditPageSchema, { from: 'server', states: LOGGED_IN }),
} as const;
