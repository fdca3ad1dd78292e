export { type DeviceKey, generateDeviceKey, importDeviceKey } from './device-key.ts';
export { type LoginAccount, loginSteps, resumeSteps } from './login.ts';
export type { KeyStretching } from './opaque.ts';
export { type NewAccount, registerSteps } from './register.ts';
export { type ClientChannel, hashTranscript, type Send } from './steps.ts';
