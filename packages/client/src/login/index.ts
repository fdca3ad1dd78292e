export { openBackupKey } from './backup-key.ts';
export { type DeviceKey, generateDeviceKey, importDeviceKey } from './device-key.ts';
export { type LoginAccount, loginSteps, resumeSteps, type TokenAccount, tokenSteps } from './login.ts';
export type { KeyStretching } from './opaque.ts';
export { changePasswordSteps, proveSteps } from './password-change.ts';
export { type NewAccount, registerSteps } from './register.ts';
export { type ClientChannel, hashTranscript, type Send } from './steps.ts';
