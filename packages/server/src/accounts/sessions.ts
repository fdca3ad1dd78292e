/** Sessions [SESSION-1] to [SESSION-6]: tokens, their rotation, and their end. */
import type { SessionId, UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { type Channel, needSignature } from './channel.ts';
import { needLength } from './checks.ts';
import { uuidOf } from './digests.ts';
import type {
  AccountStore,
  NewSession,
  RotationResult,
  SessionRecord,
  StartSessionResult,
  UserRecord,
} from './store.ts';

export const TOKEN_BYTES = 32;
/** Sessions ended by another process (`sotto admin revoke`) are noticed at the next poll: within 2 s. */
export const REVOCATION_POLL_MS = 1_000;
/** Each poll looks back this far, over the other process's commit delay and a clock that differs a little. */
export const REVOCATION_OVERLAP_MS = 10_000;

export interface SessionOptions {
  store: AccountStore;
  clock: Clock;
  random: Random;
  /** Told of failures that no request waits for. */
  onFailure: (failure: unknown) => void;
}

/** A session that now belongs to one connection; every other connection of it is to be closed. */
export interface Grant {
  session: SessionRecord;
  user: UserRecord;
  /** For the client, once; only its hash is stored. */
  token: Uint8Array;
}

export interface NewLogin {
  user: UserRecord;
  deviceKey: Uint8Array;
  deviceName: string;
  agent: string;
  rests?: NewSession['rests'];
}

export interface ResumeRequest {
  token: Uint8Array;
  signature: Uint8Array;
  /** What the session's generation becomes; 0 names the next one [SESSION-8]. */
  generation: number;
}

/** May name a session more than once, and sessions that no connection has. */
export type RevocationListener = (ended: readonly SessionId[]) => void;

export class Sessions {
  readonly #options: SessionOptions;
  readonly #listeners = new Set<RevocationListener>();
  #stopPolling: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** After a password was proved. Ends the device's earlier sessions. */
  async start(login: NewLogin): Promise<Grant> {
    const { store, clock, random } = this.#options;
    // Whatever it was begun with [ASSIST-1].
    if (login.user.assistant) throw new SottoError(ErrorCode.LOGIN_FAILED);
    const token = random.bytes(TOKEN_BYTES);
    const result = await store.startSession({
      id: uuidOf(random.bytes(16)) as string as SessionId,
      user: login.user.number,
      deviceKey: login.deviceKey,
      deviceName: login.deviceName,
      agent: login.agent,
      tokenHash: sha256Of(token),
      nowMs: clock.now(),
      ...(login.rests === undefined ? {} : { rests: login.rests }),
    });
    if (result.kind !== 'started') throw await this.#notStarted(result.kind, login);
    // As it is by now: a log-in takes up to a minute.
    const user = (await store.userByNumber(login.user.number)) ?? login.user;
    return { session: result.session, user, token };
  }

  /**
   * Nothing changes before the device has signed this connection's negotiation. Nothing is waited for after the
   * commit, so that takeovers of one session resolve in the order of their commits.
   */
  async resume(request: ResumeRequest, channel: Channel): Promise<Grant> {
    const { store, clock, random } = this.#options;
    needLength('token', request.token, TOKEN_BYTES);
    const usedHash = sha256Of(request.token);
    const found = await this.#byToken(usedHash);
    needSignature('sotto/1 resume', found.deviceKey, request.signature, channel);
    if (found.revokedMs > 0) throw new SottoError(ErrorCode.SESSION_REVOKED);
    const user = await store.userByNumber(found.user);
    if (user === undefined) throw new SottoError(ErrorCode.SESSION_UNKNOWN);
    const token = random.bytes(TOKEN_BYTES);
    const rotated = await store.rotateSession({
      id: found.id,
      usedHash,
      newHash: sha256Of(token),
      generation: request.generation,
      nowMs: clock.now(),
    });
    if (rotated.kind !== 'rotated') throw refusalOf(rotated.kind);
    return { session: rotated.session, user, token };
  }

  /** Ends a session for ever: log-out, or revocation. True when it was alive. */
  async end(id: SessionId): Promise<boolean> {
    const ended = await this.#options.store.revokeSession(id, this.#options.clock.now());
    if (ended) this.announce([id]);
    return ended;
  }

  /** Living sessions of one user, or of all, newest first. */
  list(user: UserNumber | undefined, limit: number): Promise<readonly SessionRecord[]> {
    return this.#options.store.sessions(user, limit);
  }

  /**
   * Calls `listener` when sessions end, in this process or another one. Polls while anyone listens; the returned
   * function stops it.
   */
  watchRevocations(listener: RevocationListener): () => void {
    this.#listeners.add(listener);
    if (this.#stopPolling === undefined) this.#pollLater();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stopPolling?.();
      this.#stopPolling = undefined;
    };
  }

  /** Sessions ended at or after `sinceMs`, by any process. */
  revokedSince(sinceMs: number): Promise<readonly SessionId[]> {
    return this.#options.store.revokedSince(sinceMs);
  }

  /** Told only here, once everything was proved [SUSPEND-2]. */
  async #notStarted(
    kind: Exclude<StartSessionResult['kind'], 'started'>,
    { user, rests }: NewLogin,
  ): Promise<SottoError> {
    switch (kind) {
      case 'suspended':
        return new SottoError(ErrorCode.SUSPENDED, await this.#options.store.suspendReason(user.number));
      case 'factorUsed':
        // Without one: it was switched on while the password was being proved.
        return new SottoError(
          rests?.factor === undefined ? ErrorCode.LOGIN_FAILED : ErrorCode.SECOND_FACTOR_WRONG,
        );
      case 'deleted':
      case 'passwordChanged':
      case 'tokenGone':
        return new SottoError(ErrorCode.LOGIN_FAILED);
    }
  }

  async #byToken(tokenHash: Uint8Array): Promise<SessionRecord> {
    const session = await this.#options.store.sessionByToken(tokenHash);
    if (session === undefined) throw new SottoError(ErrorCode.SESSION_UNKNOWN);
    return session;
  }

  /** The sessions were ended by a commit of this process. */
  announce(ended: readonly SessionId[]): void {
    if (ended.length === 0) return;
    for (const listener of this.#listeners) listener(ended);
  }

  #pollLater(): void {
    this.#stopPolling = this.#options.clock.after(REVOCATION_POLL_MS, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    try {
      this.announce(await this.revokedSince(this.#options.clock.now() - REVOCATION_OVERLAP_MS));
    } catch (failure) {
      this.#options.onFailure(failure);
    }
    if (this.#listeners.size > 0) this.#pollLater();
  }
}

/** What may have changed while the Resume was being checked, and what it named wrongly. */
function refusalOf(kind: Exclude<RotationResult['kind'], 'rotated'>): SottoError {
  switch (kind) {
    case 'tokenUnknown':
      return new SottoError(ErrorCode.SESSION_UNKNOWN);
    case 'ended':
      return new SottoError(ErrorCode.SESSION_REVOKED);
    case 'takenOver':
      return new SottoError(ErrorCode.SESSION_TAKEN_OVER);
    case 'tooFar':
      return new SottoError(ErrorCode.ARGUMENT_INVALID, 'generation');
  }
}
