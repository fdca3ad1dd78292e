/** Making accounts [ACCOUNT-1] to [ACCOUNT-6]: who may, and OPAQUE's two steps. */

import type { UserUuid } from '@sotto/model';
import { nameSkeleton } from '@sotto/model/names-skeleton';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode, Registration as Mode } from '@sotto/schema';
import { needName } from './checks.ts';
import { codeHash } from './codes.ts';
import { sameBytes, uuidOf } from './digests.ts';
import { KeyedLock } from './lock.ts';
import type { OpaqueServer } from './opaque.ts';
import type { OwnerCode } from './owner-code.ts';
import type { RegistrationPolicy, ThrottlePolicies } from './policy.ts';
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
  /** Given where others than this machine's users can reach the server. */
  ownerCode?: OwnerCode;
}

export interface RegistrationRequest {
  name: string;
  registrationRequest: Uint8Array;
  code: string;
}

/** By what right an account is made. */
type Permission = { kind: 'free' } | { kind: 'owner' } | { kind: 'invited'; inviteHash: Uint8Array };

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
    return this.#begin(reading, request.registrationRequest, await this.#permission(request.code));
  }

  /** Step 1 for callers inside the process: no policy, no throttle. */
  startTrusted(name: string, registrationRequest: Uint8Array): Promise<RegistrationStarted> {
    return this.#begin(needName(name), registrationRequest, { kind: 'free' });
  }

  /** Step 2. */
  async finish(pending: PendingRegistration, registrationRecord: Uint8Array): Promise<UserRecord> {
    const { opaque, turnstile, ownerCode } = this.#options;
    await turnstile.run(() => opaque.checkRecord(registrationRecord));
    if (pending.permission.kind !== 'owner') return this.#create(pending, registrationRecord);
    const owner = await this.#lock.run(['owner'], async () => {
      if (await this.#accountsExist()) throw this.#ownerExists();
      return this.#create(pending, registrationRecord);
    });
    await ownerCode?.forget();
    return owner;
  }

  async #begin(
    reading: { name: string; key: string },
    request: Uint8Array,
    permission: Permission,
  ): Promise<RegistrationStarted> {
    const { store, random, opaque, turnstile } = this.#options;
    const { name, key } = reading;
    const skeleton = nameSkeleton(name);
    if (await store.nameTaken(key, skeleton)) throw new SottoError(ErrorCode.NAME_TAKEN, name);
    const uuid = uuidOf(random.bytes(16));
    const registrationResponse = await turnstile.run(() => opaque.registrationResponse(uuid, request));
    return { registrationResponse, pending: { name, key, skeleton, uuid, permission } };
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
        throw new SottoError(ErrorCode.CODE_REQUIRED, 'an invitation');
      }
    }
  }

  async #create(pending: PendingRegistration, registrationRecord: Uint8Array): Promise<UserRecord> {
    const { store, clock } = this.#options;
    const { name, key, skeleton, uuid, permission } = pending;
    const result = await store.createUser({
      uuid,
      name,
      nameKey: key,
      nameSkeleton: skeleton,
      registrationRecord,
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
        throw new SottoError(ErrorCode.CODE_REQUIRED, 'an invitation');
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
