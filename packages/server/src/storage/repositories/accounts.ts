import type { AccountStore, Rotation } from '../../accounts/store.ts';
import { GroupCommit } from '../../group-commit.ts';
import type { SqlDatabase } from '../database.ts';
import { account, accounts } from './account-list.ts';
import { deletionStore } from './deletion.ts';
import * as invites from './invites.ts';
import { profileStore } from './profiles.ts';
import { securityStore } from './security.ts';
import * as sessions from './sessions.ts';
import { standingStore } from './standing.ts';
import * as throttles from './throttles.ts';
import { tokenStore } from './tokens.ts';
import * as users from './users.ts';

/** What rotations may take that wait for their commit, and what one takes. */
const ROTATIONS_MAX_BYTES = 16 * 1024 * 1024;
const ROTATION_BYTES = 512;

export function accountStore(database: SqlDatabase): AccountStore {
  const rotations = new GroupCommit({
    commit: (batch: readonly Rotation[]) => sessions.rotateSessions(database, batch),
    weigh: () => ROTATION_BYTES,
    maxBytes: ROTATIONS_MAX_BYTES,
  });
  return {
    ...securityStore(database),
    ...tokenStore(database),
    ...standingStore(database),
    ...deletionStore(database),
    ...profileStore(database),
    createUser: (user) => users.createUser(database, user),
    userCount: () => users.accountCount(database.db, 'people'),
    userByNumber: (number) => users.userByNumber(database, number),
    userByUuid: (uuid) => users.userByUuid(database, uuid),
    userByNameKey: (nameKey) => users.userByNameKey(database, nameKey),
    usersByNumbers: (numbers) => users.usersBy(database, 'number', numbers),
    usersByUuids: (uuids) => users.usersBy(database, 'uuid', uuids),
    usersByNameKeys: (nameKeys) => users.usersBy(database, 'name_key', nameKeys),
    nameTaken: (nameKey, nameSkeleton) => users.nameTaken(database.db, nameKey, nameSkeleton),
    registrationRecord: (user) => users.registrationRecord(database, user),
    users: (after, limit) => users.users(database, after, limit),
    accounts: (wanted) => accounts(database, wanted),
    account: (user) => account(database, user),
    saveLastSeen: (seen) => users.saveLastSeen(database, seen),
    deviceKnown: (user, deviceKey) => sessions.deviceKnown(database, user, deviceKey),
    startSession: (session) => sessions.startSession(database, session),
    sessionByToken: (tokenHash) => sessions.sessionByToken(database, tokenHash),
    rotateSession: (rotation) => rotations.add(rotation),
    revokeSession: (id, nowMs) => sessions.revokeSession(database, id, nowMs),
    revokedSince: (sinceMs) => sessions.revokedSince(database, sinceMs),
    sessions: (user, limit) => sessions.livingSessions(database, user, limit),
    createInvite: (invite, act) => invites.createInvite(database, invite, act),
    invites: (nowMs, limit) => invites.invites(database, nowMs, limit),
    revokeInvite: (codeHash, act) => invites.revokeInvite(database, codeHash, act),
    inviteUsable: (codeHash, nowMs) => invites.inviteUsable(database, codeHash, nowMs),
    throttle: (key) => throttles.throttle(database, key),
    saveThrottle: (key, record) => throttles.saveThrottle(database, key, record),
    dropThrottles: (beforeMs) => throttles.dropThrottles(database, beforeMs),
  };
}
