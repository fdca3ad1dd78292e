/** Registering, logging in, resuming, logging out (A1-A3, A5, T11-T14). */
import { type Binding, NO_BINDING, SottoError } from '@sotto/protocol';
import { ChannelBinding, ErrorCode } from '@sotto/schema';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Channel } from '../../accounts/channel.ts';
import type { PendingLogin } from '../../accounts/login.ts';
import type { PendingRegistration } from '../../accounts/registration.ts';
import type { Grant } from '../../accounts/sessions.ts';
import { describeMembership, describeUser } from '../../rooms/describe.ts';
import type { Presence } from '../../rooms/presence.ts';
import type { Rooms } from '../../rooms/rooms.ts';
import type { ClientConnection } from '../connection.ts';
import type { Connections } from '../connections.ts';
import type { ServedEndpoint } from '../gateway.ts';
import type { HandlersOf } from './types.ts';

export interface AccountServices {
  accounts: Accounts;
  rooms: Rooms;
  presence: Pick<Presence, 'connected'>;
  connections: Connections;
  certificateSha256: Uint8Array;
  /** Of the log. */
  incarnation: string;
  /** Where this server can be reached. */
  endpoints: () => ServedEndpoint[];
  now: () => number;
  /** An account was made. */
  registered: () => Promise<void>;
}

type AccountFrames = 'registerStart' | 'registerFinish' | 'loginStart' | 'loginFinish' | 'resume' | 'logout';

export function accountHandlers(services: AccountServices): HandlersOf<AccountFrames> {
  const { accounts, connections, presence, rooms } = services;
  /** Between the two steps of each; gone with the connection. */
  const registrations = new WeakMap<ClientConnection, PendingRegistration>();
  const logins = new WeakMap<ClientConnection, PendingLogin>();

  const channelOf = (connection: ClientConnection): Channel =>
    readChannel(connection, services.certificateSha256);

  /**
   * The session is this connection's at once, before anything is waited for: so a later generation finds it and ends
   * it, however long the answer takes to prepare.
   */
  async function grant(
    connection: ClientConnection,
    { session, user, token }: Grant,
    confirmation: Uint8Array = NO_BYTES,
  ) {
    // Who closed while its request was carried out leaves the session where it is.
    if (connection.session.state !== 'CONNECTED') throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE);
    const { id, device, generation } = session;
    const holder = connections.ofSession(id);
    if (holder !== undefined && holder.principal.generation > generation)
      throw new SottoError(ErrorCode.SESSION_TAKEN_OVER);
    connection.claim({ user, device, session: id, generation });
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
      endpoints: services.endpoints(),
      logIncarnation: services.incarnation,
      rooms: memberships.map(describeMembership),
    };
  }

  return {
    async registerStart(connection, { name, registrationRequest, code }) {
      const request = { name, registrationRequest, code };
      const { pending, registrationResponse } = await accounts.registration.start(
        request,
        connection.transport.remoteAddress,
      );
      registrations.set(connection, pending);
      return { registrationResponse };
    },

    async registerFinish(connection, { registrationRecord }) {
      const pending = taken(registrations, connection, 'registration');
      await accounts.registration.finish(pending, registrationRecord);
      await services.registered();
      return {};
    },

    async loginStart(connection, { name, startRequest, deviceKey, deviceSignature }) {
      connection.loginGate?.begin(services.now());
      const request = { name, startRequest, deviceKey, deviceSignature };
      const { response, pending } = await accounts.login.start(request, channelOf(connection));
      logins.set(connection, pending);
      return { response };
    },

    async loginFinish(connection, { finishRequest, confirmation, deviceName }) {
      const pending = taken(logins, connection, 'login');
      const granted = await accounts.login.finish(pending, { finishRequest, confirmation, deviceName });
      return grant(connection, granted, granted.confirmation);
    },

    async resume(connection, { token, signature, generation }) {
      connection.loginGate?.begin(services.now());
      const request = { token, signature, generation };
      return grant(connection, await accounts.sessions.resume(request, channelOf(connection)));
    },

    async logout(connection, _message, afterAnswer) {
      const { session } = connection.principal;
      // So that its end reaches other connections at once, and this one after the answer.
      connections.release(connection);
      try {
        await accounts.sessions.end(session);
      } catch (error) {
        // It still holds the session, and would not be found any more.
        connection.end(new SottoError(ErrorCode.INTERNAL));
        throw error;
      }
      afterAnswer(() => connection.end(new SottoError(ErrorCode.SESSION_REVOKED, 'logged out')));
      return {};
    },
  };
}

/** What the client binds its proofs to, as its Hello says, and as this side of the channel knows it [BIND-1]. */
function readChannel({ session, transport }: ClientConnection, certificateSha256: Uint8Array): Channel {
  const { hello, transcript } = session;
  if (hello === undefined) throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, 'already logged in');
  return {
    source: transport.remoteAddress,
    transcriptHash: new Uint8Array(new Bun.CryptoHasher('sha256').update(transcript).digest()),
    binding: bindingFor(hello.binding, transport.binding, certificateSha256),
    agent: hello.agent,
  };
}

function bindingFor(wanted: ChannelBinding, ofChannel: Binding, certificateSha256: Uint8Array): Binding {
  switch (wanted) {
    case ChannelBinding.UNSPECIFIED:
      return NO_BINDING;
    case ChannelBinding.CERTIFICATE:
      return { kind: ChannelBinding.CERTIFICATE, value: certificateSha256 };
    case ChannelBinding.EXPORTER:
      if (ofChannel.kind === ChannelBinding.EXPORTER) return ofChannel;
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'this transport has no exporter to bind to');
    default:
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `binding ${wanted}`);
  }
}

function taken<T>(pending: WeakMap<ClientConnection, T>, connection: ClientConnection, what: string): T {
  const started = pending.get(connection);
  if (started === undefined) throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, `no ${what} was started`);
  pending.delete(connection);
  return started;
}

const NO_BYTES = new Uint8Array(0);
