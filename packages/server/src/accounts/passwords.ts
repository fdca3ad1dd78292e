/** Proving the password again on a live connection, and changing it [PROOF-1] to [PROOF-4], [PASSWORD-1] to [PASSWORD-3]. */
import {
  type DeviceNumber,
  SEALED_BACKUP_KEY_MAX_BYTES,
  type SessionId,
  type UserNumber,
} from '@sotto/model';
import { type Clock, proofInput, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Channel } from './channel.ts';
import { needLength } from './checks.ts';
import { hmacSha256, sameBytes } from './digests.ts';
import { loginKeys } from './login-keys.ts';
import { KE1_BYTES, type LoginState, type OpaqueServer } from './opaque.ts';
import type { ThrottlePolicies } from './policy.ts';
import type { Sessions } from './sessions.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { CountedAttempt, Throttle } from './throttle.ts';
import type { Turnstile } from './turnstile.ts';

export interface PasswordOptions {
  store: AccountStore;
  clock: Clock;
  opaque: OpaqueServer;
  turnstile: Turnstile;
  throttle: Throttle;
  throttlePolicies: ThrottlePolicies;
  sessions: Sessions;
}

/** Held by the caller between the two steps, for one connection. Good for one `finishProof`. */
export interface PendingProof {
  readonly state: LoginState;
  readonly attempt: CountedAttempt;
  readonly channel: Channel;
}

export interface NewPassword {
  registrationRecord: Uint8Array;
  sealedBackupKey: Uint8Array;
}

export class Passwords {
  readonly #options: PasswordOptions;

  constructor(options: PasswordOptions) {
    this.#options = options;
  }

  /** Counts like an attempt to log in from this device and source. */
  async startProof(
    who: { user: UserRecord; device: DeviceNumber },
    startRequest: Uint8Array,
    channel: Channel,
  ): Promise<{ response: Uint8Array; pending: PendingProof }> {
    const { store, opaque, turnstile, throttle, throttlePolicies } = this.#options;
    needLength('start_request', startRequest, KE1_BYTES);
    const [record, deviceKey] = await Promise.all([
      store.registrationRecord(who.user.number),
      store.deviceKey(who.device),
    ]);
    const { uuid } = who.user;
    const attempt = await throttle.count(loginKeys(throttlePolicies, uuid, deviceKey, channel));
    try {
      const { ke2, state } = await turnstile.run(() => opaque.startLogin(uuid, record, startRequest));
      return { response: ke2, pending: { state, attempt, channel } };
    } catch (error) {
      if (error instanceof SottoError && error.code === ErrorCode.THROTTLED) await throttle.giveBack(attempt);
      throw error;
    }
  }

  async finishProof(
    { state, attempt, channel }: PendingProof,
    proof: { finishRequest: Uint8Array; confirmation: Uint8Array },
  ): Promise<void> {
    const { opaque, throttle } = this.#options;
    const sessionKey = opaque.finishLogin(state, proof.finishRequest);
    if (sessionKey === undefined) throw new SottoError(ErrorCode.LOGIN_FAILED);
    const covered = proofInput('sotto/1 client', channel.transcriptHash, channel.binding);
    if (!sameBytes(hmacSha256(sessionKey, covered), proof.confirmation))
      throw new SottoError(ErrorCode.DOWNGRADE_DETECTED, 'confirmation');
    await throttle.giveBack(attempt);
  }

  /** Empty where the client gave none. */
  sealedBackupKey(user: UserNumber): Promise<Uint8Array> {
    return this.#options.store.sealedBackupKey(user);
  }

  startChange({ uuid }: UserRecord, registrationRequest: Uint8Array): Promise<Uint8Array> {
    const { opaque, turnstile } = this.#options;
    return turnstile.run(() => opaque.registrationResponse(uuid, registrationRequest));
  }

  /** Every other session ends in the same commit. Whose own has ended meanwhile, by such a change too, changes nothing. */
  async finishChange(user: UserRecord, keep: SessionId, password: NewPassword): Promise<void> {
    const { store, clock, opaque, turnstile, sessions } = this.#options;
    needSealedKey(password.sealedBackupKey);
    await turnstile.run(() => opaque.checkRecord(password.registrationRecord));
    const change = { user: user.number, ...password, keep, nowMs: clock.now() };
    const ended = await store.changePassword(change);
    if (ended === undefined) throw new SottoError(ErrorCode.SESSION_REVOKED);
    sessions.announce(ended);
  }
}

export function needSealedKey({ length }: Uint8Array): void {
  if (length <= SEALED_BACKUP_KEY_MAX_BYTES) return;
  const detail = `sealed_backup_key has ${length} bytes, at most ${SEALED_BACKUP_KEY_MAX_BYTES}`;
  throw new SottoError(ErrorCode.ARGUMENT_INVALID, detail);
}
