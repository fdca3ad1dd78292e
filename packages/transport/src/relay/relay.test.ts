/** What a page has by way of the relay keeps the contract of every transport [RELAY-1] [RELAY-2]. */
import { afterAll } from 'bun:test';
import { dialQuic } from '../quic/index.ts';
import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { networkHarness } from '../testing/network-harness.ts';
import { quicHarness } from '../testing/quic-harness.ts';
import { startRelay } from '../testing/relay.ts';
import { relayed } from '../testing/relay-harness.ts';
import { udpHarness } from '../testing/udp-harness.ts';
import { dialTls, listenTls } from '../tls/index.ts';
import { dialUdp } from '../udp/index.ts';
import { dialWebSocket, listenWebSocket } from '../websocket/index.ts';

const identity = await testIdentity();
const local = { hostname: '127.0.0.1', port: 0, identity };
const overUdp = relayed('udp', dialUdp);
const overQuic = relayed('quic', dialQuic);
const overTls = relayed('tls', dialTls);
const overWebSocket = relayed('websocket', dialWebSocket);
afterAll(() => {
  for (const relay of [overUdp, overQuic, overTls, overWebSocket]) relay.close();
});

describeTransport(udpHarness(identity, overUdp.dial, 'udp by way of the relay'));
describeTransport(quicHarness(identity, overQuic.dial, 'quic by way of the relay'));
describeTransport(
  networkHarness(
    'tls by way of the relay',
    identity,
    startRelay,
    (accept) => listenTls({ ...local, accept }),
    overTls.dial,
  ),
);
describeTransport(
  networkHarness(
    'websocket by way of the relay',
    identity,
    startRelay,
    (accept) => listenWebSocket({ ...local, accept }),
    overWebSocket.dial,
  ),
);
