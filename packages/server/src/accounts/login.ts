/** Logging in with a password [LOGIN-3] to [LOGIN-7]: OPAQUE's two steps, alike for names that exist and names that do not. */
import { AGENT_MAX_BYTES, DEVICE_NAME_MAX_BYTES, type UserNumber } from '@sotto/model';
import { type ProofLabel, proofInput, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { type Channel, needSignature } from './channel.ts';
import { asUuid, needLabel, needLength, needName } from './checks.ts';
import { hmacSha256, sameBytes, uuidOf } from './digests.ts';
import { KE1_BYTES, type LoginState, type OpaqueServer } from './opaque.ts';
import type { ThrottlePolicies } from './policy.ts';
import type { Grant, Sessions } from './sessions.ts';
import { sourcePrefix } from './source.ts';
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

/** Held by the caller between the two steps, for one connection, and dropped with it. Good for one `finish`. */
export interface PendingLogin {
  readonly user: UserRecord | undefined;
  readonly state: LoginState;
  readonly attempt: CountedAttempt;
  readonly deviceKey: Uint8Array;
  readonly channel: Channel;
}

/** The account of nobody: storage is asked for it where a name is unknown, so that both cases do the same reads. */
const NOBODY = 0 as UserNumber;

export class Login {
  readonly #options: LoginOptions;
  readonly #spent = new WeakSet<PendingLogin>();

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
    const attempt = await throttle.count(
      this.#keys(identifier, deviceKnown ? deviceKey : undefined, channel),
    );
    try {
      const { ke2, state } = await turnstile.run(() =>
        opaque.startLogin(identifier, record, request.startRequest),
      );
      return { response: ke2, pending: { user, state, attempt, deviceKey, channel } };
    } catch (error) {
      const evaluated = !(error instanceof SottoError && error.code === ErrorCode.THROTTLED);
      if (!evaluated) await throttle.giveBack(attempt);
      throw error;
    }
  }

  /** Step 2: KE3 and the client's confirmation in; the session and the server's confirmation out. */
  async finish(pending: PendingLogin, proof: LoginProof): Promise<Grant & { confirmation: Uint8Array }> {
    const { opaque, sessions, throttle } = this.#options;
    const { user, channel, deviceKey } = pending;
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
    await throttle.giveBack(pending.attempt);
    const grant = await sessions.start({
      user,
      deviceKey,
      deviceName: proof.deviceName,
      agent: channel.agent,
    });
    return { ...grant, confirmation: confirm('sotto/1 server') };
  }

  /** `identifier` is the user's UUID or, for a name that nobody has, always the same one that looks like it. */
  async #resolve(name: string): Promise<{ user: UserRecord | undefined; identifier: string }> {
    const { store, secret } = this.#options;
    const uuid = asUuid(name);
    const key = uuid ?? needName(name).key;
    const user = await (uuid === undefined ? store.userByNameKey(key) : store.userByUuid(uuid));
    const decoy = uuidOf(hmacSha256(secret, `sotto/1 unknown name\0${key}`));
    return { user, identifier: user?.uuid ?? decoy };
  }

  /** A known device has a count of its own: strangers cannot lock it out, and it is no way around the limit either. */
  #keys(identifier: string, knownDevice: Uint8Array | undefined, channel: Channel): readonly ThrottleKey[] {
    const { account, source } = this.#options.throttlePolicies;
    const who =
      knownDevice === undefined ? `account:${identifier}` : `device:${identifier}:${knownDevice.toHex()}`;
    return [
      { key: `source:${sourcePrefix(channel.source)}`, policy: source },
      { key: who, policy: account },
    ];
  }
}
