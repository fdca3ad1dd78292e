import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { CHAT_LANE } from '@sotto/protocol';
import type { DialError, DialOptions, TlsIdentity } from '../contract.ts';
import { IDENTITY_KINDS, testIdentity } from '../testing/identity.ts';
import { pinned } from '../testing/network-harness.ts';
import { echo, Peer, testFrame } from '../testing/peer.ts';
import { expectServing } from '../testing/serving.ts';
import { dialQuicWithin } from './dial.ts';
import { dialQuic, isQuicAvailable, listenQuic, type QuicListener } from './index.ts';

const HOST = '127.0.0.1';
const accepted: Peer[] = [];
let identity: TlsIdentity;
let listener: QuicListener;

beforeAll(async () => {
  identity = await testIdentity();
  const accept = Peer.accept((peer) => accepted.push(peer));
  listener = await listenQuic({ hostname: HOST, port: 0, identity, accept });
});
afterAll(() => listener.close());

const events = Peer.accept(() => {});
const dial = (port: number, more: Partial<DialOptions & { timeoutMs: number }> = {}) =>
  dialQuicWithin({ host: HOST, port, verify: pinned(identity), events, ...more }).catch(
    (error: DialError) => error,
  );
const soon = () => new Promise((next) => setTimeout(next, 1));

