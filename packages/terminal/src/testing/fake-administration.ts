/** What the server tells administrators, without a server. */
import type { Account, Administration, Health, ServerRoom } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { device } from './fake-areas.ts';
import { BOB } from './people.ts';

const NOON = new Date(Date.UTC(2026, 0, 2, 12));

export const bobsAccount = (of: Partial<Account> = {}): Account => ({
  person: BOB,
  createdAt: NOON,
  online: false,
  lastSeen: undefined,
  suspended: undefined,
  secondFactor: false,
  ...of,
});

export const serverRoom = (name: string | undefined): ServerRoom => ({
  number: 7 as RoomNumber,
  kind: name === undefined ? 'private' : 'public',
  name,
  members: 3,
  createdAt: NOON,
  archived: false,
  retentionDays: undefined,
  events: 12,
  fileBytes: 0,
});

export const health = (agent: string): Health => ({
  agent,
  runtime: 'Bun 1.4.5 on linux x64',
  startedAt: NOON,
  at: new Date(NOON.getTime() + 61_000),
  transports: [{ transport: 'tls', port: 5_000, connections: 3, sessions: 2, bufferedBytes: 0 }],
  usersOnline: 2,
  accounts: 5,
  requests: 0,
  log: { events: 9, commits: 4, waiting: 0, waitingBytes: 0, streams: 1, memoryBytes: 0 },
  storage: { databaseBytes: 2_000, fileBytes: 0, freeBytes: 1_000_000 },
  answers: { writing: 0, waiting: 0 },
  memoryBytes: 50_000_000,
  processorMs: 10,
  refused: 1,
});

/** What is asked for goes into `call`, the password as well, which nothing else may have. */
export const fakeAdministration = (
  call: (...words: unknown[]) => void,
): Omit<Administration, 'suspend' | 'restore' | 'limited' | 'audit'> => ({
  invites: {
    create: async (options) => {
      call('issueInvite', options?.uses);
      return { code: '7Q4ZK-M2X9A-0WPD8-A3HJ5', expiresAt: NOON };
    },
    list: async () => ({
      invites: [{ id: new Uint8Array(32).fill(171), usesLeft: 2, createdAt: NOON, expiresAt: NOON }],
      registration: 'invite',
    }),
    revoke: async (id) => call('revokeRegistrationInvite', id.toHex()),
  },
  accounts: async (options) => {
    call('accounts', options?.query);
    return { accounts: [bobsAccount()], hasMore: true };
  },
  account: async () => ({
    ...bobsAccount({ suspended: { since: NOON, reason: 'spam' } }),
    sessions: [{ device: device(5, 'phone'), connected: { transport: 'udp', address: '10.0.0.1' } }],
    fileBytes: 1_000,
  }),
  appoint: async (user, password) => call('appoint', user, password),
  dismiss: async (user) => call('dismiss', user),
  endSessions: async (user) => call('endSessions', user),
  resetSecondFactor: async (user, password) => call('resetSecondFactor', user, password),
  recover: async (user, password) => {
    call('recover', user, password);
    return { code: '7Q4ZK-M2X9A-0WPD8-A3HJ5', expiresAt: NOON };
  },
  deleteAccount: async (user, password) => call('deleteUser', user, password),
  rooms: async () => ({ rooms: [serverRoom('tea'), serverRoom(undefined)], hasMore: false }),
  limits: async () => [
    { limit: 'account bytes', perSecond: 1_000, most: 20_000 },
    { limit: 'source connections', perSecond: undefined, most: 200 },
  ],
  health: async () => health('sotto/1.0.0'),
});
