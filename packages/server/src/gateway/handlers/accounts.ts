/** Registering, logging in, resuming, logging out (A1-A3, A5, A8, T11-T14). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Accounts } from '../../accounts/accounts.ts';
import type { PendingLogin } from '../../accounts/login.ts';
import type { PendingRegistration } from '../../accounts/registration.ts';
import type { Channels } from '../channels.ts';
import type { ClientConnection } from '../connection.ts';
import type { Connections } from '../connections.ts';
import type { Granting } from '../granting.ts';
import { Pending } from '../pending.ts';
import type { HandlersOf } from './types.ts';

export interface AccountServices {
  accounts: Accounts;
  grant: Granting;
  connections: Connections;
  channels: Channels;
  now: () => number;
  /** An account was made. */
  registered: () => Promise<void>;
}

type AccountFrames =
  | 'registerStart'
  | 'registerFinish'
  | 'loginStart'
  | 'loginFinish'
  | 'loginSecondFactor'
  | 'loginToken'
  | 'resume'
  | 'logout';

export function accountHandlers(services: AccountServices): HandlersOf<AccountFrames> {
  return { ...registering(services), ...loggingIn(services), ...sessions(services) };
}

function registering({
  accounts,
  registered,
}: AccountServices): HandlersOf<'registerStart' | 'registerFinish'> {
  const registrations = new Pending<PendingRegistration>('registration');
  return {
    async registerStart(connection, { name, registrationRequest, code }) {
      const request = { name, registrationRequest, code };
      const { pending, registrationResponse } = await accounts.registration.start(
        request,
        connection.transport.remoteAddress,
      );
      registrations.start(connection, pending);
      return { registrationResponse };
    },

    async registerFinish(connection, { registrationRecord, sealedBackupKey }) {
      const pending = registrations.take(connection);
      await accounts.registration.finish(pending, registrationRecord, sealedBackupKey);
      await registered();
      return {};
    },
  };
}

function loggingIn({
  accounts,
  channels,
  grant,
  now,
}: AccountServices): HandlersOf<'loginStart' | 'loginFinish' | 'loginSecondFactor' | 'loginToken'> {
  const logins = new Pending<PendingLogin>('login');
  /** Their password was proved. */
  const halfway = new Pending<PendingLogin>('login with a second factor');

  function begin(connection: ClientConnection): void {
    connection.loginGate?.begin(now());
    logins.drop(connection);
    halfway.drop(connection);
  }

  return {
    async loginStart(connection, { name, startRequest, deviceKey, deviceSignature }) {
      begin(connection);
      const request = { name, startRequest, deviceKey, deviceSignature };
      const { response, pending } = await accounts.login.start(request, channels.of(connection));
      logins.start(connection, pending);
      return { response };
    },

    async loginFinish(connection, { finishRequest, confirmation, deviceName }) {
      const pending = logins.take(connection);
      const proof = { finishRequest, confirmation, deviceName };
      const granted = await accounts.login.finish(pending, proof).catch((error) => {
        if (isSecondFactorRequired(error)) halfway.start(connection, pending);
        throw error;
      });
      return grant(connection, granted, granted.confirmation);
    },

    async loginSecondFactor(connection, { code }) {
      const pending = halfway.peek(connection);
      if (accounts.login.triedFactor(pending)) connection.loginGate?.begin(now());
      const granted = await accounts.login.secondFactor(pending, code);
      halfway.drop(connection);
      return grant(connection, granted, granted.confirmation);
    },

    async loginToken(connection, { token, deviceKey, deviceSignature, deviceName }) {
      begin(connection);
      const request = { token, deviceKey, deviceSignature, deviceName };
      return grant(connection, await accounts.tokens.logIn(request, channels.of(connection)));
    },
  };
}

function sessions({
  accounts,
  channels,
  connections,
  grant,
  now,
}: AccountServices): HandlersOf<'resume' | 'logout'> {
  return {
    async resume(connection, { token, signature, generation }) {
      connection.loginGate?.begin(now());
      const request = { token, signature, generation };
      return grant(connection, await accounts.sessions.resume(request, channels.of(connection)));
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

/** The attempt goes on: it has not failed. */
export const isSecondFactorRequired = (error: unknown): boolean =>
  error instanceof SottoError && error.code === ErrorCode.SECOND_FACTOR_REQUIRED;
