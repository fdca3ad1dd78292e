/** API tokens (A8): what programs log in with instead of a password [TOKEN-1] to [TOKEN-5]. */
import { AGENT_MAX_BYTES, DEVICE_NAME_MAX_BYTES, type UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { type Channel, needSignature } from './channel.ts';
import { needLabel } from './checks.ts';
import { sourceKey } from './login-keys.ts';
import type { ThrottlePolicies } from './policy.ts';
import type { TokenRecord } from './security-store.ts';
import type { Grant, Sessions } from './sessions.ts';
import type { AccountStore } from './store.ts';
import type { Throttle } from './throttle.ts';

export const SCOPES = ['read', 'write', 'rooms', 'moderate', 'profile'] as const;
export type Scope = (typeof SCOPES)[number];

/** Of one account. */
export const TOKENS_MAX = 50;
const TOKEN_NAME_MAX_BYTES = 64;
const TOKEN_PREFIX = 'sotto_';
const TOKEN_BYTES = 32;
/** Longer than any token. */
const TOKEN_MAX_CHARACTERS = 128;
const LIFETIME_MAX_MS = 10 * 365 * 24 * 60 * 60_000;

export interface TokenOptions {
  store: AccountStore;
  clock: Clock;
  random: Random;
  sessions: Sessions;
  throttle: Throttle;
  throttlePolicies: ThrottlePolicies;
}

export interface TokenLogin {
  token: string;
  deviceKey: Uint8Array;
  deviceSignature: Uint8Array;
  deviceName: string;
}

export class Tokens {
  readonly #options: TokenOptions;

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  create(user: UserNumber, terms: TokenTerms): Promise<{ token: string; info: TokenRecord }> {
    return createToken(this.#options, user, terms);
  }

  list(user: UserNumber): Promise<readonly TokenRecord[]> {
    return this.#options.store.tokens(user);
  }

  /** Its sessions end at once. */
  async revoke(user: UserNumber, id: number): Promise<void> {
    const { store, clock, sessions } = this.#options;
    const ended = await store.revokeToken(user, id, clock.now());
    if (ended === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `token ${id}`);
    sessions.announce(ended);
  }

  /** Whatever is wrong with the token is answered alike. */
  async logIn(request: TokenLogin, channel: Channel): Promise<Grant> {
    const { store, clock, sessions, throttle, throttlePolicies } = this.#options;
    const { deviceKey, deviceName } = request;
    needLabel('agent', channel.agent, AGENT_MAX_BYTES);
    needLabel('device_name', deviceName, DEVICE_NAME_MAX_BYTES);
    needSignature('sotto/1 device', deviceKey, request.deviceSignature, channel);
    const attempt = await throttle.count([sourceKey(throttlePolicies.source, channel)]);
    const known =
      request.token.length > TOKEN_MAX_CHARACTERS
        ? undefined
        : await store.tokenByHash(sha256Of(request.token));
    const user = known && isCurrent(known, clock.now()) ? await store.userByNumber(known.user) : undefined;
    if (known === undefined || user === undefined) throw new SottoError(ErrorCode.LOGIN_FAILED);
    await throttle.giveBack(attempt);
    return sessions.start({
      user,
      deviceKey,
      deviceName,
      agent: channel.agent,
      rests: { apiToken: known.id },
    });
  }

  /** Ends what has expired. */
  async sweep(): Promise<void> {
    const { store, clock, sessions } = this.#options;
    sessions.announce(await store.expireTokens(clock.now()));
  }
}

export interface TokenTerms {
  name: string;
  scopes: readonly string[];
  /** 0 for no end. */
  lifetimeMs: number;
}

/** The token is shown once: only its hash is stored. */
export async function createToken(
  { store, clock, random }: Pick<TokenOptions, 'store' | 'clock' | 'random'>,
  user: UserNumber,
  { name, scopes, lifetimeMs }: TokenTerms,
): Promise<{ token: string; info: TokenRecord }> {
  needLabel('name', name, TOKEN_NAME_MAX_BYTES);
  if (name.trim() === '') throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'name is empty');
  if (!(lifetimeMs >= 0 && lifetimeMs <= LIFETIME_MAX_MS))
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'lifetime_ms');
  const wanted = needScopes(scopes);
  const token = TOKEN_PREFIX + Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
  const createdMs = clock.now();
  const expiresMs = lifetimeMs === 0 ? 0 : createdMs + Math.ceil(lifetimeMs);
  const fresh = { user, name, scopes: wanted, createdMs, expiresMs, tokenHash: sha256Of(token) };
  const info = await store.createToken(fresh, TOKENS_MAX);
  if (info === undefined) throw new SottoError(ErrorCode.LIMIT_REACHED, `${TOKENS_MAX} tokens`);
  return { token, info };
}

/** In the order of SCOPES. */
function needScopes(written: readonly string[]): readonly Scope[] {
  const unknown = written.find((scope) => !SCOPES.some((known) => known === scope));
  if (unknown !== undefined || written.length === 0)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `scopes are some of ${SCOPES.join(', ')}`);
  return SCOPES.filter((scope) => written.includes(scope));
}

const isCurrent = ({ expiresMs }: TokenRecord, nowMs: number): boolean =>
  expiresMs === 0 || expiresMs > nowMs;
