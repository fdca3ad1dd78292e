import { afterAll, beforeAll } from 'bun:test';
import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { networkHarness } from '../testing/network-harness.ts';
import { dialBrowserWebSocket } from './browser.ts';
import { listenWebSocket } from './index.ts';

// A browser has its own ways to trust a certificate; here the runtime's WebSocket stands in for it.
const setting = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
beforeAll(() => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
});
afterAll(() => {
  if (setting === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  else process.env.NODE_TLS_REJECT_UNAUTHORIZED = setting;
});

describeTransport({
  ...networkHarness(
    'websocket from a browser',
    await testIdentity(),
    (accept, identity) => listenWebSocket({ hostname: '127.0.0.1', port: 0, identity, accept }),
    dialBrowserWebSocket,
  ),
  bindsBothEnds: false,
});
