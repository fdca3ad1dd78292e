/** Pages and servers that keep to nothing, at both ends of a relay. */
import { afterEach, describe, expect, test } from 'bun:test';
import { BODY_MAX_BYTES, CHAT_LANE, CONTROL_LANE } from '@sotto/protocol';
import { BUFFER_MAX_BYTES, HIGH_WATER_BYTES } from '../contract.ts';
import { testIdentity } from '../testing/identity.ts';
import { pinned } from '../testing/network-harness.ts';
import { Peer, testFrame, testRun } from '../testing/peer.ts';
import { relayed } from '../testing/relay-harness.ts';
import { dialTls, listenTls } from '../tls/index.ts';
import { dialPath } from './paths.ts';

const identity = await testIdentity();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server over TLS, a relay to it, and how to come to it as a page that does as it likes. */
async function stage() {
  const arrived: Peer[] = [];
  const came = () => new Promise<void>((next) => setTimeout(next, 1));
  const listener = await listenTls({
    hostname: '127.0.0.1',
    port: 0,
    identity,
    accept: Peer.accept((peer) => arrived.push(peer)),
  });
  const relay = relayed('tls', dialTls);
  closers.push(
    () => listener.close(),
    relay.close,
    () => {
      for (const { connection } of arrived) connection.abort();
    },
  );
  const server = async () => {
    while (arrived.length === 0) await came();
    const [peer] = arrived;
    if (peer === undefined) throw new Error('nobody came');
    return peer;
  };
  const options = { host: '127.0.0.1', port: listener.port, verify: pinned(identity) };
  return { relay, server, options, listener };
}

/** As a page, but by hand: what the relay says is in `said`. */
async function openBare(relay: Awaited<ReturnType<typeof stage>>['relay'], port: number) {
  const socket = new WebSocket(relay.address(dialPath('tls', port)));
  socket.binaryType = 'arraybuffer';
  const said: string[] = [];
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error('refused'));
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') said.push(data);
      resolve();
    };
  });
  closers.push(() => socket.close());
  return { socket, said, closed };
}

describe('a page that keeps to nothing', () => {
  test('[RELAY-2] [FRAME-4] T7: a frame longer than any ends both connections', async () => {
    const { relay, server, options } = await stage();
    relay.next({ ...options, events: Peer.accept(() => {}) });
    const { socket, closed } = await openBare(relay, options.port);
    const peer = await server();
    const huge = testFrame(CHAT_LANE, 1);
    huge.set([0xff, 0xff, 0xff], 3);
    socket.send(huge as Uint8Array<ArrayBuffer>);
    await closed;
    await peer.until(() => peer.closes.length > 0);
    expect(peer.received).toBe(0);
  });

  test('[RELAY-2] T7: half a frame goes nowhere, and ends with its WebSocket', async () => {
    const { relay, server, options } = await stage();
    relay.next({ ...options, events: Peer.accept(() => {}) });
    const { socket } = await openBare(relay, options.port);
    const peer = await server();
    socket.send(testFrame(CHAT_LANE, 1, 100).subarray(0, 50) as Uint8Array<ArrayBuffer>);
    socket.close(1000);
    await peer.until(() => peer.closes.length > 0);
    expect(peer.received).toBe(0);
  });

  test('[RELAY-2] [BUFFER-2] T7: one that does not read costs the relay no more than a buffer, then both end', async () => {
    const { relay, server, options } = await stage();
    relay.next({ ...options, events: Peer.accept(() => {}) });
    const page = Bun.spawn([process.execPath, '-e', STUCK], {
      env: { ...process.env, ADDRESS: relay.address(dialPath('tls', options.port)) },
      stdout: 'pipe',
    });
    closers.push(() => page.kill());
    await page.stdout.getReader().read();
    const peer = await server();
    const run = testRun(CHAT_LANE, 0, 8, BODY_MAX_BYTES);
    let sent = 0;
    while (peer.closes.length === 0) {
      if (peer.connection.bufferedBytes < HIGH_WATER_BYTES) {
        peer.connection.send(CHAT_LANE, run);
        sent += run.length;
      }
      await new Promise((next) => setTimeout(next, 1));
    }
    expect(peer.reason).not.toBe('overflow');
    expect(sent).toBeGreaterThan(BUFFER_MAX_BYTES);
  }, 30_000);

  test('[RELAY-1] C1: one that leaves while its server is dialled leaves nothing behind', async () => {
    const { relay, options, listener } = await stage();
    const silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
    closers.push(() => silent.stop(true));
    const controller = new AbortController();
    const dialling = relay.dial({
      ...options,
      port: silent.port,
      events: Peer.accept(() => {}),
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    expect(await dialling.catch((error: unknown) => error)).toMatchObject({ reason: 'local' });
    await relay.idle();
    expect(listener.port).toBeGreaterThan(0);
  });
});

describe('what a page hears of its server', () => {
  test('[RELAY-1] C1: nobody there is a refused dial, as without a relay', async () => {
    const { relay, options, listener } = await stage();
    await listener.close();
    const failure = await relay
      .dial({ ...options, events: Peer.accept(() => {}) })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DialError', reason: 'refused' });
  });

  test('[RELAY-5] T18: a certificate that is not trusted says which it is', async () => {
    const { relay, options } = await stage();
    const verify = () => {
      throw new Error('another certificate');
    };
    const failure = await relay
      .dial({ ...options, verify, events: Peer.accept(() => {}) })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: 'untrusted', cause: { message: 'new SHA256:00' } });
  });

  test('[RELAY-2] T7: a server that sends a frame longer than any is malformed for the page as well', async () => {
    const { relay, server, options } = await stage();
    const page = Promise.withResolvers<Peer>();
    await relay.dial({ ...options, events: Peer.accept(page.resolve) });
    const client = await page.promise;
    const peer = await server();
    const huge = testFrame(CONTROL_LANE, 1);
    huge.set([0xff, 0xff, 0xff], 3);
    peer.connection.send(CONTROL_LANE, huge);
    await client.until(() => client.closes.length > 0);
    expect(client.reason).toBe('malformed');
    await peer.until(() => peer.closes.length > 0);
  });

  test('[RELAY-2] T13: a frame that must not pass ends both connections', async () => {
    const { server, options } = await stage();
    const strict = relayed('tls', dialTls, {
      toPage() {
        throw new Error('not this one');
      },
      toServer() {},
    });
    closers.push(strict.close);
    const page = Promise.withResolvers<Peer>();
    await strict.dial({ ...options, events: Peer.accept(page.resolve) });
    const client = await page.promise;
    const peer = await server();
    peer.connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await Promise.all([
      client.until(() => client.closes.length > 0),
      peer.until(() => peer.closes.length > 0),
    ]);
    expect(client.received).toBe(0);
  });
});

/** A page whose thread hangs as soon as it is connected. */
const STUCK = `const socket = new WebSocket(process.env.ADDRESS);
socket.onmessage = () => { require('node:fs').writeSync(1, 'here'); for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };`;
