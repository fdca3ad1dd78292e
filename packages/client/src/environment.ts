/** What the world hands to the SDK; `node.ts` and `browser.ts` bring the real one, the simulator its own. */
import type { Clock, Random } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';

export interface Environment {
  clock: Clock;
  random: Random;
  sha256(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** One way to reach the server. */
export interface Route {
  /** As in Endpoint.transport. */
  readonly transport: string;
  readonly host: string;
  readonly port: number;
  readonly dial: Dial;
}
