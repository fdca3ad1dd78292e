import type { Dial, TlsIdentity } from '../contract.ts';
import { dialUdp, listenUdp } from '../udp/index.ts';
import { networkHarness } from './network-harness.ts';
import { startUdpRelay } from './udp-relay.ts';

/** UDP through a relay, which can also move the client to another port. */
export const udpHarness = (identity: TlsIdentity, dial: Dial = dialUdp, name = 'udp') =>
  networkHarness(
    name,
    identity,
    startUdpRelay,
    (accept) => listenUdp({ hostname: '127.0.0.1', port: 0, identity, accept }),
    dial,
  );
