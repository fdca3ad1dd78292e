import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { CHAT_LANE } from '@sotto/protocol';
import type { DialError, DialOptions, TlsIdentity } from '../contract.ts';
import { inTurn } from '../in-turn.ts';
import { IDENTITY_KINDS, testIdentity } from '../testing/identity.ts';
import { pinned } from '../testing/network-harness.ts';
import { echo, Peer, testFrame } from '../testing/peer.ts';
import { dialUdpWithin } from './dial.ts';
import { dialUdp, listenUdp, type UdpListener } from './index.ts';

const HOST = '127.0.0.1';
const accepted: Peer[] = [];
let identity: TlsIdentity;
let listener: UdpListener;

beforeAll(async () => {
  identity = await testIdentity();
  const accept = Peer.accept((peer) => accepted.push(peer));
  listener = await listenUdp({ hostname: HOST, port: 0, identity, accept });
});
afterAll(() => listener.close());

const events = Peer.accept(() => {});
const dial = (port: number, more: Partial<DialOptions & { timeoutMs: number }> = {}) =>
  dialUdpWithin({ host: HOST, port, verify: pinned(identity), events, ...more }).catch(
    (error: DialError) => error,
  );

describe('dialling over UDP', () => {
  test.each([...IDENTITY_KINDS])(
    '[SHAKE-3] T3 T18: an identity of %s, with and without a session to go on with',
    async (kind) => {
      const own = await testIdentity(kind);
      const server = await listenUdp({ hostname: HOST, port: 0, identity: own, accept: echo });
      const bindings = new Set<string>();
      for (let round = 0; round < 3; round++) {
        const ready = Promise.withResolvers<Peer>();
        const connection = await dialUdp({
          host: HOST,
          port: server.port,
          verify: pinned(own),
          events: Peer.accept(ready.resolve),
        });
        const peer = await ready.promise;
        connection.send(CHAT_LANE, testFrame(CHAT_LANE, round, 700));
        await peer.until(() => peer.received === 1);
        expect(connection.security).toEqual({
          protocol: 'TLSv1.3',
          cipher: 'AES-256-GCM',
          group: 'X25519MLKEM768',
          certificateSha256: own.certificateSha256,
        });
        bindings.add(Buffer.from(connection.binding.value).toString('hex'));
        connection.close();
        await peer.until(() => peer.closes.length > 0);
      }
      expect(bindings.size).toBe(3);
      await server.close();
    },
  );

  test('T3: a host name is looked up, and each of its addresses tried', async () => {
    const connection = await dialUdp({
      host: 'localhost',
      port: listener.port,
      verify: pinned(identity),
      events,
    });
    expect(connection.remoteAddress).toBe(HOST);
    connection.abort();
    expect(await dial(listener.port, { host: 'nowhere.invalid' })).toMatchObject({
      name: 'DialError',
      reason: 'lost',
      message: `cannot reach nowhere.invalid:${listener.port}: the host name is unknown`,
    });
  });

  test('[ROAM-5] T3: an address may be written in any way: what answers is known for its server', async () => {
    const connection = await dialUdp({
      host: '::FFFF:7f00:1',
      port: listener.port,
      verify: pinned(identity),
      events,
    });
    expect(connection.remoteAddress).toBe(HOST);
    connection.abort();
  });

  test('[SHAKE-3] T18: a certificate that is refused ends the attempt with that reason, before any frame', async () => {
    const before = accepted.length;
    const cause = new Error('not this one');
    const verify = () => {
      throw cause;
    };
    expect(await dial(listener.port, { verify })).toMatchObject({ reason: 'untrusted', cause });
    expect(accepted.slice(before).every((peer) => peer.received === 0)).toBe(true);
  });

  test('[SHAKE-3] T3: a server has no connection with whoever has not passed its certificate yet', async () => {
    const { established } = listener.counters;
    const verify = () => new Promise<void>(() => {});
    expect(await dial(listener.port, { verify, timeoutMs: 100 })).toMatchObject({ reason: 'timeout' });
    await new Promise((next) => setTimeout(next, 20));
    expect(listener.counters.established).toBe(established);
    const late = await dialUdp({
      host: HOST,
      port: listener.port,
      verify: () => new Promise((next) => setTimeout(next, 50)),
      events,
    });
    expect(listener.counters.established).toBe(established);
    while (listener.counters.established === established) await new Promise((next) => setTimeout(next, 1));
    late.abort();
  });

  test('T1: nobody there is refused where the system tells', async () => {
    const free = await listenUdp({ hostname: HOST, port: 0, identity, accept: events });
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
    silent.close();
  });

  test('T1: a listener that is closed takes nobody any more; who is connected goes on', async () => {
    const servers: Peer[] = [];
    const accept = Peer.accept((peer) => servers.push(peer));
    const server = await listenUdp({ hostname: HOST, port: 0, identity, accept });
    const client = Promise.withResolvers<Peer>();
    const connection = await dialUdp({
      host: HOST,
      port: server.port,
      verify: pinned(identity),
      events: Peer.accept(client.resolve),
    });
    while (servers.length === 0) await new Promise((next) => setTimeout(next, 1));
    await server.close();
    expect(await dial(server.port, { timeoutMs: 50 })).toMatchObject({ reason: 'timeout' });
    connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    await servers[0]?.until(() => servers[0]?.received === 1);
    connection.close();
    const peer = await client.promise;
    await peer.until(() => peer.closes.length > 0);
    // Its port is free once everything has ended.
    const freed = async (): Promise<UdpListener> => {
      try {
        return await listenUdp({ hostname: HOST, port: server.port, identity, accept: events });
      } catch {
        await new Promise((next) => setTimeout(next, 10));
        return freed();
      }
    };
    await (await freed()).close();
  });
});

