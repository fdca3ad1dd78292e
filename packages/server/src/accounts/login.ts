/** Logging in with a password [LOGIN-3] to [LOGIN-7]: OPAQUE's two steps, alike for names that exist and names that do not. */
import { AGENT_MAX_BYTES, DEVICE_NAME_MAX_BYTES, type UserNumber } from '@sotto/model';
import { type ProofLabel, proofInput, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { type Channel, needSignature } from './channel.ts';
import { asUuid, needLabel, needLength, needName } from './checks.ts';
import { hmacSha256, sameBytes, uuidOf } from './digests.ts';
import { loginKeys } from './login-keys.ts';
import { KE1_BYTES, type LoginState, type OpaqueServer } from './opaque.ts';
import type { ThrottlePolicies } from './policy.ts';
import type { SecondFactor } from './second-factor.ts';
import type { FactorUse } from './security-store.ts';
import type { Grant, Sessions } from './sessions.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { CountedAttempt, Throttle, ThrottleKey } from './throttle.ts';
import type { Turnstile } from './turnstile.ts';

export interface LoginOptions {
  store: AccountStore;
  secret: string;
  opaque: OpaqueServer;
  turnstile: Turnstile;
  throttle: Throttle;
  throttlePolicies: ThrottlePolicies;
  sessions: Sessions;
  secondFactor: SecondFactor;
}

export interface LoginRequest {
  /** A user's name, or its UUID. */
  name: string;
  startRequest: Uint8Array;
  deviceKey: Uint8Array;
  deviceSignature: Uint8Array;
}

export interface LoginProof {
  finishRequest: Uint8Array;
  confirmation: Uint8Array;
  deviceName: string;
}

/** Held by the caller between the steps, for one connection, and dropped with it. Good for one `finish`. */
export interface PendingLogin {
  readonly user: UserRecord | undefined;
  /** What the password is proved against. */
  readonly record: Uint8Array | undefined;
  readonly state: LoginState;
  readonly keys: readonly ThrottleKey[];
  readonly attempt: CountedAttempt;
  readonly deviceKey: Uint8Array;
  readonly channel: Channel;
}

/** The password of a pending login was proved; its second factor is outstanding. */
interface Proved {
  readonly user: UserRecord;
  readonly deviceName: string;
  readonly confirmation: Uint8Array;
  /** Given back together, once all is proved. */
  readonly attempts: CountedAttempt[];
  tried: boolean;
}

export type LoginGrant = Grant & { confirmation: Uint8Array };

/** The account of nobody: storage is asked for it where a name is unknown, so that both cases do the same reads. */
const NOBODY = 0 as UserNumber;

export class Login {
  readonly #options: LoginOptions;
  readonly #spent = new WeakSet<PendingLogin>();
  readonly #proved = new WeakMap<PendingLogin, Proved>();

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Step 1: KE1 in, KE2 out. The attempt counts from here on. */
  async start(
    request: LoginRequest,
    channel: Channel,
  ): Promise<{ response: Uint8Array; pending: PendingLogin }> {
    const { store, opaque, turnstile, throttle } = this.#options;
    needLength('start_request', request.startRequest, KE1_BYTES);
    needLabel('agent', channel.agent, AGENT_MAX_BYTES);
    const { deviceKey } = request;
    needSignature('sotto/1 device', deviceKey, request.deviceSignature, channel);
    const { user, identifier } = await this.#resolve(request.name);
    const [record, deviceKnown] = await Promise.all([
      store.registrationRecord(user?.number ?? NOBODY),
      store.deviceKnown(user?.number ?? NOBODY, deviceKey),
    ]);
    const known = deviceKnown ? deviceKey : undefined;
    const keys = loginKeys(this.#options.throttlePolicies, identifier, known, channel);
    const attempt = await throttle.count(keys);
    try {
      const { ke2, state } = await turnstile.run(() =>
        opaque.startLogin(identifier, record, request.startRequest),
      );
      return { response: ke2, pending: { user, record, state, keys, attempt, deviceKey, channel } };
    } catch (error) {
      const evaluated = !(error instanceof SottoError && error.code === ErrorCode.THROTTLED);
      if (!evaluated) await throttle.giveBack(attempt);
      throw error;
    }
  }

  /**
   * Step 2: KE3 and the client's confirmation in; the session and the server's confirmation out. Throws
   * SECOND_FACTOR_REQUIRED where that is on: the same pending login then waits for `secondFactor`.
   */
  async finish(pending: PendingLogin, proof: LoginProof): Promise<LoginGrant> {
    const { opaque, secondFactor } = this.#options;
    const { user, channel } = pending;
    needLabel('device_name', proof.deviceName, DEVICE_NAME_MAX_BYTES);
    const sessionKey = this.#spent.has(pending)
      ? undefined
      : opaque.finishLogin(pending.state, proof.finishRequest);
    this.#spent.add(pending);
    if (sessionKey === undefined || user === undefined) throw new SottoError(ErrorCode.LOGIN_FAILED);
    const confirm = (label: ProofLabel) =>
      hmacSha256(sessionKey, proofInput(label, channel.transcriptHash, channel.binding));
    if (!sameBytes(confirm('sotto/1 client'), proof.confirmation)) {
      throw new SottoError(ErrorCode.DOWNGRADE_DETECTED, 'confirmation');
    }
    const proved: Proved = {
      user,
      deviceName: proof.deviceName,
      confirmation: confirm('sotto/1 server'),
      attempts: [pending.attempt],
      tried: false,
    };
    if (!(await secondFactor.inUse(user.number))) return this.#grant(pending, proved);
    this.#proved.set(pending, proved);
    throw new SottoError(ErrorCode.SECOND_FACTOR_REQUIRED);
  }

  /** Whether a code was given already: another one is another attempt. */
  triedFactor(pending: PendingLogin): boolean {
    return this.#proved.get(pending)?.tried ?? false;
  }

  /** Step 3, where step 2 asked for it. A wrong code counts like a wrong password [FACTOR-5]. */
  async secondFactor(pending: PendingLogin, code: string): Promise<LoginGrant> {
    const { secondFactor, throttle } = this.#options;
    const proved = this.#proved.get(pending);
    if (proved === undefined)
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, 'no second factor is asked for');
    // The first code is part of the attempt that the password began.
    if (proved.tried) proved.attempts.push(await throttle.count(pending.keys));
    proved.tried = true;
    const factor = await secondFactor.judge(proved.user.number, code);
    if (factor === undefined) throw new SottoError(ErrorCode.SECOND_FACTOR_WRONG);
    const granted = await this.#grant(pending, proved, factor);
    this.#proved.delete(pending);
    return granted;
  }

  async #grant(
    { deviceKey, channel, record }: PendingLogin,
    { user, deviceName, confirmation, attempts }: Proved,
    factor?: FactorUse,
  ): Promise<LoginGrant> {
    const { sessions, throttle } = this.#options;
    const rests = {
      ...(record === undefined ? {} : { registrationRecord: record }),
      ...(factor === undefined ? {} : { factor }),
    };
    const grant = await sessions.start({ user, deviceKey, deviceName, agent: channel.agent, rests });
    for (const attempt of attempts) await throttle.giveBack(attempt);
    return { ...grant, confirmation };
  }

  /** `identifier` is the user's UUID or, for a name that nobody has, always the same one that looks like it. */
  async #resolve(name: string): Promise<{ user: UserRecord | undefined; identifier: string }> {
    const { store, secret } = this.#options;
    const uuid = asUuid(name);
    const key = uuid ?? needName(name).key;
    const found = await (uuid === undefined ? store.userByNameKey(key) : store.userByUuid(uuid));
    // A deleted account is nobody's, and nobody logs in to an assistant [ASSIST-1].
    const user = found === undefined || found.deletedMs > 0 || found.assistant ? undefined : found;
    const decoy = uuidOf(hmacSha256(secret, `sotto/1 unknown name\0${key}`));
    return { user, identifier: user?.uuid ?? decoy };
  }
}
