/** Making accounts [ACCOUNT-1] to [ACCOUNT-6], and recovering them [RECOVERY-2]: who may, and OPAQUE's two steps. */

import type { UserUuid } from '@sotto/model';
import { nameSkeleton } from '@sotto/model/names-skeleton';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode, Registration as Mode } from '@sotto/schema';
import { KeyedLock } from '../keyed-lock.ts';
import { needName } from './checks.ts';
import { codeHash } from './codes.ts';
import { sameBytes, uuidOf } from './digests.ts';
import type { OpaqueServer } from './opaque.ts';
import type { OwnerCode } from './owner-code.ts';
import { needSealedKey } from './passwords.ts';
import type { RegistrationPolicy, ThrottlePolicies } from './policy.ts';
import { isReserved } from './reserved-names.ts';
import type { Sessions } from './sessions.ts';
import { sourcePrefix } from './source.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { Throttle } from './throttle.ts';
import type { Turnstile } from './turnstile.ts';

export interface RegistrationOptions {
  store: AccountStore;
  clock: Clock;
  random: Random;
  opaque: OpaqueServer;
  turnstile: Turnstile;
  throttle: Throttle;
  throttlePolicies: ThrottlePolicies;
  policy: RegistrationPolicy;
  sessions: Sessions;
  /** Given where others than this machine's users can reach the server. */
  ownerCode?: OwnerCode;
}

export interface RegistrationRequest {
  name: string;
  registrationRequest: Uint8Array;
  code: string;
}

/** By what right an account is made. */
type Permission =
  | { kind: 'free' }
  | { kind: 'owner' }
  | { kind: 'invited'; inviteHash: Uint8Array }
  /** The account is there; it gets a new password. */
  | { kind: 'recovery'; user: UserRecord; codeHash: Uint8Array };

/** Held by the caller between the two steps, for one connection, and dropped with it. */
export interface PendingRegistration {
  readonly name: string;
  readonly key: string;
  readonly skeleton: string;
  readonly uuid: UserUuid;
  readonly permission: Permission;
}

export interface RegistrationStarted {
  registrationResponse: Uint8Array;
  pending: PendingRegistration;
}

interface Secrets {
  registrationRecord: Uint8Array;
  sealedBackupKey: Uint8Array;
}

const NO_KEY = new Uint8Array(0);

export class Registration {
  readonly #options: RegistrationOptions;
  readonly #lock = new KeyedLock();
  #hasAccounts = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /** What Welcome says. */
  async mode(): Promise<Mode> {
    if (!(await this.#accountsExist())) {
      return this.#options.ownerCode === undefined ? Mode.OPEN : Mode.OWNER_CODE;
    }
    switch (this.#options.policy) {
      case 'open':
        return Mode.OPEN;
      case 'invite':
        return Mode.INVITE;
      case 'closed':
        return Mode.CLOSED;
    }
  }

  /** Step 1, from `source`. Counts against the source: the answer tells whether a name is taken. */
  async start(request: RegistrationRequest, source: string): Promise<RegistrationStarted> {
    const { throttle, throttlePolicies } = this.#options;
    const reading = needName(request.name);
    const key = `register:${sourcePrefix(source)}`;
    await throttle.count([{ key, policy: throttlePolicies.registration }]);
    const recovery = await this.#recovery(reading.key, request.code);
    if (recovery !== undefined)
      return this.#answer(reading, recovery.user.uuid, request.registrationRequest, recovery);
    return this.#begin(reading, request.registrationRequest, await this.#permission(request.code));
  }

  /** Step 1 for callers inside the process: no policy, no throttle. */
  startTrusted(name: string, registrationRequest: Uint8Array): Promise<RegistrationStarted> {
    return this.#begin(needName(name), registrationRequest, { kind: 'free' });
  }

  /** Step 2. */
  async finish(
    pending: PendingRegistration,
    registrationRecord: Uint8Array,
    sealedBackupKey: Uint8Array = NO_KEY,
  ): Promise<UserRecord> {
    const { opaque, turnstile, ownerCode } = this.#options;
    needSealedKey(sealedBackupKey);
    await turnstile.run(() => opaque.checkRecord(registrationRecord));
    const secrets = { registrationRecord, sealedBackupKey };
    const { permission } = pending;
    if (permission.kind === 'recovery') return this.#recover(permission, secrets);
    if (permission.kind !== 'owner') return this.#create(pending, secrets);
    const owner = await this.#lock.run(['owner'], async () => {
      if (await this.#accountsExist()) throw this.#ownerExists();
      return this.#create(pending, secrets);
    });
    await ownerCode?.forget();
    return owner;
  }

