/** Gives a connection the session that it proved to be its own. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Grant } from '../accounts/sessions.ts';
import { describeMembership, describeUser } from '../rooms/describe.ts';
import type { Presence } from '../rooms/presence.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { ClientConnection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { ServedEndpoint } from './gateway.ts';

export interface GrantingServices {
  rooms: Rooms;
  presence: Pick<Presence, 'connected'>;
  connections: Connections;
  /** Of the log. */
  incarnation: string;
  /** Where this server can be reached. */
  endpoints: () => ServedEndpoint[];
}

/** Answers SessionGranted. */
export type Granting = ReturnType<typeof granting>;

export function granting({ rooms, presence, connections, incarnation, endpoints }: GrantingServices) {
  /**
   * The session is this connection's at once, before anything is waited for: so a later generation finds it and ends
   * it, however long the answer takes to prepare.
   */
  return async (
    connection: ClientConnection,
    { session, user, token }: Grant,
    confirmation: Uint8Array = NO_BYTES,
  ) => {
    // Who closed while its request was carried out leaves the session where it is.
    if (connection.session.state !== 'CONNECTED') throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE);
    const { id, device, generation } = session;
    const holder = connections.ofSession(id);
    if (holder !== undefined && holder.principal.generation > generation)
      throw new SottoError(ErrorCode.SESSION_TAKEN_OVER);
    connection.claim({ user, device, session: id, generation, scopes: session.token?.scopes });
    // In this order, so that a user whose session moves is never without a connection.
    presence.connected(user.number);
    connections.takeOver(connection);
    const memberships = await rooms.memberships(user.number).catch((error) => {
      // It holds the session, and its client would not learn that.
      connection.end(new SottoError(ErrorCode.INTERNAL));
      throw error;
    });
    if (!connection.open) throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE);
    connection.granted();
    return {
      sessionId: session.id,
      token,
      user: describeUser(user),
      device: session.device,
      generation: session.generation,
      confirmation,
      endpoints: endpoints(),
      logIncarnation: incarnation,
      rooms: memberships.map(describeMembership),
    };
  };
}

const NO_BYTES = new Uint8Array(0);
