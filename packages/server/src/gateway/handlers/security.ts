/** Devices, passwords, second factor, tokens (A5, A8). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type SecurityFrames =
  | 'loginSecondFactor'
  | 'loginToken'
  | 'listDevices'
  | 'renameDevice'
  | 'revokeDevice'
  | 'proveStart'
  | 'proveFinish'
  | 'setPasswordStart'
  | 'setPasswordFinish'
  | 'readSecurity'
  | 'enrolSecondFactor'
  | 'confirmSecondFactor'
  | 'disableSecondFactor'
  | 'createToken'
  | 'listTokens'
  | 'revokeToken'
  | 'deleteAccount';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export function securityHandlers(): HandlersOf<SecurityFrames> {
  return {
    loginSecondFactor: async () => notBuilt(),
    loginToken: async () => notBuilt(),
    listDevices: async () => notBuilt(),
    renameDevice: async () => notBuilt(),
    revokeDevice: async () => notBuilt(),
    proveStart: async () => notBuilt(),
    proveFinish: async () => notBuilt(),
    setPasswordStart: async () => notBuilt(),
    setPasswordFinish: async () => notBuilt(),
    readSecurity: async () => notBuilt(),
    enrolSecondFactor: async () => notBuilt(),
    confirmSecondFactor: async () => notBuilt(),
    disableSecondFactor: async () => notBuilt(),
    createToken: async () => notBuilt(),
    listTokens: async () => notBuilt(),
    revokeToken: async () => notBuilt(),
    deleteAccount: async () => notBuilt(),
  };
}
