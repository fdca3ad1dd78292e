/** Between `thread.ts` and `worker.ts`. */
import type { ProviderAccess, ProviderFault, ProviderPart, ProviderRequest } from '../assistants/provider.ts';

export type ToThread =
  /** The first one. */
  | { kind: 'begin'; privateHosts: readonly string[] }
  | { kind: 'ask'; id: number; access: ProviderAccess; request: ProviderRequest }
  /** Nobody waits for the rest. */
  | { kind: 'leave'; id: number };

/** What came since the batch before, in order. */
export type FromThread = readonly Told[];

export interface Told {
  /** Of the question. */
  id: number;
  /** After an end or a failure there is nothing more. */
  what:
    | ProviderPart
    | { kind: 'failed'; fault: ProviderFault; message: string; retryAfterMs: number | undefined };
}
