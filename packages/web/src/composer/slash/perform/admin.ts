import type { AdminRequest } from '@sotto/app/commands';
import { DONE, type Outcome, type Scene, said } from '../scene.ts';
import { personLabel } from './meant.ts';

export async function performAdmin({ store, open }: Scene, request: AdminRequest): Promise<Outcome> {
  const { admin } = store.client;
  switch (request.kind) {
    case 'suspend':
      await admin.suspend(request.user, request.reason);
      return said(`${personLabel(request.user)} is suspended; all sessions of theirs ended.`);
    case 'restore':
      await admin.restore(request.user);
      return said(`${personLabel(request.user)} may log in again.`);
    case 'administrator':
      if (request.on) return shown(open);
      await admin.dismiss(request.user);
      return said(`${personLabel(request.user)} is no administrator of this server.`);
    case 'endSessions':
      await admin.endSessions(request.user);
      return said(`${personLabel(request.user)} is logged out everywhere.`);
    // Shown there, or asked for the password.
    case 'account':
    case 'accounts':
    case 'recover':
    case 'resetSecondFactor':
    case 'deleteUser':
    case 'issueInvite':
    case 'registrationInvites':
    case 'revokeRegistrationInvite':
    case 'serverRooms':
    case 'limits':
    case 'health':
    case 'limited':
    case 'assistantCosts':
    case 'serverAudit':
      return shown(open);
  }
}

function shown(open: Scene['open']): Outcome {
  open({ kind: 'admin' });
  return DONE;
}
