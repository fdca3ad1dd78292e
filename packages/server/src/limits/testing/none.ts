import type { LimitSettings } from '../settings.ts';

/** Tests switch on the limits that they are about. */
export const NO_LIMITS: LimitSettings = {
  accountMessages: undefined,
  accountBytes: undefined,
  accountRequests: undefined,
  sourceMessages: undefined,
  sourceBytes: undefined,
  roomMessages: undefined,
  roomBytes: undefined,
  sourceConnections: undefined,
};
