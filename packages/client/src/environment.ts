/** What the world hands to the SDK; `node.ts` and `browser.ts` bring the real one, the simulator its own. */
import type { Clock, Random } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';

export interface Environment {
  clock: Clock;
  random: Random;
  sha256(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
  /** SHA-256 of what comes bit by bit. */
  hasher(): Hasher;
  /** Left out where nothing is known of it. */
  network?: Network;
}

export interface Hasher {
  update(bytes: Uint8Array): unknown;
  /** Once, at the end. */
  digest(): Uint8Array;
}

/** The network that the machine is in [PATH-9]. */
export interface Network {
  /** Tells networks apart without saying which they are; '' where the runtime does not tell. */
  current(): string;
  /** Calls `listener` after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** One way to reach the server. */
export interface Route {
  /** As in Endpoint.transport. */
  readonly transport: string;
  readonly host: string;
  readonly port: number;
  readonly dial: Dial;
}
