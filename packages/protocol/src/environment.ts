/**
 * What the world hands to code that must run the same in production and in a simulator under virtual time.
 * Nothing in this package implements it.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once, `delayMs` from now; the returned function calls it off. */
  after(delayMs: number, task: () => void): () => void;
}

export interface Random {
  /** Unpredictable bytes, fit for keys. */
  bytes(length: number): Uint8Array;
}
