import type { ClientEvent } from '@sotto/client';

/** What time it is, and later. Tests bring their own. */
export interface AppClock {
  nowMs(): number;
  /** Returns what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * A piece of the store. Events are noted one by one and shown together: what comes in one go, as after a reconnect, is one
 * change.
 */
export interface Part {
  /** What happened; cheap, and changes no slice. */
  take(event: ClientEvent): void;
  /** Changes the slices. */
  flush(): void;
}
