/** Rooms and who may do what there (M10). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { HandlersOf } from './types.ts';

type ModerationFrames =
  | 'readRoom'
  | 'changeRoom'
  | 'changeMember'
  | 'listSanctions'
  | 'createRoomInvite'
  | 'listRoomInvites'
  | 'revokeRoomInvite'
  | 'inviteMember'
  | 'listInvitations'
  | 'declineInvitation'
  | 'readAudit';

const notBuilt = (): never => {
  throw new SottoError(ErrorCode.INTERNAL, 'not built yet');
};

export function moderationHandlers(): HandlersOf<ModerationFrames> {
  return {
    readRoom: async () => notBuilt(),
    changeRoom: async () => notBuilt(),
    changeMember: async () => notBuilt(),
    listSanctions: async () => notBuilt(),
    createRoomInvite: async () => notBuilt(),
    listRoomInvites: async () => notBuilt(),
    revokeRoomInvite: async () => notBuilt(),
    inviteMember: async () => notBuilt(),
    listInvitations: async () => notBuilt(),
    declineInvitation: async () => notBuilt(),
    readAudit: async () => notBuilt(),
  };
}
