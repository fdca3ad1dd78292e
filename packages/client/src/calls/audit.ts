import type { RoomNumber } from '@sotto/model';
import { toDate } from '../describe/values.ts';
import type { RoomReference } from '../references.ts';
import type { AuditOptions, AuditPage } from '../types.ts';
import { ask, type CallContext } from './context.ts';

const LIMIT_DEFAULT = 50;

/** Of a room, or the server's own where none is given. */
export async function readAudit(
  context: CallContext,
  room: RoomReference | undefined,
  { before = 0, limit = LIMIT_DEFAULT, user, action = '' }: AuditOptions = {},
): Promise<AuditPage> {
  const { people } = context;
  const page = await ask(context, 'readAudit', {
    ...(room === undefined ? {} : { room }),
    before,
    limit,
    user: user === undefined ? 0 : await context.userNumber(user),
    action,
  });
  await people.ensure(page.entries.flatMap(({ actor, target }) => [actor, target]));
  const entries = page.entries.map(({ id, timeMs, actor, target, room: number, action, detail }) => ({
    id,
    at: toDate(timeMs),
    actor: people.named(actor),
    target: target === 0 ? undefined : people.named(target),
    room: number === 0 ? undefined : (number as RoomNumber),
    action,
    detail,
  }));
  return { entries, hasMore: page.more };
}
