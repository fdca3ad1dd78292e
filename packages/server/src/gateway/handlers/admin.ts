/** For administrators (M10). */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { type Administration, needAdministrator } from '../../accounts/administration.ts';
import type { Deletion } from '../../accounts/deletion.ts';
import type { UserRecord } from '../../accounts/store.ts';
import type { Refused } from '../../limits/refusals.ts';
import type { LimitView } from '../../limits/settings.ts';
import type { ClientConnection } from '../connection.ts';
import type { Health } from '../health.ts';
import type { People } from '../people.ts';
import type { Proofs } from '../proofs.ts';
import { firstTexts } from './page-bytes.ts';
import type { AfterAnswer, HandlersOf } from './types.ts';

type AdminFrames = 'administerUser' | 'recoverAccount' | 'readLimited' | 'readHealth';

export interface AdminServices {
  administration: Administration;
  deletion: Pick<Deletion, 'delete' | 'settle'>;
  proofs: Proofs;
  people: Pick<People, 'find'>;
  /** What was too much, the latest first. */
  refused: () => readonly Refused[];
  limits: readonly LimitView[];
  health: Pick<Health, 'read'>;
  onFailure: (failure: unknown) => void;
}

export function adminHandlers(services: AdminServices): HandlersOf<AdminFrames> {
  const { administration, people, proofs, refused, limits, health } = services;
  const needUser = async (user: Parameters<People['find']>[0] | undefined): Promise<UserRecord> => {
    const found = user && (await people.find(user));
    if (found === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
    return found;
  };
  return {
    async administerUser(connection, { user, change }, afterAnswer) {
      const target = await needUser(user);
      const actor = connection.principal.user;
      switch (change.case) {
        case 'suspend':
          await administration.suspend(actor, target, change.value.reason);
          return {};
        case 'restore':
          await administration.restore(actor, target);
          return {};
        case 'administrator':
          // Who administers takes accounts over with a password of their own: a stolen session may not make one.
          if (change.value) proofs.need(connection);
          await administration.appoint(actor, target, change.value);
          return {};
        case 'endSessions':
          await administration.endSessions(actor, target);
          return {};
        case 'resetSecondFactor':
          proofs.need(connection);
          await administration.resetSecondFactor(actor, target);
          return {};
        case 'delete':
          await remove(services, connection, target, afterAnswer);
          return {};
        case undefined:
          throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'change');
      }
    },

    async recoverAccount(connection, { user, keepSecondFactor, lifetimeMs }) {
      proofs.need(connection);
      const terms = { keepSecondFactor, lifetimeMs };
      return administration.recover(connection.principal.user, await needUser(user), terms);
    },

    async readLimited({ principal }) {
      needAdministrator(principal.user);
      return {
        limited: firstTexts(refused(), ({ limit, who }) => limit + who),
        limits: [...limits],
      };
    },

    async readHealth({ principal }) {
      needAdministrator(principal.user);
      return health.read();
    },
  };
}

async function remove(
  { deletion, proofs, onFailure }: AdminServices,
  connection: ClientConnection,
  target: UserRecord,
  afterAnswer: AfterAnswer,
): Promise<void> {
  proofs.need(connection);
  await deletion.delete(target, connection.principal.user);
  afterAnswer(() => void deletion.settle(target).catch(onFailure));
}
