/** What the server holds of this session (T16). */
import type { DeviceNumber, Sequence, StreamId } from '@sotto/model';
import type { Opened } from '../connection/open.ts';
import { toDate } from '../describe/values.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { StatusReport } from '../types.ts';

/** What the client itself knows is not part of it. */
type Told = Omit<StatusReport, 'connection' | 'user' | 'outbox' | 'paths'>;

/** Inboxes are followed too, but are no rooms. */
export async function readStatus({ link, route, welcome }: Opened, rooms: Rooms): Promise<Told> {
  const [status, roundTripMs] = await Promise.all([link.request('statusRequest', {}), link.ping()]);
  const { security, path } = link.connection;
  const seen = security.certificateSha256;
  return {
    sessionId: status.sessionId,
    device: status.device as DeviceNumber,
    generation: status.generation,
    scopes: status.scopes,
    transport: status.transport || route.transport,
    connectedAt: toDate(status.connectedAtMs),
    roundTripMs,
    ...(path === undefined ? {} : { path }),
    fingerprint: fingerprintOf(seen.length > 0 ? seen : welcome.certificateSha256),
    rooms: status.streams.flatMap(({ stream, cursor, head, live }) => {
      const room = rooms.get(stream as StreamId);
      return room === undefined ? [] : [{ room, cursor: cursor as Sequence, head: head as Sequence, live }];
    }),
  };
}
