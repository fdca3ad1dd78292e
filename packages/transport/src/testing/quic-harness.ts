import type { Dial, TlsIdentity } from '../contract.ts';
import { dialQuic, listenQuic } from '../quic/index.ts';
import { networkHarness } from './network-harness.ts';
import { startUdpRelay } from './udp-relay.ts';

/** QUIC through a relay, which can also move the client to another port. */
export const quicHarness = (identity: TlsIdentity, dial: Dial = dialQuic, name = 'quic') =>
  networkHarness(
    name,
    identity,
    startUdpRelay,
    (accept) => listenQuic({ hostname: '127.0.0.1', port: 0, identity, accept }),
    dial,
  );