  async #begin(
    reading: { name: string; key: string },
    request: Uint8Array,
    permission: Permission,
  ): Promise<RegistrationStarted> {
    const { store, random } = this.#options;
    const { name, key } = reading;
    const skeleton = nameSkeleton(name);
    if (isReserved(skeleton)) throw new SottoError(ErrorCode.NAME_INVALID, 'it means something else');
    if (await store.nameTaken(key, skeleton)) throw new SottoError(ErrorCode.NAME_TAKEN, name);
    return this.#answer(reading, uuidOf(random.bytes(16)), request, permission);
  }

  async #answer(
    { name, key }: { name: string; key: string },
    uuid: UserUuid,
    request: Uint8Array,
    permission: Permission,
  ): Promise<RegistrationStarted> {
    const { opaque, turnstile } = this.#options;
    const registrationResponse = await turnstile.run(() => opaque.registrationResponse(uuid, request));
    const skeleton = nameSkeleton(name);
    return { registrationResponse, pending: { name, key, skeleton, uuid, permission } };
  }

  /** Where the code is one that recovers the account of that name. */
  async #recovery(key: string, code: string): Promise<(Permission & { kind: 'recovery' }) | undefined> {
    if (code === '') return undefined;
    const { store, clock } = this.#options;
    const hash = codeHash(code);
    const user = await store.userByNameKey(key);
    if (user === undefined || user.assistant) return undefined;
    if (!(await store.recoveryUsable(user.number, hash, clock.now()))) return undefined;
    return { kind: 'recovery', user, codeHash: hash };
  }

  /** A new password; all sessions end, and the second factor unless it was to be kept. */
  async #recover(
    { user, codeHash: hash }: Permission & { kind: 'recovery' },
    secrets: Secrets,
  ): Promise<UserRecord> {
    const { store, clock, sessions } = this.#options;
    const ended = await store.recover({
      user: user.number,
      codeHash: hash,
      ...secrets,
      nowMs: clock.now(),
    });
    if (ended === undefined) throw new SottoError(ErrorCode.NAME_TAKEN, user.name);
    sessions.announce(ended);
    return user;
  }

  async #permission(code: string): Promise<Permission> {
    const { store, clock, policy, ownerCode } = this.#options;
    if (!(await this.#accountsExist())) {
      if (ownerCode === undefined) return { kind: 'owner' };
      if (sameBytes(codeHash(code), codeHash(ownerCode.code))) return { kind: 'owner' };
      throw new SottoError(ErrorCode.CODE_REQUIRED, "the owner's code");
    }
    switch (policy) {
      case 'open':
        return { kind: 'free' };
      case 'closed':
        throw new SottoError(ErrorCode.REGISTRATION_CLOSED);
      case 'invite': {
        const inviteHash = codeHash(code);
        if (await store.inviteUsable(inviteHash, clock.now())) return { kind: 'invited', inviteHash };
        throw new SottoError(ErrorCode.CODE_REQUIRED, 'an invite code');
      }
    }
  }

  async #create(pending: PendingRegistration, secrets: Secrets): Promise<UserRecord> {
    const { store, clock } = this.#options;
    const { name, key, skeleton, uuid, permission } = pending;
    const result = await store.createUser({
      uuid,
      name,
      nameKey: key,
      nameSkeleton: skeleton,
      ...secrets,
      createdMs: clock.now(),
      ...(permission.kind === 'invited' ? { inviteHash: permission.inviteHash } : {}),
    });
    switch (result.kind) {
      case 'created':
        this.#hasAccounts = true;
        return result.user;
      case 'nameTaken':
        throw new SottoError(ErrorCode.NAME_TAKEN, name);
      case 'inviteInvalid':
        throw new SottoError(ErrorCode.CODE_REQUIRED, 'an invite code');
    }
  }

  /** Somebody became the owner between this registration's two steps. */
  #ownerExists(): SottoError {
    const code = this.#options.policy === 'closed' ? ErrorCode.REGISTRATION_CLOSED : ErrorCode.CODE_REQUIRED;
    return new SottoError(code, 'another account was made first; start again');
  }

  async #accountsExist(): Promise<boolean> {
    this.#hasAccounts ||= (await this.#options.store.userCount()) > 0;
    return this.#hasAccounts;
  }
}
