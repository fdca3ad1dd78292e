/** For administrators of the server. */
import type { RoomNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { AccountFilter, type AccountInfo, type ServerRoom as WireRoom } from '@sotto/schema';
import { toHealth } from '../describe/health.ts';
import { toDate, toDateOrNothing, toKind, toRegistration } from '../describe/values.ts';
import { userReference } from '../references.ts';
import type * as sdk from '../types.ts';
import { readAudit } from './audit.ts';
import { ask, type CallContext, tell } from './context.ts';
import { prove } from './prove.ts';
import { toDevice } from './security.ts';

const LIMIT_DEFAULT = 50;

const FILTERS: Readonly<Record<NonNullable<sdk.AccountsOptions['which']>, AccountFilter>> = {
  all: AccountFilter.UNSPECIFIED,
  suspended: AccountFilter.SUSPENDED,
  administrators: AccountFilter.ADMINISTRATORS,
};

type Change = NonNullable<FrameFields<'administerUser'>['change']>;

export class AdminCalls implements sdk.Administration {
  readonly invites: sdk.RegistrationInvites;
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
    this.invites = registrationInvites(context);
  }

  async accounts(options: sdk.AccountsOptions = {}): Promise<sdk.AccountsPage> {
    const { after = 0, limit = LIMIT_DEFAULT, query = '', which = 'all' } = options;
    const wanted = { after, limit, query, filter: FILTERS[which] };
    const { accounts, more } = await ask(this.#context, 'listAccounts', wanted);
    return { accounts: accounts.flatMap((account) => this.#account(account) ?? []), hasMore: more };
  }

  async account(user: sdk.Recipient): Promise<sdk.AccountDetails> {
    const found = await ask(this.#context, 'readAccount', { user: userReference(user) });
    const account = found.account && this.#account(found.account);
    if (account === undefined) throw new Error('the server described no account');
    const sessions = found.sessions.flatMap(({ device, transport, address }) => {
      if (device === undefined) return [];
      const connected = transport === '' ? undefined : { transport, address };
      return [{ device: toDevice(device), connected }];
    });
    return { ...account, sessions, fileBytes: found.fileBytes };
  }

  suspend(user: sdk.Recipient, reason = ''): Promise<void> {
    return this.#administer(user, { case: 'suspend', value: { reason } });
  }

  restore(user: sdk.Recipient): Promise<void> {
    return this.#administer(user, { case: 'restore', value: {} });
  }

  async appoint(user: sdk.Recipient, password: string): Promise<void> {
    await this.#proved(user, password, { case: 'administrator', value: true });
  }

  dismiss(user: sdk.Recipient): Promise<void> {
    return this.#administer(user, { case: 'administrator', value: false });
  }

  endSessions(user: sdk.Recipient): Promise<void> {
    return this.#administer(user, { case: 'endSessions', value: {} });
  }

  async resetSecondFactor(user: sdk.Recipient, password: string): Promise<void> {
    await this.#proved(user, password, { case: 'resetSecondFactor', value: {} });
  }

  async deleteAccount(user: sdk.Recipient, password: string): Promise<void> {
    await this.#proved(user, password, { case: 'delete', value: {} });
  }

  async recover(
    user: sdk.Recipient,
    password: string,
    { keepSecondFactor = false, lifetimeMs = 0 }: { keepSecondFactor?: boolean; lifetimeMs?: number } = {},
  ): Promise<sdk.IssuedCode> {
    const { opened } = await prove(this.#context, password);
    const wanted = { user: userReference(user), keepSecondFactor, lifetimeMs };
    const { code, expiresMs } = await opened.link.request('recoverAccount', wanted);
    return { code, expiresAt: toDate(expiresMs) };
  }

  async rooms(options: sdk.ServerRoomsOptions = {}): Promise<sdk.ServerRoomsPage> {
    const { after = 0, limit = LIMIT_DEFAULT, query = '' } = options;
    const { rooms, more } = await ask(this.#context, 'listServerRooms', { after, limit, query });
    return { rooms: rooms.map(toServerRoom), hasMore: more };
  }

  async limited(): Promise<readonly sdk.Limited[]> {
    const { limited } = await ask(this.#context, 'readLimited', {});
    return limited.map(({ limit, who, count, lastMs }) => ({ limit, who, count, last: toDate(lastMs) }));
  }

  async limits(): Promise<readonly sdk.Limit[]> {
    const { limits } = await ask(this.#context, 'readLimited', {});
    return limits.map(({ limit, perSecond, most }) => ({
      limit,
      perSecond: perSecond === 0 ? undefined : perSecond,
      most,
    }));
  }

  async health(): Promise<sdk.Health> {
    return toHealth(await ask(this.#context, 'readHealth', {}));
  }

  audit(options?: sdk.AuditOptions): Promise<sdk.AuditPage> {
    return readAudit(this.#context, undefined, options);
  }

  /** Each says how the account is to be, so it may be said twice. */
  async #administer(user: sdk.Recipient, change: Change): Promise<void> {
    await ask(this.#context, 'administerUser', { user: userReference(user), change });
  }

  async #proved(user: sdk.Recipient, password: string, change: Change): Promise<void> {
    const { opened } = await prove(this.#context, password);
    await opened.link.request('administerUser', { user: userReference(user), change });
  }

  #account(account: AccountInfo): sdk.Account | undefined {
    const { user, createdMs, lastSeenMs, online, suspendedMs, suspendReason, secondFactor } = account;
    if (user === undefined) return undefined;
    return {
      person: this.#context.people.learn(user),
      createdAt: toDate(createdMs),
      online,
      lastSeen: toDateOrNothing(lastSeenMs),
      suspended: suspendedMs === 0 ? undefined : { since: toDate(suspendedMs), reason: suspendReason },
      secondFactor,
    };
  }
}

const registrationInvites = (context: CallContext): sdk.RegistrationInvites => ({
  async create({ uses = 1, lifetimeMs = 0 } = {}) {
    const { code, expiresMs } = await tell(context, 'createInvite', { uses, lifetimeMs });
    return { code, expiresAt: toDate(expiresMs) };
  },

  async list() {
    const { invites, registration } = await ask(context, 'listInvites', {});
    return {
      invites: invites.map(({ id, usesLeft, createdMs, expiresMs }) => ({
        id,
        usesLeft,
        createdAt: toDate(createdMs),
        expiresAt: toDate(expiresMs),
      })),
      registration: toRegistration(registration),
    };
  },

  async revoke(id) {
    await tell(context, 'revokeInvite', { id });
  },
});

const toServerRoom = ({ name, kind, createdMs, retentionDays, ...room }: WireRoom): sdk.ServerRoom => ({
  number: room.number as RoomNumber,
  kind: toKind(kind),
  name: name === '' ? undefined : name,
  members: room.members,
  createdAt: toDate(createdMs),
  archived: room.archived,
  retentionDays: retentionDays === 0 ? undefined : retentionDays,
  events: room.events,
  fileBytes: room.fileBytes,
});
