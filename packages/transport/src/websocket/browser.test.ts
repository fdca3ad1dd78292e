import { afterAll, beforeAll, expect, test } from 'bun:test';
import { WEBSOCKET_PATH } from '@sotto/protocol';
import { describeTransport } from '../testing/contract.suite.ts';
import { testIdentity } from '../testing/identity.ts';
import { networkHarness } from '../testing/network-harness.ts';
import { startRelay } from '../testing/relay.ts';
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

const identity = await testIdentity();
describeTransport({
  ...networkHarness(
    'websocket from a browser',
    identity,
    startRelay,
    (accept, identity) => listenWebSocket({ hostname: '127.0.0.1', port: 0, identity, accept }),
    dialBrowserWebSocket,
  ),
  bindsBothEnds: false,
});

test('[WS-3] a text message closes the connection from this side too', async () => {
  using server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: { cert: identity.certificate, key: identity.privateKey },
    fetch: (request, bun) =>
      new URL(request.url).pathname === WEBSOCKET_PATH && bun.upgrade(request) ? undefined : new Response(),
    websocket: { open: (socket) => void socket.send('text'), message: () => {} },
  });
  const closed = Promise.withResolvers<string>();
  const { hostname = '', port = 0 } = server;
  const nothing = () => {};
  const events = { frame: nothing, datagram: nothing, drain: nothing, pathChanged: nothing };
  await dialBrowserWebSocket({
    host: hostname,
    port,
    events: () => ({ ...events, closed: (reason) => closed.resolve(reason) }),
  });
  expect(await closed.promise).toBe('malformed');
});
