/** What all transfers of this server may hold in memory together, and what each of them gets of it [UPLOAD-6]. */
import { FILE_CHUNK_BYTES, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

const BUDGET_BYTES = 24 * 1024 * 1024;
const SHARE_MAX_BYTES = 1024 * 1024;
/** Each gets a chunk at least, so more of them than this would not stay within bounds. */
const TRANSFERS_OF_ALL_MAX = 1_024;
/** So that one account leaves room for others. */
const TRANSFERS_OF_ACCOUNT_MAX = 128;
const TRY_AGAIN_MS = 5_000;

/** From so many transfers on, what was sent and received is cleared away after so many bytes, whatever that costs [UPLOAD-6]. */
const MANY_TRANSFERS = 64;
const UNTIDY_MAX_BYTES = 3 * 1024 * 1024;
/** What a piece leaves beside its bytes, rounded up. */
const PIECE_BYTES = 2 * 1024;

/** Told what it may hold from here on, whenever that changes. */
export interface Borrower {
  lend(bytes: number): void;
}

export class TransferBudget {
  readonly #borrowers = new Set<Borrower>();
  readonly #ofAccount = new Map<UserNumber, number>();
  readonly #tidy: () => void;
  #shareBytes = SHARE_MAX_BYTES;
  #untidyBytes = 0;

  /**
   * `tidy` gives back the memory of what nobody refers to any more. The runtime does so by itself only when that is as much
   * again as what is in use, which is far more than the budget.
   */
  constructor(tidy: () => void = () => {}) {
    this.#tidy = tidy;
  }

  /** Of each; whole chunks, so that it does not change with every transfer that comes and goes. */
  get shareBytes(): number {
    return this.#shareBytes;
  }

  /** A transfer begins; the function that comes back ends it. Throws SottoError. */
  join(user: UserNumber, borrower: Borrower): () => void {
    const own = this.#ofAccount.get(user) ?? 0;
    if (own >= TRANSFERS_OF_ACCOUNT_MAX)
      throw new SottoError(ErrorCode.LIMIT_REACHED, `${own} transfers of one account`);
    if (this.#borrowers.size >= TRANSFERS_OF_ALL_MAX)
      throw new SottoError(ErrorCode.RATE_LIMITED, 'transfers at once', TRY_AGAIN_MS);
    this.#ofAccount.set(user, own + 1);
    this.#borrowers.add(borrower);
    this.#share();
    return () => this.#leave(user, borrower);
  }

  /** A piece of so many bytes went by. */
  passed(bytes: number): void {
    if (this.#borrowers.size < MANY_TRANSFERS) return;
    this.#untidyBytes += bytes + PIECE_BYTES;
    if (this.#untidyBytes < UNTIDY_MAX_BYTES) return;
    this.#untidyBytes = 0;
    this.#tidy();
  }

  #leave(user: UserNumber, borrower: Borrower): void {
    if (!this.#borrowers.delete(borrower)) return;
    const left = (this.#ofAccount.get(user) ?? 1) - 1;
    if (left === 0) this.#ofAccount.delete(user);
    else this.#ofAccount.set(user, left);
    this.#share();
  }

  #share(): void {
    const chunks = Math.floor(BUDGET_BYTES / Math.max(1, this.#borrowers.size) / FILE_CHUNK_BYTES);
    const shareBytes = Math.min(SHARE_MAX_BYTES, Math.max(1, chunks) * FILE_CHUNK_BYTES);
    if (shareBytes === this.#shareBytes) return;
    this.#shareBytes = shareBytes;
    for (const borrower of this.#borrowers) borrower.lend(shareBytes);
  }
}

/** Beside two hundred transfers and little else it takes half of that. */
const QUICK_MS = 150;
const PAUSE_FACTOR = 20;

/**
 * What nobody can do anything beside: as often as it is asked for while it is quick, which it is unless the server holds very
 * much; else it is paused for many times what it took. `cpuMs` counts what the process has worked, whoever else has the machine.
 */
export function rarelyWhereSlow(task: () => void, cpuMs: () => number, nowMs: () => number): () => void {
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (nowMs() < pausedUntilMs) return;
    const before = cpuMs();
    task();
    const tookMs = cpuMs() - before;
    pausedUntilMs = tookMs <= QUICK_MS ? Number.NEGATIVE_INFINITY : nowMs() + PAUSE_FACTOR * tookMs;
  };
}
