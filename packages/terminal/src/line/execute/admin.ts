import type { AdminRequest } from '@sotto/app/commands';
import { ErrorCode, SottoError } from '@sotto/client';
import type { Context } from '../context.ts';
import type { Reply } from '../reply.ts';
import { AUDIT_PAGE, audit } from './moderation.ts';

export async function administer(context: Context, request: AdminRequest): Promise<Reply> {
  const { admin } = context.client;
  switch (request.kind) {
    case 'suspend': {
      const { kind, user, reason } = request;
      await (reason === '' ? admin.suspend(user) : admin.suspend(user, reason));
      return { kind: 'done', did: { kind, user } };
    }
    case 'restore':
      await admin.restore(request.user);
      return { kind: 'done', did: request };
    case 'administrator':
      await admin.setAdministrator(request.user, request.on);
      return { kind: 'done', did: request };
    case 'limited':
      return { kind: 'limited', limited: await admin.limited() };
    case 'assistantCosts':
      // Others are told no costs, which would look like none.
      if (context.client.me?.administrator !== true) throw new SottoError(ErrorCode.PERMISSION_DENIED);
      return { kind: 'assistantCosts', report: await context.client.assistants.list() };
    case 'serverAudit':
      return audit(context, undefined, (before) => admin.audit({ ...before, ...AUDIT_PAGE }));
  }
}
