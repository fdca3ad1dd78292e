/** AccountStore in memory, for tests of this domain. */
import type { DeviceNumber, SessionId, UserNumber } from '@sotto/model';
import type {
  AccountStore,
  CreateUserResult,
  Invite,
  NewSession,
  NewUser,
  SessionRecord,
  ThrottleRecord,
  UserRecord,
} from '../store.ts';

interface StoredSession {
  record: SessionRecord;
  current: string;
  previous: string;
}

export class MemoryAccountStore implements AccountStore {
  readonly throttles = new Map<string, ThrottleRecord>();
  readonly #users: { record: UserRecord; secret: NewUser }[] = [];
  readonly #devices: { user: UserNumber; key: string }[] = [];
  readonly #sessions: StoredSession[] = [];
  readonly #invites = new Map<string, Invite>();

  async createUser(user: NewUser): Promise<CreateUserResult> {
    if (this.#taken(user.nameKey, user.nameSkeleton)) return { kind: 'nameTaken' };
    if (user.inviteHash !== undefined && !this.#useInvite(user.inviteHash, user.createdMs)) {
      return { kind: 'inviteInvalid' };
    }
    const record: UserRecord = {
      number: (this.#users.length + 1) as UserNumber,
      uuid: user.uuid,
      name: user.name,
      owner: this.#users.length === 0,
      createdMs: user.createdMs,
      lastSeenMs: 0,
    };
    this.#users.push({ record, secret: user });
    return { kind: 'created', user: record };
  }

  async userCount() {
    return this.#users.length;
  }
  async userByNumber(number: UserNumber) {
    return this.#users[number - 1]?.record;
  }
  async userByUuid(uuid: string) {
    return this.#users.find(({ record }) => record.uuid === uuid)?.record;
  }
  async userByNameKey(nameKey: string) {
    return this.#users.find(({ secret }) => secret.nameKey === nameKey)?.record;
  }
  async nameTaken(nameKey: string, nameSkeleton: string) {
    return this.#taken(nameKey, nameSkeleton);
  }
  async registrationRecord(user: UserNumber) {
    return this.#users[user - 1]?.secret.registrationRecord;
  }
  async users(after: UserNumber, limit: number) {
    return this.#users.slice(after, after + limit).map(({ record }) => record);
  }
  async saveLastSeen(seen: readonly { user: UserNumber; atMs: number }[]) {
    for (const { user, atMs } of seen) {
      const found = this.#users[user - 1];
      if (found !== undefined) found.record = { ...found.record, lastSeenMs: atMs };
    }
  }

  async deviceKnown(user: UserNumber, deviceKey: Uint8Array) {
    return this.#device(user, deviceKey) >= 0;
  }
  async startSession(session: NewSession): Promise<SessionRecord> {
    const { user, deviceKey, deviceName, agent, nowMs } = session;
    if (this.#device(user, deviceKey) < 0) this.#devices.push({ user, key: deviceKey.toHex() });
    const device = (this.#device(user, deviceKey) + 1) as DeviceNumber;
    for (const other of this.#sessions) {
      if (other.record.device === device && other.record.revokedMs === 0) other.record.revokedMs = nowMs;
    }
    const times = { createdMs: nowMs, lastSeenMs: nowMs, revokedMs: 0 };
    const record = { id: session.id, user, device, deviceKey, deviceName, agent, generation: 1, ...times };
    this.#sessions.push({ record, current: session.tokenHash.toHex(), previous: '' });
    return { ...record };
  }
  async sessionByToken(tokenHash: Uint8Array) {
    const found = this.#sessions.find((session) => holds(session, tokenHash));
    return found && { ...found.record };
  }
  async rotateSession(id: SessionId, usedHash: Uint8Array, newHash: Uint8Array, nowMs: number) {
    const found = this.#sessions.find(
      (session) => session.record.id === id && session.record.revokedMs === 0 && holds(session, usedHash),
    );
    if (found === undefined) return undefined;
    found.previous = usedHash.toHex();
    found.current = newHash.toHex();
    found.record = { ...found.record, generation: found.record.generation + 1, lastSeenMs: nowMs };
    return { ...found.record };
  }
  async revokeSession(id: SessionId, nowMs: number) {
    const found = this.#sessions.find(({ record }) => record.id === id && record.revokedMs === 0);
    if (found !== undefined) found.record.revokedMs = nowMs;
    return found !== undefined;
  }
  async revokedSince(sinceMs: number) {
    return this.#sessions
      .filter(({ record }) => record.revokedMs > 0 && record.revokedMs >= sinceMs)
      .map(({ record }) => record.id);
  }
  async sessions(user: UserNumber | undefined, limit: number) {
    return this.#sessions
      .map(({ record }) => record)
      .filter((record) => record.revokedMs === 0 && (user === undefined || record.user === user))
      .toReversed()
      .slice(0, limit);
  }

  async createInvite(invite: Invite) {
    this.#invites.set(invite.codeHash.toHex(), { ...invite });
  }
  async inviteUsable(codeHash: Uint8Array, nowMs: number) {
    const invite = this.#invites.get(codeHash.toHex());
    return invite !== undefined && invite.usesLeft > 0 && invite.expiresMs > nowMs;
  }

  async throttle(key: string) {
    return this.throttles.get(key);
  }
  async saveThrottle(key: string, record: ThrottleRecord) {
    this.throttles.set(key, { ...record });
  }
  async dropThrottles(beforeMs: number) {
    for (const [key, record] of this.throttles) if (record.updatedMs < beforeMs) this.throttles.delete(key);
  }

  #taken(nameKey: string, nameSkeleton: string): boolean {
    return this.#users.some(
      ({ secret }) => secret.nameKey === nameKey || secret.nameSkeleton === nameSkeleton,
    );
  }

  #device(user: UserNumber, deviceKey: Uint8Array): number {
    return this.#devices.findIndex((device) => device.user === user && device.key === deviceKey.toHex());
  }

  #useInvite(codeHash: Uint8Array, nowMs: number): boolean {
    const invite = this.#invites.get(codeHash.toHex());
    if (invite === undefined || invite.usesLeft === 0 || invite.expiresMs <= nowMs) return false;
    invite.usesLeft--;
    return true;
  }
}

const holds = (session: StoredSession, tokenHash: Uint8Array): boolean =>
  [session.current, session.previous].includes(tokenHash.toHex());
