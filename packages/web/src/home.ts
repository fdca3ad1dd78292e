/**
 * Where this window has its profile, and how it comes to the server: a page of the server's own keeps it in the browser
 * and uses WebSocket; a window of `sotto open` has both from its relay.
 */
import {
  type ClientStore,
  connect,
  type HelloReport,
  hello,
  openIndexedDbStore,
  type SottoClient,
} from '@sotto/client/browser';
import type { Relay } from '@sotto/client/relay';

export interface Home {
  readonly store: ClientStore;
  connect(options: { agent: string; deviceName: string; keepRecent: boolean }): Promise<SottoClient>;
}

const PROFILE = 'account';
const MARK = 'meta[name="sotto-relay"]';

/** The last one that was opened, in a window of `sotto open`. */
let relay: Relay | undefined;

/** Rejects with ProfileInUse where another window has it, unless it is taken over. */
export async function openHome({ takeOver }: { takeOver: boolean }): Promise<Home> {
  if (document.querySelector(MARK) === null) {
    const store = await openIndexedDbStore(PROFILE, { takeOver });
    return { store, connect: (options) => connect({ ...options, store }) };
  }
  const { openRelay } = await import('@sotto/client/relay');
  relay = await openRelay({ take: takeOver });
  return relay;
}

/** As `hello` of the SDK, by the way that this window has. */
export const helloHere = (signal: AbortSignal): Promise<HelloReport> =>
  relay?.hello(signal) ?? hello({ signal });

/** What people call that in which this client is. */
export const thisIsA = (): 'tab' | 'window' => (document.querySelector(MARK) === null ? 'tab' : 'window');

/** `host:port`, as people know it. */
export const serverHere = (): string => relay?.server ?? location.host;

/** Of windows of `sotto open`: the server with this fingerprint, which was shown here, is trusted from now on. */
export async function acceptServer(fingerprint: string): Promise<void> {
  await relay?.accept(fingerprint);
}

/** Rejects with ServerNotTrusted or ServerIdentityChanged where the relay says so. That nobody answers is no reason. */
export async function checkServer(isDistrust: (error: unknown) => boolean): Promise<void> {
  if (relay === undefined) return;
  try {
    await relay.hello();
  } catch (error) {
    if (isDistrust(error)) throw error;
  }
}
