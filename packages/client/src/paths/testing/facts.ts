/** What is told to a path manager and what it asks for: the one thing that its judges see. */
import type { AttemptId, FailureKind, PathCommand } from '../commands.ts';

export type Input =
  | { kind: 'start' | 'silent' | 'heard' | 'advance' | 'stop' }
  | { kind: 'startOn'; transport: string; attempt: AttemptId }
  | { kind: 'offered'; transports: readonly string[] }
  | { kind: 'network'; network: string }
  | { kind: 'choose'; transport: string | undefined }
  | { kind: 'opened' | 'adopted' | 'rejected'; attempt: AttemptId }
  | { kind: 'failed'; attempt: AttemptId; failure: FailureKind }
  | { kind: 'ended'; attempt: AttemptId; retryAfterMs: number };

export type Fact = Input | PathCommand;

/** What is wrong, in words. */
export type Complain = (what: string) => void;

/** A rule of docs/spec/paths.md, kept in mind over the whole history. The book is the same for all of them. */
export interface Judge {
  /** The book does not know of it yet. */
  before?(fact: Fact): void;
  /** The book knows of it. */
  after?(fact: Fact): void;
  /** The manager has said all that follows from one input; it wants to be called at `deadline`. */
  settled?(deadline: number): void;
}

/** Times are sums of binary fractions, added up in another order than the manager did. */
export const GRAIN_MS = 0.01;
