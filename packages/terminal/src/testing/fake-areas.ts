/** The parts of a client without a server that are about accounts and order in rooms. */
import {
  type AccountArea,
  type Administration,
  type ApiToken,
  type AuditPage,
  type Device,
  type Draft,
  ErrorCode,
  type Invites,
  type Limited,
  type Moderation,
  type NotificationLevel,
  type Profile,
  type RoomInvite,
  type Sanction,
  type SecurityReport,
  type Settings,
  SottoError,
} from '@sotto/client';
import type { DeviceNumber, UserNumber } from '@sotto/model';
import { fakeAdministration } from './fake-administration.ts';
import { ALICE, BOB, CAM, ROOM } from './people.ts';

export const PASSWORD = 'right';
const NUMBERS = new Map<number | string, UserNumber>([BOB, CAM].map(({ name, number }) => [name, number]));

/** What was asked for goes into `calls`; what is answered is in the fields. */
export class FakeAreas {
  readonly #call: (...words: unknown[]) => void;
  profile: Profile = {
    user: ALICE.number,
    displayName: 'Alice Liddell',
    about: '',
    statusText: '',
    statusEmoji: '',
    statusUntil: undefined,
    timeZone: '',
  };
  devices: Device[] = [device(5, "alice's laptop")];
  tokens: ApiToken[] = [];
  limited: Limited[] = [];
  sanctions: Sanction[] = [];
  audit: AuditPage = { entries: [], hasMore: false };
  invites: RoomInvite[] = [];
  security: SecurityReport = { secondFactor: false, recoveryCodesLeft: 0, backupKey: false };
  secret = 'JBSWY3DPEHPK3PXP';
  readonly drafts = new Map<number, Draft>();
  readonly blocked = new Set<UserNumber>();
  level: NotificationLevel = 'default';
  doNotDisturbUntil: Date | undefined;
  notifies = true;

  constructor(call: (...words: unknown[]) => void) {
    this.#call = call;
  }

  get settings(): Settings {
    const block = (blocks: boolean) => async (user: number | string) => {
      const number = NUMBERS.get(user) ?? (user as UserNumber);
      this.#call(blocks ? 'block' : 'unblock', user);
      if (blocks) this.blocked.add(number);
      else this.blocked.delete(number);
    };
    return {
      drafts: {
        get: (room) => this.drafts.get(Number(room)),
        list: () => [...this.drafts.values()],
        set: (room, text) => {
          this.#call('draft', room, text);
          this.drafts.delete(Number(room));
        },
      },
      doNotDisturbUntil: this.doNotDisturbUntil,
      blocked: [...this.blocked],
      isBlocked: (user) => this.blocked.has(user),
      notificationLevel: () => this.level,
      notifies: () => this.notifies,
      setNotificationLevel: async (room, level) => this.#call('notify', room, level),
      setDoNotDisturb: async (until) => {
        this.doNotDisturbUntil = until;
      },
      block: block(true),
      unblock: block(false),
    };
  }

  get account(): AccountArea {
    const { settings } = this;
    const check = (password: string) => {
      if (password !== PASSWORD) throw new SottoError(ErrorCode.LOGIN_FAILED);
    };
    return {
      settings,
      secondFactor: {
        enrol: async (password) => {
          check(password);
          return { uri: `otpauth://totp/sotto:alice?secret=${this.secret}`, secret: this.secret };
        },
        confirm: async (code) => {
          this.#call('confirm', code);
          if (code !== '123456') throw new SottoError(ErrorCode.SECOND_FACTOR_WRONG);
          return ['one-two', 'three-four'];
        },
        disable: async (password) => check(password),
      },
      tokens: {
        create: async ({ password, name, scopes }) => {
          check(password);
          this.#call('createToken', name, ...scopes);
          return { ...apiToken(name), scopes, token: 'sotto_secret' };
        },
        list: async () => this.tokens,
        revoke: async (id) => this.#call('revokeToken', id),
      },
      profile: async () => this.profile,
      profiles: async (users) => users.map((user) => ({ ...this.profile, user })),
      setProfile: async (changes) => {
        this.profile = { ...this.profile, ...changes };
        return this.profile;
      },
      devices: async () => this.devices,
      renameDevice: async (number, name) => this.#call('renameDevice', number, name),
      revokeDevice: async (number) => this.#call('revokeDevice', number),
      security: async () => this.security,
      changePassword: async (passwords) => {
        check(passwords.old);
        this.#call('changePassword', passwords.new);
      },
      backupKey: async () => undefined,
      delete: async (password) => {
        check(password);
        this.#call('deleteAccount');
      },
    };
  }

  get moderation(): Moderation {
    return {
      kick: async (room, user, reason) => this.#call('kick', room, user, reason),
      ban: async (room, user, options) => this.#call('ban', room, user, options?.reason),
      unban: async (room, user) => this.#call('unban', room, user),
      mute: async (room, user, options) => this.#call('mute', room, user, options?.reason),
      unmute: async (room, user) => this.#call('unmute', room, user),
      setRole: async (room, user, role) => this.#call('role', room, user, role),
      sanctions: async () => this.sanctions,
      audit: async (_, options) => this.#auditPage(options?.before),
    };
  }

  get inviteLinks(): Invites {
    return {
      create: async (room, options) => {
        this.#call('makeInvite', room, options?.uses, options?.role);
        return { ...invite(1), code: '7Q4ZK-M2X9A-0WPD8-A3HJ5' };
      },
      list: async () => this.invites,
      revoke: async (room, id) => this.#call('revokeInvite', room, id),
    };
  }

  get admin(): Administration {
    return {
      ...fakeAdministration((...words) => this.#call(...words)),
      suspend: async (user, reason) => this.#call('suspend', user, reason),
      restore: async (user) => this.#call('restore', user),
      limited: async () => this.limited,
      audit: async (options) => this.#auditPage(options?.before),
    };
  }

  #auditPage(before: number | undefined): AuditPage {
    return before === undefined ? this.audit : { entries: [], hasMore: false };
  }
}

export const device = (number: number, name: string): Device => ({
  number: number as DeviceNumber,
  name,
  agent: 'sotto/1',
  createdAt: new Date(0),
  lastSeen: undefined,
  online: true,
  current: true,
  token: undefined,
});

export const apiToken = (name: string): ApiToken => ({
  id: 1,
  name,
  scopes: ['read'],
  createdAt: new Date(0),
  lastUsed: undefined,
  expiresAt: undefined,
});

export const invite = (id: number): RoomInvite => ({
  id,
  room: ROOM,
  usesLeft: 5,
  expiresAt: new Date(0),
  role: 'member',
  by: ALICE,
});
