/** Roster and presence (presence.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { frame, LOGGED_IN } from './definition.ts';

export const peopleFrames = {
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
