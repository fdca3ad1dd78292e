import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { networkHarness } from '../testing/network-harness.ts';
import { startRelay } from '../testing/relay.ts';
import { dialTls, listenTls } from './index.ts';

describeTransport(
  networkHarness(
    'tls',
    await testIdentity(),
    startRelay,
    (accept, identity) => listenTls({ hostname: '127.0.0.1', port: 0, identity, accept }),
    dialTls,
  ),
);
