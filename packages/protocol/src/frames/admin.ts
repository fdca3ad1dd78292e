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
} as const;
