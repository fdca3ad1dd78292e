import { describe, expect, test } from 'bun:test';
import { ByHand } from './testing/by-hand.ts';

/** What is over UDP, and nothing else goes on. */
function overUdp(): ByHand {
  const client = new ByHand();
  client.startOn('udp');
  return client;
}

/** What is over WebSocket since now. */
function overWebSocket(): ByHand {
  const client = new ByHand();
  client.startOn('websocket');
  return client;
}

describe('a silent path (T17)', () => {
  test('[PATH-5] a search for all, the same transport too, while the silent path stays', () => {
    const client = overUdp();
    expect(client.silent()).toEqual(['dial udp', 'dial quic']);
    expect(client.pass(600)).toEqual(['250: dial tls', '500: dial websocket']);
    expect(client.used).toBe('udp');
    expect(client.opened('tls')).toEqual(['adopt tls']);
    expect(client.adopted('tls')).toEqual(['retire udp', 'cancel websocket']);
  });

  test('[PATH-5] when it speaks first, only better ones are still tried', () => {
    const client = new ByHand();
    client.startOn('tls');
    client.silent();
    client.pass(600);
    expect(client.heard()).toEqual(['cancel tls', 'cancel websocket']);
    expect(client.opened('quic')).toEqual(['adopt quic']);
  });

  test('[PATH-3] [PATH-5] when nothing answers it is offline, and the silent path may still speak', () => {
    const client = overUdp();
    client.silent();
    client.failed('udp');
    client.failed('quic');
    client.failed('tls');
    expect(client.failed('websocket')).toEqual(['wait']);
    expect(client.used).toBe('udp');
    expect(client.heard()).toEqual([]);
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('moving the session (T17)', () => {
  test('[PATH-6] nothing worse than a path that works', () => {
    const client = new ByHand();
    client.startOn('quic');
    client.silent();
    client.pass(600);
    client.opened('udp');
    client.opened('tls');
    client.heard();
    expect(client.rejected('udp')).toEqual([]);
    expect(client.used).toBe('quic');
  });

  test('[PATH-6] the old path is closed when the new one has the session, not before', () => {
    const client = overWebSocket();
    client.pass(2_000);
    expect(client.opened('udp')).toEqual(['adopt udp']);
    expect(client.pass(2_999)).toEqual(['1000: dial quic', '2000: dial tls']);
    expect(client.used).toBe('websocket');
    expect(client.adopted('udp')).toEqual(['retire websocket', 'cancel quic', 'cancel tls']);
  });

  test('[PATH-6] an answer that takes 3 s gives the new connection up, and the old path goes on', () => {
    const client = new ByHand(['udp', 'tls']);
    client.startOn('tls');
    client.pass(2_000);
    client.opened('udp');
    expect(client.pass(3_000)).toEqual(['3000: cancel udp']);
    expect(client.used).toBe('tls');
    expect(client.adopted('udp')).toEqual([]);
  });

  test('[PATH-6] without an old path it may take 6 s; who answered meanwhile is next', () => {
    const client = new ByHand(['udp', 'tls']);
    client.start();
    client.pass(250);
    client.opened('udp');
    client.opened('tls');
    expect(client.pass(6_000)).toEqual(['6000: cancel udp', '6000: adopt tls']);
  });

  test('[PATH-6] a refusal gives the new connection up', () => {
    const client = new ByHand(['udp', 'tls']);
    client.start();
    client.opened('udp');
    expect(client.rejected('udp')).toEqual([]);
    expect(client.pass(250)).toEqual(['250: dial tls']);
  });

  test('[PATH-6] the old path ends while the session moves, which then fails: everything is tried again', () => {
    const client = overWebSocket();
    client.pass(2_000);
    client.opened('udp');
    client.pass(1_000);
    expect(client.ended()).toEqual(['cancel quic']);
    expect(client.rejected('udp')).toEqual(['wait']);
    expect(client.pass(1_000).map((word) => word.replace(/.*: /, ''))).toContain('dial websocket');
  });

  test('[RECONNECT-2] what the server said at the end of the old path holds also when the session was about to move', () => {
    const client = new ByHand(['udp', 'tls']);
    client.startOn('tls');
    client.pass(2_000);
    client.opened('udp');
    client.ended(20_000);
    client.pass(500);
    client.rejected('udp');
    expect(client.deadlineMs).toBeGreaterThanOrEqual(19_500);
  });

  test('whoever stops closes everything', () => {
    const client = overWebSocket();
    client.pass(3_000);
    client.opened('udp');
    expect(client.stop().sort()).toEqual(['cancel quic', 'cancel udp', 'retire websocket']);
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('better paths (T17)', () => {
  test('[PATH-7] asked for after 2 s, 5, 10 and every 20 s, 1 s apart', () => {
    const client = overWebSocket();
    expect(client.pass(4_500)).toEqual(['2000: dial udp', '3000: dial quic', '4000: dial tls']);
    for (const name of ['udp', 'quic', 'tls']) client.failed(name);
    const begins = client.pass(60_000).filter((word) => word.endsWith('dial udp'));
    expect(begins).toEqual(['2500: dial udp', '12500: dial udp', '32500: dial udp', '52500: dial udp']);
  });

  test('[PATH-7] on the best path nobody asks', () => {
    expect(overUdp().deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('[PATH-1] [PATH-7] what the server names only later is asked for as well', () => {
    const client = overWebSocket();
    client.offered('websocket');
    expect(client.pass(60_000)).toEqual([]);
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    client.offered('quic', 'websocket');
    expect(client.pass(20_000).map((word) => word.replace(/.*: /, ''))).toContain('dial quic');
  });
});

describe('another network (T17)', () => {
  test('[PATH-10] the path is asked at once, better ones within a second', () => {
    const client = overWebSocket();
    client.pass(60_000);
    for (const name of ['udp', 'quic', 'tls']) client.failed(name);
    expect(client.network('cafe')).toEqual(['ask']);
    expect(client.pass(1_000)).toEqual(['1000: dial udp']);
  });

  test('[PATH-10] [PATH-9] what was being tried began elsewhere: it is given up, and says nothing about this network', () => {
    const client = overWebSocket();
    client.pass(2_500);
    client.failed('udp');
    expect(client.network('cafe')).toEqual(['cancel quic', 'ask']);
    client.pass(500);
    for (const name of ['udp', 'quic', 'tls'])
      expect(client.memory.worked('cafe', name, client.now)).toBeUndefined();
    expect(client.pass(500)).toEqual(['500: dial udp']);
  });

  test('[PATH-10] what has answered elsewhere and waits for its turn is closed', () => {
    const client = new ByHand();
    client.start();
    client.pass(750);
    client.opened('tls');
    client.opened('websocket');
    expect(
      client
        .network('cafe')
        .filter((word) => word.startsWith('cancel'))
        .sort(),
    ).toEqual(['cancel quic', 'cancel udp', 'cancel websocket']);
  });

  test('[PATH-10] who is offline, or on a silent path, searches at once', () => {
    const client = new ByHand(['udp', 'tls']);
    client.start();
    client.failed('udp');
    client.failed('tls');
    expect(client.network('cafe')).toEqual(['dial udp']);
    client.moveTo('udp');
    client.silent();
    client.pass(100);
    expect(client.network('train')).toEqual(['cancel udp', 'cancel tls', 'dial udp', 'dial tls']);
  });
});
