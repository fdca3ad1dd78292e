/** What administrators see: accounts, invite codes, rooms (M8, M10) [ADMIN-3] to [ADMIN-5]. */
import type { RoomNumber, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { AccountFilter, ErrorCode, type Registration } from '@sotto/schema';
import type { Accounts } from '../../accounts/accounts.ts';
import { needAdministrator } from '../../accounts/administration.ts';
import type { AccountRecord, SessionRecord, WantedAccounts } from '../../accounts/store.ts';
import { describeRoom, describeUser } from '../../rooms/describe.ts';
import type { ServerRooms } from '../../rooms/server-rooms.ts';
import type { Connections } from '../connections.ts';
import type { People } from '../people.ts';
import { firstTexts } from './page-bytes.ts';
import { pageSize } from './rooms.ts';
import { describeDevice } from './security.ts';
import type { HandlersOf } from './types.ts';

export interface AdminListServices {
  accounts: Pick<Accounts, 'users' | 'sessions' | 'invites'>;
  people: Pick<People, 'find'>;
  online: (user: UserNumber) => boolean;
  connections: Pick<Connections, 'ofSession'>;
  usedBy: (user: UserNumber) => Promise<number>;
  serverRooms: ServerRooms;
  registration: () => Registration;
  now: () => number;
}

type AccountFrames = 'listAccounts' | 'readAccount';
type InviteFrames = 'createInvite' | 'listInvites' | 'revokeInvite';

export const adminListHandlers = (
  services: AdminListServices,
): HandlersOf<AccountFrames | InviteFrames | 'listServerRooms'> => ({
  ...ofAccounts(services),
  ...ofInvites(services),
  ...ofRooms(services),
});

/** Sessions of one account that are told. */
const SESSIONS_MAX = 100;
const QUERY_MAX_CHARACTERS = 64;
const INVITE_LIFETIME_MS = 7 * 24 * 60 * 60_000;

const FILTERS: Readonly<Partial<Record<AccountFilter, WantedAccounts['which']>>> = {
  [AccountFilter.UNSPECIFIED]: 'all',
  [AccountFilter.SUSPENDED]: 'suspended',
  [AccountFilter.ADMINISTRATORS]: 'administrators',
};

function ofAccounts(services: AdminListServices): HandlersOf<AccountFrames> {
  const { accounts, people, online, connections, usedBy } = services;
  const describe = (account: AccountRecord) => ({
    user: describeUser(account),
    createdMs: account.createdMs,
    lastSeenMs: account.lastSeenMs,
    online: online(account.number),
    suspendedMs: account.suspendedMs,
    suspendReason: account.suspendReason,
    secondFactor: account.secondFactor,
  });
  const describeSession = (session: SessionRecord) => {
    const transport = connections.ofSession(session.id)?.transport;
    return {
      device: { ...describeDevice(session), online: transport !== undefined },
      transport: transport?.transport ?? '',
      address: transport?.remoteAddress ?? '',
    };
  };
  return {
    async listAccounts({ principal }, { after, limit, query, filter }) {
      needAdministrator(principal.user);
      const which = FILTERS[filter];
      if (which === undefined) throw new SottoError(ErrorCode.ARGUMENT_INVALID, `filter ${filter}`);
      const size = pageSize(limit);
      const wanted = { after: after as UserNumber, limit: size, query: readQuery(query), which };
      const found = await accounts.users.accounts(wanted);
      const told = firstTexts(
        found.slice(0, size),
        ({ name, uuid, displayName, suspendReason }) => name + uuid + displayName + suspendReason,
      );
      return { accounts: told.map(describe), more: found.length > told.length };
    },

    async readAccount({ principal }, { user }) {
      needAdministrator(principal.user);
      const found = user && (await people.find(user));
      const account = found && (await accounts.users.account(found.number));
      if (account === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
      const [sessions, fileBytes] = await Promise.all([
        accounts.sessions.list(account.number, SESSIONS_MAX),
        usedBy(account.number),
      ]);
      return { account: describe(account), sessions: sessions.map(describeSession), fileBytes };
    },
  };
}

function ofInvites({ accounts, registration, now }: AdminListServices): HandlersOf<InviteFrames> {
  return {
    async createInvite({ principal }, { uses, lifetimeMs }) {
      needAdministrator(principal.user);
      const terms = { uses, lifetimeMs: lifetimeMs === 0 ? INVITE_LIFETIME_MS : lifetimeMs };
      const code = await accounts.invites.create(terms, principal.user.number);
      return { code, expiresMs: now() + terms.lifetimeMs };
    },

    async listInvites({ principal }) {
      needAdministrator(principal.user);
      const invites = await accounts.invites.list();
      return {
        invites: invites.map(({ codeHash, ...invite }) => ({ ...invite, id: codeHash })),
        registration: registration(),
      };
    },

    async revokeInvite({ principal }, { id }) {
      needAdministrator(principal.user);
      await accounts.invites.revoke(id.slice(), principal.user.number);
      return {};
    },
  };
}

function ofRooms({ serverRooms }: AdminListServices): HandlersOf<'listServerRooms'> {
  return {
    async listServerRooms({ principal }, { after, limit, query }) {
      needAdministrator(principal.user);
      const size = pageSize(limit);
      const wanted = { after: after as RoomNumber, limit: size, query: readQuery(query) };
      const found = await serverRooms.page(wanted);
      const rooms = firstTexts(found.slice(0, size), ({ room }) => room.name).map(
        ({ room, members, events, fileBytes }) => {
          const { number, kind, name } = describeRoom(room);
          const { archived, retentionDays } = room.settings;
          return {
            number,
            kind,
            name,
            members,
            createdMs: room.createdMs,
            archived,
            retentionDays,
            events,
            fileBytes,
          };
        },
      );
      return { rooms, more: found.length > rooms.length };
    },
  };
}

function readQuery(written: string): string {
  const query = written.trim().normalize('NFC');
  if (query.length > QUERY_MAX_CHARACTERS)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `query: at most ${QUERY_MAX_CHARACTERS} characters`);
  return query;
}
