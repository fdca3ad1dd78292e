import type { AdminRequest } from '@sotto/app/commands';
import { ErrorCode, SottoError } from '@sotto/client';
import { LineError } from '../command.ts';
import type { Context } from '../context.ts';
import type { Reply } from '../reply.ts';
import { inviteId } from '../text/admin.ts';
import { AUDIT_PAGE, audit } from './moderation.ts';
import { asked, askPassword } from './security.ts';

/** More are found by a part of the name. */
const LISTED_MAX = 200;

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
      await (request.on
        ? admin.appoint(request.user, await askPassword(asked(context)))
        : admin.dismiss(request.user));
      return { kind: 'done', did: request };
    case 'accounts': {
      const { query } = request;
      const { accounts, hasMore } = await admin.accounts({ query, limit: LISTED_MAX });
      return { kind: 'accounts', accounts, more: hasMore };
    }
    case 'account':
      return { kind: 'account', account: await admin.account(request.user) };
    case 'endSessions':
      await admin.endSessions(request.user);
      return { kind: 'done', did: { kind: request.kind, user: request.user } };
    case 'resetSecondFactor':
      await admin.resetSecondFactor(request.user, await askPassword(asked(context)));
      return { kind: 'done', did: { kind: request.kind, user: request.user } };
    case 'deleteUser':
      await admin.deleteAccount(request.user, await askPassword(asked(context)));
      return { kind: 'done', did: { kind: request.kind, user: request.user } };
    case 'recover': {
      const { user } = request;
      return { kind: 'issuedCode', user, code: await admin.recover(user, await askPassword(asked(context))) };
    }
    case 'issueInvite':
      return {
        kind: 'issuedCode',
        user: undefined,
        code: await admin.invites.create({ uses: request.uses }),
      };
    case 'registrationInvites':
      return { kind: 'registrationInvites', invites: (await admin.invites.list()).invites };
    case 'revokeRegistrationInvite':
      return revokeInvite(context, request.invite);
    case 'serverRooms': {
      const { rooms, hasMore } = await admin.rooms({ query: request.query, limit: LISTED_MAX });
      return { kind: 'serverRooms', rooms, more: hasMore };
    }
    case 'limits':
      return { kind: 'limits', limits: await admin.limits() };
    case 'health':
      return { kind: 'health', health: await admin.health() };
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

async function revokeInvite({ client }: Context, wanted: string): Promise<Reply> {
  const { invites } = await client.admin.invites.list();
  const found = invites.find(({ id }) => inviteId(id) === wanted);
  if (found === undefined) throw new LineError('there is no such invite code; /admin invites lists them');
  await client.admin.invites.revoke(found.id);
  return { kind: 'done', did: { kind: 'revokeRegistrationInvite', invite: wanted } };
}
