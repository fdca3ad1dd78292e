/** Devices, passwords, second factor, tokens (security.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { frame, LOGGED_IN } from './definition.ts';

export const securityFrames = {
  listDevices: frame(FrameType.LIST_DEVICES, schema.ListDevicesSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'deviceList',
  }),
  deviceList: frame(FrameType.DEVICE_LIST, schema.DeviceListSchema, { from: 'server', states: LOGGED_IN }),
  renameDevice: frame(FrameType.RENAME_DEVICE, schema.RenameDeviceSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  revokeDevice: frame(FrameType.REVOKE_DEVICE, schema.RevokeDeviceSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  proveStart: frame(FrameType.PROVE_START, schema.ProveStartSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'proveChallenge',
  }),
  proveChallenge: frame(FrameType.PROVE_CHALLENGE, schema.ProveChallengeSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  proveFinish: frame(FrameType.PROVE_FINISH, schema.ProveFinishSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  setPasswordStart: frame(FrameType.SET_PASSWORD_START, schema.SetPasswordStartSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'setPasswordChallenge',
  }),
  setPasswordChallenge: frame(FrameType.SET_PASSWORD_CHALLENGE, schema.SetPasswordChallengeSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  setPasswordFinish: frame(FrameType.SET_PASSWORD_FINISH, schema.SetPasswordFinishSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  readSecurity: frame(FrameType.READ_SECURITY, schema.ReadSecuritySchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'security',
  }),
  security: frame(FrameType.SECURITY, schema.SecuritySchema, { from: 'server', states: LOGGED_IN }),
  enrolSecondFactor: frame(FrameType.ENROL_SECOND_FACTOR, schema.EnrolSecondFactorSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'secondFactorSecret',
  }),
  secondFactorSecret: frame(FrameType.SECOND_FACTOR_SECRET, schema.SecondFactorSecretSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  confirmSecondFactor: frame(FrameType.CONFIRM_SECOND_FACTOR, schema.ConfirmSecondFactorSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'recoveryCodes',
  }),
  recoveryCodes: frame(FrameType.RECOVERY_CODES, schema.RecoveryCodesSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  disableSecondFactor: frame(FrameType.DISABLE_SECOND_FACTOR, schema.DisableSecondFactorSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  createToken: frame(FrameType.CREATE_TOKEN, schema.CreateTokenSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'tokenCreated',
  }),
  tokenCreated: frame(FrameType.TOKEN_CREATED, schema.TokenCreatedSchema, {
    from: 'server',
    states: LOGGED_IN,
  }),
  listTokens: frame(FrameType.LIST_TOKENS, schema.ListTokensSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'tokenList',
  }),
  tokenList: frame(FrameType.TOKEN_LIST, schema.TokenListSchema, { from: 'server', states: LOGGED_IN }),
  revokeToken: frame(FrameType.REVOKE_TOKEN, schema.RevokeTokenSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
  deleteAccount: frame(FrameType.DELETE_ACCOUNT, schema.DeleteAccountSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'done',
  }),
} as const;
