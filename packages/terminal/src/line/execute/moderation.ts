import type { ModerationRequest } from '@sotto/app/commands';
import type { AuditPage, RoomName } from '@sotto/client';
import type { Context } from '../context.ts';
import type { Reply } from '../reply.ts';
import { roomOrHere } from './rooms.ts';

const AUDIT_SHOWN = 20;

export async function moderate(context: Context, request: ModerationRequest): Promise<Reply> {
  const { moderation } = context.client;
  switch (request.kind) {
    case 'kick': {
      const { kind, user, reason } = request;
      const room = roomOrHere(context, request.room);
      await (reason === '' ? moderation.kick(room, user) : moderation.kick(room, user, reason));
      return { kind: 'done', did: { kind, room, user } };
    }
    case 'ban':
    case 'mute': {
      const { kind, user, reason, lastsMs } = request;
      const room = roomOrHere(context, request.room);
      const until = lastsMs === undefined ? undefined : new Date(Date.now() + lastsMs);
      const options = { ...(reason !== '' && { reason }), ...(until !== undefined && { until }) };
      await moderation[kind](room, user, options);
      return { kind: 'done', did: { kind, room, user, until } };
    }
    case 'unban':
    case 'unmute': {
      const { kind, user } = request;
      const room = roomOrHere(context, request.room);
      await moderation[kind](room, user);
      return { kind: 'done', did: { kind, room, user } };
    }
    case 'role': {
      const { kind, user, role } = request;
      const room = roomOrHere(context, request.room);
      await moderation.setRole(room, user, role);
      return { kind: 'done', did: { kind, room, user, role } };
    }
    case 'sanctions': {
      const room = roomOrHere(context, request.room);
      return { kind: 'sanctions', room, sanctions: await moderation.sanctions(room) };
    }
    case 'audit': {
      const room = roomOrHere(context, request.room);
      return audit(context, room, (before) => moderation.audit(room, { ...before, limit: AUDIT_SHOWN }));
    }
  }
}

export async function audit(
  context: Context,
  room: RoomName | undefined,
  load: (before: { before?: number }) => Promise<AuditPage>,
  before: { before?: number } = {},
): Promise<Reply> {
  const { entries, hasMore } = await load(before);
  const last = entries.at(-1)?.id;
  const more = hasMore && last !== undefined;
  context.next = more ? () => audit(context, room, load, { before: last }) : undefined;
  return { kind: 'audit', room, entries, more };
}

export const AUDIT_PAGE = { limit: AUDIT_SHOWN };
