/** Devices, passwords, second factor, tokens (A5, A8). */
import type { DeviceNumber } from '@sotto/model';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Deletion } from '../../accounts/deletion.ts';
import type { PendingProof } from '../../accounts/passwords.ts';
import type { TokenRecord } from '../../accounts/security-store.ts';
import type { SessionRecord } from '../../accounts/store.ts';
import type { Channels } from '../channels.ts';
import type { Connections } from '../connections.ts';
import { Pending } from '../pending.ts';
import type { Proofs } from '../proofs.ts';
import type { HandlersOf } from './types.ts';

export interface SecurityServices {
  accounts: Accounts;
  deletion: Deletion;
  connections: Connections;
  channels: Channels;
  proofs: Proofs;
  onFailure: (failure: unknown) => void;
}

type DeviceFrames = 'listDevices' | 'renameDevice' | 'revokeDevice';
type PasswordFrames = 'proveStart' | 'proveFinish' | 'setPasswordStart' | 'setPasswordFinish';
type FactorFrames = 'readSecurity' | 'enrolSecondFactor' | 'confirmSecondFactor' | 'disableSecondFactor';
type TokenFrames = 'createToken' | 'listTokens' | 'revokeToken';
type SecurityFrames = DeviceFrames | PasswordFrames | FactorFrames | TokenFrames | 'deleteAccount';

export function securityHandlers(services: SecurityServices): HandlersOf<SecurityFrames> {
  return {
    ...devices(services),
    ...passwords(services),
    ...secondFactor(services),
    ...tokens(services),
    ...deletion(services),
  };
}

function devices({ accounts, connections }: SecurityServices): HandlersOf<DeviceFrames> {
  return {
    async listDevices({ principal }) {
      const sessions = await accounts.devices.list(principal.user.number);
      return {
        devices: sessions.map((session) => ({
          ...describeDevice(session),
          online: connections.ofSession(session.id) !== undefined,
          current: session.id === principal.session,
        })),
      };
    },

    async renameDevice({ principal }, { number, name }) {
      await accounts.devices.rename(principal.user.number, number as DeviceNumber, name);
      return {};
    },

    async revokeDevice({ principal }, { number }) {
      await accounts.devices.revoke(principal.user.number, number as DeviceNumber);
      return {};
    },
  };
}

function passwords({ accounts, channels, proofs }: SecurityServices): HandlersOf<PasswordFrames> {
  const pendingProofs = new Pending<PendingProof>('proof');
  const passwordChanges = new Pending<true>('change of password');
  return {
    async proveStart(connection, { startRequest }) {
      pendingProofs.drop(connection);
      const { response, pending } = await accounts.passwords.startProof(
        connection.principal,
        startRequest,
        channels.of(connection),
      );
      pendingProofs.start(connection, pending);
      return { response };
    },

    async proveFinish(connection, { finishRequest, confirmation }) {
      const pending = pendingProofs.take(connection);
      await accounts.passwords.finishProof(pending, { finishRequest, confirmation });
      proofs.proved(connection);
      return {};
    },

    async setPasswordStart(connection, { registrationRequest }) {
      proofs.need(connection);
      const { user } = connection.principal;
      const registrationResponse = await accounts.passwords.startChange(user, registrationRequest);
      passwordChanges.start(connection, true);
      return { registrationResponse };
    },

    async setPasswordFinish(connection, { registrationRecord, sealedBackupKey }) {
      proofs.need(connection);
      passwordChanges.take(connection);
      const { user, session } = connection.principal;
      const password = { registrationRecord, sealedBackupKey };
      await accounts.passwords.finishChange(user, session, password);
      return {};
    },
  };
}

function secondFactor({ accounts, proofs }: SecurityServices): HandlersOf<FactorFrames> {
  return {
    async readSecurity({ principal }) {
      const { number } = principal.user;
      const [on, left, sealedBackupKey] = await Promise.all([
        accounts.secondFactor.inUse(number),
        accounts.secondFactor.codesLeft(number),
        accounts.passwords.sealedBackupKey(number),
      ]);
      return { secondFactor: on, recoveryCodesLeft: left, sealedBackupKey };
    },

    async enrolSecondFactor(connection) {
      proofs.need(connection);
      return accounts.secondFactor.enrol(connection.principal.user);
    },

    async confirmSecondFactor({ principal }, { code }) {
      return { codes: [...(await accounts.secondFactor.confirm(principal.user.number, code))] };
    },

    async disableSecondFactor(connection) {
      proofs.need(connection);
      await accounts.secondFactor.disable(connection.principal.user.number);
      return {};
    },
  };
}

function tokens({ accounts, proofs }: SecurityServices): HandlersOf<TokenFrames> {
  return {
    async createToken(connection, { name, scopes, lifetimeMs }) {
      proofs.need(connection);
      const { number } = connection.principal.user;
      const { token, info } = await accounts.tokens.create(number, { name, scopes, lifetimeMs });
      return { token, info: describeToken(info) };
    },

    async listTokens({ principal }) {
      return { tokens: (await accounts.tokens.list(principal.user.number)).map(describeToken) };
    },

    async revokeToken({ principal }, { id }) {
      await accounts.tokens.revoke(principal.user.number, id);
      return {};
    },
  };
}

function deletion({ deletion: domain, proofs, onFailure }: SecurityServices): HandlersOf<'deleteAccount'> {
  return {
    async deleteAccount(connection, _message, afterAnswer) {
      proofs.need(connection);
      const { user } = connection.principal;
      await domain.delete(user);
      // Every connection of the account ends with this, its own as well.
      afterAnswer(() => void domain.settle(user).catch(onFailure));
      return {};
    },
  };
}

export const describeDevice = (session: SessionRecord) => ({
  number: session.device,
  name: session.deviceName,
  agent: session.agent,
  createdMs: session.createdMs,
  lastSeenMs: session.lastSeenMs,
  token: session.token?.id ?? 0,
});

const describeToken = ({ id, name, scopes, createdMs, lastUsedMs, expiresMs }: TokenRecord) => ({
  id,
  name,
  scopes: [...scopes],
  createdMs,
  lastUsedMs,
  expiresMs,
});
