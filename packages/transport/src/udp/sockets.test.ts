import { afterEach, describe, expect, test } from 'bun:test';
import type { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { CHAT_LANE } from '@sotto/protocol';
import type { UdpEnvironment } from '@sotto/protocol/udp';
import { Following } from '../following.ts';
import { localAddresses } from '../local-addresses.ts';
import { testIdentity } from '../testing/identity.ts';
import { pinned } from '../testing/network-harness.ts';
import { echo, Peer, testFrame } from '../testing/peer.ts';
import { UdpDriver } from './driver.ts';
import { environmentWith } from './environment.ts';
import { dialUdp, listenUdp } from './index.ts';
import { destinationOf, pathKey, peerAddress, systemAddress } from './path.ts';
import type { Batch, OpenSocket, SocketOptions } from './socket.ts';
import { openBunSocket } from './socket-bun.ts';
import { openNodeSocket } from './socket-node.ts';

const HOST = '127.0.0.1';
const identity = await testIdentity();
const closeLater: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const opened of closeLater.splice(0)) await opened.close();
});

const soon = () => new Promise((next) => setTimeout(next, 1));

/** Sockets that exist in name only; `taken` refuses. */
function fakeSockets(taken: (options: SocketOptions) => boolean = () => false) {
  const open = new Map<string, { options: SocketOptions; sent: Batch[] }>();
  let nextPort = 4_000;
  const openSocket: OpenSocket = async (options) => {
    if (taken(options)) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' });
    const sent: Batch[] = [];
    const { address } = options;
    open.set(address, { options, sent });
    const port = options.port === 0 ? nextPort++ : options.port;
    const close = () => void open.delete(address);
    return { address, port, send: (batch) => void sent.push(batch), unref: () => {}, close };
  };
  return { open, openSocket };
}

/** What follows addresses, on sockets of `driver`. */
const onDriver = (driver: UdpDriver) => ({
  hostname: '0.0.0.0',
  port: 0,
  open: async (address: string, port: number) => (await driver.open(address, { address, port })).port,
  close: (address: string) => driver.close(address),
});

const noTls = (): UdpEnvironment => environmentWith(() => ({ receive: () => {}, close: () => {} }));
const idle = () => {};
const accept = () => {
  throw new Error('nobody should come so far');
};
const server = { accept, resetKey: new Uint8Array(32) };

describe('one turn of the event loop', () => {
  test('[SOCKET-1] T3: everything that a turn has to say leaves in one call a socket', async () => {
    const client = fakeSockets();
    const asking = new UdpDriver({ environment: noTls(), open: client.openSocket, idle });
    await asking.open('0', { address: '0.0.0.0', port: 0 });
    const connection = asking.connect({
      path: pathKey('0', HOST, 1),
      established: accept,
      failed: () => {},
    });
    await soon();
    const [hello] = client.open.get('0.0.0.0')?.sent[0] ?? [];
    connection.abort();
    if (!(hello instanceof Uint8Array)) throw new Error('the client asked nothing');

    const fake = fakeSockets();
    const driver = new UdpDriver({ environment: noTls(), open: fake.openSocket, server, idle });
    for (const address of ['192.0.2.1', '192.0.2.2']) await driver.open(address, { address, port: 9 });
    for (const { options } of fake.open.values())
      for (let port = 1; port <= 50; port++) options.received(hello, '198.51.100.7', port);
    expect([...fake.open.values()].flatMap(({ sent }) => sent)).toEqual([]);
    await soon();
    for (const { sent } of fake.open.values()) {
      expect(sent.length).toBe(1);
      expect(sent[0]?.length).toBe(150);
      expect(sent[0]?.slice(1, 3)).toEqual([1, '198.51.100.7']);
    }
    expect(driver.counters).toMatchObject({ retries: 100, datagramsSent: 100 });
    driver.closeAll();
    asking.closeAll();
  });

  test.each([
    ['Bun', openBunSocket],
    ['Node.js', openNodeSocket],
  ])('[SOCKET-1] T3: what the kernel of %s does not take is lost alone', async (runtime, openSocket) => {
    const heard: string[] = [];
    const receiver = await openSocket({
      address: HOST,
      port: 0,
      received: (datagram) => heard.push(new TextDecoder().decode(datagram)),
    });
    const socket = await openSocket({ address: HOST, port: 0, received: () => {} });
    closeLater.push(receiver, socket);
    const to = (text: string, port = receiver.port, address = HOST) => [
      new TextEncoder().encode(text),
      port,
      address,
    ];
    const tooLong = [new Uint8Array(70_000), receiver.port, HOST];
    // Bun's own `node:dgram` loses the next one as well; only Node.js uses it here.
    const refused = runtime === 'Bun' ? to('x', 1) : [];
    socket.send([to('1'), to('x', 9, '255.255.255.255'), to('2'), refused, to('3'), tooLong, to('4')].flat());
    await soon();
    // The error of a refusal comes with a later call.
    socket.send([to('5'), to('6')].flat());
    while (heard.length < 6) await soon();
    expect(heard).toEqual(['1', '2', '3', '4', '5', '6']);
    socket.close();
    socket.close();
    socket.send(to('7'));
  });
});