describe('dialling over QUIC', () => {
  test.each([...IDENTITY_KINDS])(
    '[QUIC-1] T3 T18: an identity of %s; both ends know the channel',
    async (kind) => {
      const own = await testIdentity(kind);
      const servers: Peer[] = [];
      const server = await listenQuic({
        hostname: HOST,
        port: 0,
        identity: own,
        accept: Peer.accept((peer) => servers.push(peer)),
      });
      const bindings = new Set<string>();
      for (let round = 0; round < 2; round++) {
        const client = await dialQuic({ host: HOST, port: server.port, verify: pinned(own), events });
        while (servers.length <= round) await soon();
        const security = {
          protocol: 'TLSv1.3',
          cipher: expect.stringMatching(/^TLS_/),
          group: 'X25519MLKEM768',
          certificateSha256: own.certificateSha256,
        };
        expect(client.security).toEqual(security);
        expect(servers[round]?.connection.security).toEqual(security);
        expect(servers[round]?.connection.binding).toEqual(client.binding);
        bindings.add(Buffer.from(client.binding.value).toString('hex'));
        client.abort();
      }
      expect(bindings.size).toBe(2);
      await server.close();
    },
  );

  test('[QUIC-11] T4: a connection knows its path', async () => {
    const server = await listenQuic({ hostname: HOST, port: 0, identity, accept: echo });
    const ready = Promise.withResolvers<Peer>();
    const client = await dialQuic({
      host: HOST,
      port: server.port,
      verify: pinned(identity),
      events: Peer.accept(ready.resolve),
    });
    const peer = await ready.promise;
    for (let id = 0; id < 20; id++) {
      client.send(CHAT_LANE, testFrame(CHAT_LANE, id, 500));
      await peer.until(() => peer.received === id + 1);
    }
    expect(client.path?.roundTripMs).toBeWithin(0.001, 1_000);
    expect(client.path?.loss).toBeWithin(0, 0.5);
    expect(client.path?.windowBytes).toBeGreaterThan(1_200);
    expect(client.path?.packetsLost ?? 0).toBeWithin(0, 20);
    client.abort();
    expect(client.path?.roundTripMs).toBeWithin(0.001, 1_000);
    await server.close();
  });

  test('T3: a host name is looked up, and each of its addresses tried', async () => {
    const connection = await dial(listener.port, { host: 'localhost' });
    expect(connection).toMatchObject({ remoteAddress: HOST });
    if ('abort' in connection) connection.abort();
    expect(await dial(listener.port, { host: 'nowhere.invalid' })).toMatchObject({
      name: 'DialError',
      reason: 'lost',
      message: `cannot reach nowhere.invalid:${listener.port}: the host name is unknown`,
    });
  });

  test('[QUIC-1] T18: a certificate that is refused ends the attempt with that reason, before any frame', async () => {
    const before = accepted.length;
    const cause = new Error('not this one');
    const verify = () => {
      throw cause;
    };
    const refused = () => {
      throw new Error('unreachable');
    };
    expect(await dial(listener.port, { verify, events: refused })).toMatchObject({
      reason: 'untrusted',
      cause,
    });
    for (const peer of accepted.slice(before)) await peer.until(() => peer.closes.length > 0);
    expect(accepted.slice(before).every((peer) => peer.received === 0)).toBe(true);
  });

  test('[QUIC-1] T18: authorized is whoever both an authority and the host name vouch for', async () => {
    const ask = async (host: string, authorities?: string) => {
      const seen: boolean[] = [];
      const more = authorities === undefined ? {} : { authorities };
      const verify = ({ authorized, problem }: { authorized: boolean; problem: string }) => {
        expect(problem === '').toBe(authorized);
        seen.push(authorized);
      };
      const connection = await dial(listener.port, { host, verify, ...more });
      if ('abort' in connection) connection.abort();
      return seen;
    };
    expect(await ask('localhost', identity.certificate)).toEqual([true]);
    expect(await ask(HOST, identity.certificate)).toEqual([true]);
    expect(await ask(HOST)).toEqual([false]);
    const other = await testIdentity();
    expect(await ask('localhost', other.certificate)).toEqual([false]);
    // The same authority, and a name that is not in the certificate.
    const named = await listenQuic({ hostname: '127.0.0.2', port: 0, identity, accept: events });
    const seen: boolean[] = [];
    const connection = await dial(named.port, {
      host: '127.0.0.2',
      authorities: identity.certificate,
      verify: ({ authorized }) => void seen.push(authorized),
    });
    expect(seen).toEqual([false]);
    if ('abort' in connection) connection.abort();
    await named.close();
  });

  test('T1: nobody there is refused where the system tells', async () => {
    const free = await listenQuic({ hostname: HOST, port: 0, identity, accept: events });
    await free.close();
    const error = await dial(free.port);
    expect(error).toMatchObject({ name: 'DialError', reason: 'refused' });
    expect(String(error)).toContain(`${HOST}:${free.port}`);
  });

  test('T1: whoever says nothing, or something else, is given up in time; or when called off', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, HOST, resolve));
    silent.on('message', (_, { port }) => silent.send('HTTP/1.1 400 Bad Request', port, HOST));
    const { port } = silent.address();
    expect(await dial(port, { timeoutMs: 50 })).toMatchObject({ reason: 'timeout' });
    const controller = new AbortController();
    const pending = dial(port, { signal: controller.signal });
    controller.abort(new Error('enough'));
    expect(await pending).toMatchObject({ reason: 'local', cause: new Error('enough') });
    const asked = Promise.withResolvers<void>();
    const late = new AbortController();
    const verifying = dial(listener.port, {
      signal: late.signal,
      verify: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    await asked.promise;
    late.abort(new Error('enough'));
    expect(await verifying).toMatchObject({ reason: 'local' });
    silent.close();
  });

  test('[QUIC-8] T1: a server that has its fill refuses; when somebody has gone it takes the next', async () => {
    const servers: Peer[] = [];
    const accept = Peer.accept((peer) => servers.push(peer));
    const small = await listenQuic({ hostname: HOST, port: 0, identity, accept, sessionsMax: 1 });
    const first = await dial(small.port);
    expect(await dial(small.port)).toMatchObject({ name: 'DialError', reason: 'refused' });
    if ('abort' in first) first.abort();
    await servers[0]?.until(() => servers[0]?.closes.length === 1);
    await expectServing(dialQuic, small.port, servers);
    await small.close();
  });

  test('T1: a listener that is closed takes nobody any more; who is connected goes on', async () => {
    const servers: Peer[] = [];
    const accept = Peer.accept((peer) => servers.push(peer));
    const server = await listenQuic({ hostname: HOST, port: 0, identity, accept });
    const client = Promise.withResolvers<Peer>();
    const connection = await dialQuic({
      host: HOST,
      port: server.port,
      verify: pinned(identity),
      events: Peer.accept(client.resolve),
    });
    while (servers.length === 0) await soon();
    await server.close();
    expect(await dial(server.port)).toMatchObject({ reason: 'refused' });
    connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await servers[0]?.until(() => servers[0]?.received === 1);
    connection.close();
    const peer = await client.promise;
    await peer.until(() => peer.closes.length > 0);
    // Its port is free once everything has ended.
    const freed = async (): Promise<QuicListener> => {
      try {
        return await listenQuic({ hostname: HOST, port: server.port, identity, accept: events });
      } catch {
        await new Promise((next) => setTimeout(next, 10));
        return freed();
      }
    };
    await (await freed()).close();
  });

  test('T2: a port in use and an address that is not here are named', async () => {
    const listen = (hostname: string) =>
      listenQuic({ hostname, port: listener.port, identity, accept: events }).catch(
        (error: unknown) => error,
      );
    expect(await listen(HOST)).toMatchObject({
      name: 'ListenError',
      reason: 'portInUse',
      transport: 'quic',
      port: listener.port,
      message: `cannot listen for quic on ${HOST}:${listener.port}: the port is in use`,
    });
    expect(await listen('192.0.2.1')).toMatchObject({ reason: 'addressUnknown' });
  });
});