test('T1: whoever is in a handshake when its listener is closed is told', async () => {
  const server = await listenUdp({ hostname: HOST, port: 0, identity, accept: events });
  const asked = Promise.withResolvers<void>();
  const pending = dial(server.port, {
    verify: () => {
      asked.resolve();
      return new Promise(() => {});
    },
    timeoutMs: 5_000,
  });
  await asked.promise;
  await server.close();
  expect(await pending).toMatchObject({ name: 'DialError', reason: 'refused' });
});

describe('addresses in turn', () => {
  const never = new AbortController().signal;

  test('a failure starts the next at once; the first that succeeds is taken', async () => {
    const tried: string[] = [];
    const attempt = async (address: string) => {
      tried.push(address);
      if (address !== 'c') throw new Error(address);
      return address.toUpperCase();
    };
    expect(await inTurn(['a', 'b', 'c', 'd'], attempt, never)).toBe('C');
    expect(tried).toEqual(['a', 'b', 'c']);
    await expect(inTurn(['a', 'b'], attempt, never)).rejects.toThrow('a');
  });

  test('one that does not answer is not waited for alone, and called off once another has', async () => {
    const signals = new Map<string, AbortSignal>();
    const attempt = (address: string, signal: AbortSignal) => {
      signals.set(address, signal);
      return address === 'slow' ? new Promise<string>(() => {}) : Promise.resolve(address);
    };
    expect(await inTurn(['slow', 'quick'], attempt, never)).toBe('quick');
    expect([signals.get('slow')?.aborted, signals.get('quick')?.aborted]).toEqual([true, false]);
  });

  test('calling off ends every attempt', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const pending = inTurn(
      ['a'],
      (_, signal) => {
        seen = signal;
        return new Promise<never>(() => {});
      },
      controller.signal,
    );
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    expect(seen?.aborted).toBe(true);
  });

  test('calling off begins no other address, whether attempts were under way or names still looked up', async () => {
    const controller = new AbortController();
    const tried: string[] = [];
    const attempt = (address: string, signal: AbortSignal) => {
      tried.push(address);
      return new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('called off')));
      });
    };
    const pending = inTurn(['a', 'b'], attempt, controller.signal);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await expect(inTurn(['c'], attempt, controller.signal)).rejects.toThrow('enough');
    await new Promise((next) => setTimeout(next, 1));
    expect(tried).toEqual(['a']);
  });

  test('of two that succeed at the same moment one is given and the other discarded', async () => {
    const both = Promise.withResolvers<void>();
    const discarded: string[] = [];
    let begun = 0;
    const attempt = async (address: string) => {
      if (++begun === 2) both.resolve();
      await both.promise;
      return address;
    };
    const given = await inTurn(['a', 'b'], attempt, never, (late) => discarded.push(late));
    await new Promise((next) => setTimeout(next, 1));
    expect([given, ...discarded].sort()).toEqual(['a', 'b']);
  });
});