test('T3: a defect of ours surfaces instead of vanishing in the socket', async () => {
  const program = `
    const { openBunSocket } = await import('${join(import.meta.dir, 'socket-bun.ts')}');
    const received = () => { throw new Error('a defect'); };
    const socket = await openBunSocket({ address: '${HOST}', port: 0, received });
    socket.send([new Uint8Array(1), socket.port, '${HOST}']);`;
  const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'ignore', stderr: 'pipe' });
  expect(await new Response(child.stderr).text()).toContain('a defect');
  expect(await child.exited).toBe(1);
});

test('T3: a defect of whoever accepts surfaces instead of vanishing in TLS', async () => {
  const file = (name: string) => JSON.stringify(new URL(name, import.meta.url).pathname);
  const program = `import { testIdentity } from ${file('../testing/identity.ts')};
    import { dialUdp, listenUdp } from ${file('./index.ts')};
    const events = () => ({ frame() {}, datagram() {}, drain() {}, pathChanged() {}, closed() {} });
    const accept = () => { throw new Error('a defect'); };
    const options = { hostname: '${HOST}', port: 0, identity: await testIdentity(), accept };
    const { port } = await listenUdp(options);
    await dialUdp({ host: '${HOST}', port, verify: () => {}, events });
    setTimeout(() => process.exit(0), 2_000);`;
  const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'ignore', stderr: 'pipe' });
  expect(await new Response(child.stderr).text()).toContain('a defect');
  expect(await child.exited).toBe(1);
});

