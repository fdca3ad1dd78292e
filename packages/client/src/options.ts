import type { VerifyCertificate } from '@sotto/transport';
import type { Environment, Route } from './environment.ts';
import type { ClientStore } from './store.ts';

export interface ClientOptions {
  /** Ways to the server, best first; at least one. */
  routes: readonly Route[];
  verify: VerifyCertificate;
  /** Owned by the client from now on, which closes it. */
  store: ClientStore;
  /** Name and version of the program: "my-bot/1.0". */
  agent: string;
  /** Shown in the account's list of devices. */
  deviceName: string;
  environment: Environment;
  /**
   * What was shown last stays in the store, to be shown before the server is there [KEPT-1]; false: what is kept is removed.
   * Where nothing is said, none is kept, and what is there stays.
   */
  keepRecent?: boolean | undefined;
  /** `close` waits for it last: that the connections are over. */
  farewell?(): Promise<void>;
}
