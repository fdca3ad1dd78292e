/** Registering and logging in (account.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { BEFORE_LOGIN, frame, LOGGED_IN } from './definition.ts';

export const accountsFrames = {
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
  loginSecondFactor: frame(FrameType.LOGIN_SECOND_FACTOR, schema.LoginSecondFactorSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'sessionGranted',
  }),
  loginToken: frame(FrameType.LOGIN_TOKEN, schema.LoginTokenSchema, {
    from: 'client',
    states: BEFORE_LOGIN,
    reply: 'sessionGranted',
  }),
} as const;