describe('local addresses', () => {
  const address = (family: 'IPv4' | 'IPv6', address: string, scopeid = 0) => ({
    address,
    family,
    scopeid,
    netmask: '',
    mac: '',
    internal: false,
    cidr: null,
  });
  const interfaces = {
    lo: [address('IPv4', HOST), address('IPv6', '::1')],
    eth0: [address('IPv4', '192.0.2.2'), address('IPv6', 'fe80::1', 4), address('IPv4', '192.0.2.2')],
  } as ReturnType<typeof networkInterfaces>;

  test('[SOCKET-2] T3: a wildcard stands for every address of its family, :: for those of both', () => {
    expect(localAddresses('192.0.2.9', interfaces)).toEqual(['192.0.2.9']);
    expect(localAddresses('0.0.0.0', interfaces)).toEqual([HOST, '192.0.2.2']);
    expect(localAddresses('::', interfaces)).toEqual([HOST, '::1', '192.0.2.2', 'fe80::1%eth0']);
  });

  test('[SOCKET-2] T3: addresses that come get a socket on the same port, those that go lose it', async () => {
    const fake = fakeSockets(({ address }) => address === '192.0.2.66');
    const driver = new UdpDriver({ environment: noTls(), open: fake.openSocket, server, idle });
    let addresses = [HOST, '192.0.2.1'];
    const sockets = new Following({ ...onDriver(driver), addresses: () => addresses });
    await sockets.open();
    expect([...fake.open.keys()]).toEqual([HOST, '192.0.2.1']);
    // One that cannot be had does not keep the others from it.
    addresses = [HOST, '192.0.2.66', '192.0.2.3'];
    await sockets.check();
    expect([...fake.open.keys()]).toEqual([HOST, '192.0.2.3']);
    expect(fake.open.get('192.0.2.3')?.options.port).toBe(sockets.port);
    sockets.stop();
    addresses = [];
    await sockets.check();
    expect(fake.open.size).toBe(2);
    driver.closeAll();
    expect(fake.open.size).toBe(0);
  });

  test('[SOCKET-2] T3: a system that does not tell its addresses for a while is asked again', async () => {
    const fake = fakeSockets(() => false);
    const driver = new UdpDriver({ environment: noTls(), open: fake.openSocket, server, idle });
    let addresses = () => [HOST];
    const sockets = new Following({ ...onDriver(driver), addresses: () => addresses() });
    await sockets.open();
    addresses = () => {
      throw new Error('too many open files');
    };
    await sockets.check();
    expect([...fake.open.keys()]).toEqual([HOST]);
    addresses = () => [HOST, '192.0.2.1'];
    await sockets.check();
    expect([...fake.open.keys()]).toEqual([HOST, '192.0.2.1']);
    sockets.stop();
    driver.closeAll();
  });

  test('[SOCKET-2] T3: where any port will do, one is found that is free on every address', async () => {
    const fake = fakeSockets(({ address, port }) => address !== HOST && port < 4_005);
    const driver = new UdpDriver({ environment: noTls(), open: fake.openSocket, server, idle });
    const addresses = () => [HOST, '192.0.2.1'];
    const sockets = new Following({ ...onDriver(driver), addresses });
    await sockets.open();
    sockets.stop();
    expect(sockets.port).toBe(4_005);
    expect(fake.open.size).toBe(2);
    driver.closeAll();
    const named = new Following({ ...onDriver(driver), port: 4_001, addresses });
    await expect(named.open()).rejects.toThrow('taken');
    expect(fake.open.size).toBe(0);
  });

  test('[SOCKET-2] T3: behind a wildcard every address of this machine answers for itself', async () => {
    const listener = await listenUdp({ hostname: '0.0.0.0', port: 0, identity, accept: echo });
    closeLater.push(listener);
    const addresses = localAddresses('0.0.0.0');
    expect(addresses).toContain(HOST);
    for (const host of addresses) {
      const ready = Promise.withResolvers<Peer>();
      const events = Peer.accept(ready.resolve);
      const connection = await dialUdp({ host, port: listener.port, verify: pinned(identity), events });
      const client = await ready.promise;
      connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
      await client.until(() => client.received === 1);
      expect(connection.remoteAddress).toBe(host);
      connection.abort();
    }
  });

  test('T2: a port in use is named', async () => {
    const options = { hostname: HOST, identity, accept: Peer.accept(() => {}) };
    const listener = await listenUdp({ ...options, port: 0 });
    closeLater.push(listener);
    const { port } = listener;
    const error = await listenUdp({ ...options, port }).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'ListenError', transport: 'udp', reason: 'portInUse', port });
    expect(String(error)).toContain(`cannot listen for udp on ${HOST}:${port}: the port is in use`);
    const unknown = await listenUdp({ ...options, hostname: '203.0.113.9', port: 0 }).catch((error) => error);
    expect(unknown).toMatchObject({ name: 'ListenError', reason: 'addressUnknown' });
  });
});

describe('path keys', () => {
  test('[ROAM-5] T3: addresses are what the system says of datagrams, however they were written', () => {
    const same = (address: string) => expect(systemAddress(address)).toBe(address);
    for (const address of [HOST, '::1', '2001:db8::1', 'fe80::1%eth0', '1:0:0:2::3']) same(address);
    expect(systemAddress('0:0:0:0:0:0:0:1')).toBe('::1');
    expect(systemAddress('2001:0DB8:0:0::0001')).toBe('2001:db8::1');
    expect(systemAddress('FE80::0:1%eth0')).toBe('fe80::1%eth0');
    for (const mapped of ['::ffff:127.0.0.1', '::FFFF:7f00:1', '0:0:0:0:0:ffff:127.0.0.1'])
      expect(systemAddress(mapped)).toBe(HOST);
    expect(systemAddress('::ffff:192.0.2.200')).toBe('192.0.2.200');
  });

  test('[ROAM-3] T3: name socket, address and port, and differ in the last part alone when only the port does', () => {
    for (const [label, address, port] of [
      ['192.0.2.1', '198.51.100.7', 4_321],
      ['fe80::1%eth0', 'fe80::2%eth0', 1],
      ['0', '::ffff:192.0.2.7', 65_535],
    ] as const) {
      expect(destinationOf(pathKey(label, address, port))).toEqual({ label, address, port });
    }
    expect(peerAddress(pathKey('0', '::ffff:192.0.2.7', 1))).toBe('192.0.2.7');
    expect(peerAddress(pathKey('0', 'fe80::2%eth0', 1))).toBe('fe80::2');
  });
});
