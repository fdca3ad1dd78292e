/** The second factor (A8): codes by time (RFC 6238) and recovery codes [FACTOR-1] to [FACTOR-6]. */
import type { UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { Secret, TOTP } from 'otpauth';
import { codeHash, makeCode } from './codes.ts';
import { sameBytes } from './digests.ts';
import { Sealing } from './sealing.ts';
import type { FactorUse, SecondFactorRecord, SecurityStore } from './security-store.ts';
import type { UserRecord } from './store.ts';

const ISSUER = 'Sotto';
const SECRET_BYTES = 20;
const STEP_MS = 30_000;
/** Clocks of phones differ a little. */
const WINDOW = [-1, 0, 1] as const;
export const RECOVERY_CODES = 10;
/** A secret that nobody has confirmed by then is void. */
export const ENROLMENT_MS = 10 * 60_000;
/** Longer than any code as people write it. */
const CODE_MAX_CHARACTERS = 64;

export interface SecondFactorOptions {
  store: SecurityStore;
  clock: Clock;
  random: Random;
  /** The login secret. */
  secret: string;
}

export class SecondFactor {
  readonly #options: SecondFactorOptions;
  readonly #sealing: Sealing;

  constructor(options: SecondFactorOptions) {
    this.#options = options;
    this.#sealing = new Sealing(options.secret, 'sotto/1 second factor', options.random);
  }

  async inUse(user: UserNumber): Promise<boolean> {
    return ((await this.#options.store.secondFactor(user))?.confirmedMs ?? 0) > 0;
  }

  async codesLeft(user: UserNumber): Promise<number> {
    return (await this.#options.store.recoveryCodes(user)).length;
  }

  /** What the code stands for, to be used up by the commit that begins the session; undefined for a wrong one. */
  async judge(user: UserNumber, code: string): Promise<FactorUse | undefined> {
    const { store } = this.#options;
    const [factor, hashes] = await Promise.all([store.secondFactor(user), store.recoveryCodes(user)]);
    if (factor === undefined || factor.confirmedMs === 0 || code.length > CODE_MAX_CHARACTERS)
      return undefined;
    const step = this.#stepOf(user, factor, code);
    if (step !== undefined) return { kind: 'step', step };
    const hash = codeHash(code);
    // All are compared, so that nothing shows by time which one it was like.
    const known = hashes.filter((one) => sameBytes(one, hash)).length > 0;
    return known ? { kind: 'recoveryCode', codeHash: hash } : undefined;
  }

  /** A new secret; nothing changes before it is confirmed. */
  async enrol({ number, name }: UserRecord): Promise<{ uri: string; secret: string }> {
    const { store, clock, random } = this.#options;
    const secret = new Secret({ buffer: Uint8Array.from(random.bytes(SECRET_BYTES)).buffer });
    const sealed = this.#sealing.seal(secret.bytes, contextOf(number));
    if (!(await store.enrolSecondFactor(number, sealed, clock.now())))
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'the second factor is on; switch it off first');
    return { uri: totp(secret, name).toString(), secret: secret.base32 };
  }

  /** Switches it on; returns recovery codes, which are shown once: only their hashes are stored. */
  async confirm(user: UserNumber, code: string): Promise<readonly string[]> {
    const { store, clock, random } = this.#options;
    const factor = await store.secondFactor(user);
    if (factor === undefined || factor.confirmedMs > 0 || clock.now() - factor.createdMs > ENROLMENT_MS)
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, 'no second factor waits to be confirmed');
    const step = this.#stepOf(user, factor, code);
    if (step === undefined) throw new SottoError(ErrorCode.SECOND_FACTOR_WRONG);
    const codes = Array.from({ length: RECOVERY_CODES }, () => makeCode(random));
    const confirmed = await store.confirmSecondFactor({
      user,
      sealedSecret: factor.sealedSecret,
      step,
      codeHashes: codes.map(codeHash),
      nowMs: clock.now(),
    });
    if (!confirmed) throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, 'the second factor was replaced');
    return codes;
  }

  async disable(user: UserNumber): Promise<void> {
    await this.#options.store.dropSecondFactor(user);
  }

  /** The step whose code it is, of those after the last one used. Every step is computed and compared. */
  #stepOf(user: UserNumber, factor: SecondFactorRecord, written: string): number | undefined {
    const code = Buffer.from(written.replace(/[\s-]/g, ''));
    const bytes = this.#sealing.open(factor.sealedSecret, contextOf(user));
    // Sealed under another login secret: recovery codes still work.
    if (bytes === undefined) return undefined;
    const generator = totp(new Secret({ buffer: Uint8Array.from(bytes).buffer }), '');
    const now = Math.floor(this.#options.clock.now() / STEP_MS);
    const fitting = WINDOW.map((offset) => now + offset).filter((step) =>
      sameBytes(Buffer.from(generator.generate({ timestamp: step * STEP_MS })), code),
    );
    return fitting.find((step) => step > factor.lastStep && step >= 0);
  }
}

const contextOf = (user: UserNumber): string => `user ${user}`;

const totp = (secret: Secret, label: string): TOTP =>
  new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: STEP_MS / 1_000 });