describe('programs with QUIC', () => {
  const file = (name: string) => JSON.stringify(join(import.meta.dir, name));
  const run = (program: string) => {
    const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe', stderr: 'pipe' });
    return Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ] as const);
  };
  const prelude = `import { testIdentity } from ${file('../testing/identity.ts')};
    import { dialQuic, listenQuic } from ${file('./index.ts')};
    const events = () => ({ frame() {}, datagram() {}, drain() {}, pathChanged() {}, closed() {} });
    const listen = async (accept) =>
      (await listenQuic({ hostname: '${HOST}', port: 0, identity: await testIdentity(), accept }));`;

  test('T1: end by themselves once their connections have, for no endpoint is left behind', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, HOST, resolve));
    const [output, , status] = await run(`${prelude}
      const dial = (more) =>
        dialQuic({ host: '${HOST}', port: ${listener.port}, verify: () => {}, events, ...more });
      (await dial({})).close();
      (await dial({})).abort();
      await dial({ verify: () => { throw new Error('no'); } }).catch(() => {});
      await dial({ signal: AbortSignal.timeout(30), verify: () => new Promise(() => {}) }).catch(() => {});
      await dial({ signal: AbortSignal.timeout(5), port: ${silent.address().port} }).catch(() => {});
      await dial({ port: 1 }).catch(() => {});
      process.on('exit', () => console.log('left'));`);
    expect([output, status]).toEqual(['left\n', 0]);
    silent.close();
  });

  test('T3: a defect of whoever accepts surfaces instead of vanishing in the runtime', async () => {
    const [, complaint, status] = await run(`${prelude}
      const { port } = await listen(() => { throw new Error('a defect'); });
      await dialQuic({ host: '${HOST}', port, verify: () => {}, events });
      setTimeout(() => process.exit(0), 2_000);`);
    expect(complaint).toContain('a defect');
    expect(status).toBe(1);
  });

  test('T3: so does one of whoever gets frames', async () => {
    const [, complaint, status] = await run(`${prelude}
      const frame = () => { throw new Error('a defect'); };
      const { port } = await listen(() => ({ ...events(), frame }));
      const client = await dialQuic({ host: '${HOST}', port, verify: () => {}, events });
      client.send(1, new Uint8Array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0]));
      setTimeout(() => process.exit(0), 2_000);`);
    expect(complaint).toContain('a defect');
    expect(status).toBe(1);
  });

  test('[QUIC-1] T1: know whether their runtime has QUIC without loading it', async () => {
    expect(isQuicAvailable()).toBe(true);
    const [output, complaint] = await run(`import { isQuicAvailable } from ${file('./index.ts')};
      console.log(isQuicAvailable());`);
    expect(output).toBe('true\n');
    // Loading it would say that it is experimental.
    expect(complaint).toBe('');
  });
});
