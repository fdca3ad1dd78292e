import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { networkHarness } from '../testing/network-harness.ts';
import { startRelay } from '../testing/relay.ts';
import { dialWebSocket, listenWebSocket } from './index.ts';

describeTransport(
  networkHarness(
    'websocket',
    await testIdentity(),
    startRelay,
    (accept, identity) => listenWebSocket({ hostname: '127.0.0.1', port: 0, identity, accept }),
    dialWebSocket,
  ),
);
