import { describe, expect, test } from 'bun:test';
import { ByHand } from './testing/by-hand.ts';

function over(transport: string): ByHand {
  const client = new ByHand();
  client.startOn(transport);
  return client;
}

describe('a transport that a person chose (T17)', () => {
  test('[PATH-14] a worse one is tried at once and alone, and the session stays until it has answered', () => {
    const client = over('udp');
    expect(client.choose('tls')).toEqual([]);
    expect(client.pass(500)).toEqual(['0: dial tls']);
    expect(client.used).toBe('udp');
    expect(client.opened('tls')).toEqual(['adopt tls']);
    expect(client.adopted('tls')).toEqual(['retire udp']);
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('[PATH-14] where it does not answer the session goes on, and it is asked for again and again', () => {
    const client = over('udp');
    client.choose('quic');
    client.pass(10);
    expect(client.failed('quic')).toEqual([]);
    expect(client.pass(30_000)).toEqual([
      '1990: dial quic',
      '7990: cancel quic',
      '7990: dial quic',
      '13990: cancel quic',
      '17990: dial quic',
      '23990: cancel quic',
    ]);
    expect(client.used).toBe('udp');
  });

  test('[PATH-14] when it is lost nothing else is tried', () => {
    const client = over('quic');
    client.choose('quic');
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    client.ended();
    const dials = client.pass(60_000).filter((word) => word.includes('dial'));
    expect(dials.length).toBeGreaterThan(3);
    expect(dials.filter((word) => !word.endsWith('dial quic'))).toEqual([]);
  });

  test('[PATH-14] none again: what is better is tried at once, or everything where nothing works', () => {
    const client = over('udp');
    client.choose('websocket');
    client.pass(10);
    client.moveTo('websocket');
    expect(client.choose()).toEqual([]);
    expect(client.pass(2_500)).toEqual(['0: dial udp', '1000: dial quic', '2000: dial tls']);
    expect(client.opened('udp')).toEqual(['adopt udp']);
    expect(client.adopted('udp')).toEqual(['retire websocket', 'cancel quic', 'cancel tls']);
    const offline = over('tls');
    offline.choose('udp');
    offline.ended();
    offline.pass(300);
    offline.failed('udp', 'refused');
    expect(offline.choose()).toEqual(['dial udp']);
    expect(offline.pass(600)).toEqual(['250: dial quic', '500: dial tls']);
  });

  test('[PATH-14] another choice gives up what was tried for the one before', () => {
    const client = over('udp');
    client.choose('tls');
    client.pass(10);
    expect(client.choose('quic')).toEqual(['cancel tls']);
    expect(client.pass(10)).toEqual(['0: dial quic']);
    expect(client.choose('udp')).toEqual(['cancel quic']);
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('[PATH-14] whoever searches goes on with the chosen one, and what is being moved to is not disturbed', () => {
    const client = new ByHand();
    expect(client.start()).toEqual(['dial udp']);
    client.pass(600);
    expect(client.choose('tls')).toEqual(['cancel udp', 'cancel quic', 'cancel tls', 'dial tls']);
    expect(client.opened('tls')).toEqual(['adopt tls']);
    expect(client.choose('tls')).toEqual([]);
    expect(client.choose('udp')).toEqual(['dial udp']);
    expect(client.adopted('tls')).toEqual([]);
    expect(client.opened('udp')).toEqual(['adopt udp']);
  });

  test('[PATH-14] [PATH-8] what was held off is not, once it is chosen', () => {
    const client = over('tls');
    client.pass(2_000);
    client.moveTo('udp');
    client.ended();
    client.pass(1_000);
    client.moveTo('tls');
    expect(client.choose('udp')).toEqual(['cancel udp', 'cancel quic']);
    expect(client.pass(10)).toEqual(['0: dial udp']);
  });

  test('[PATH-14] [RECONNECT-2] what the server asked to wait is waited out', () => {
    const client = over('udp');
    client.ended(20_000);
    expect(client.choose('tls')).toEqual(['wait']);
    expect(client.pass(19_000)).toEqual([]);
    expect(client.pass(2_000)).toEqual(['1000: dial tls']);
  });

  test('[PATH-14] [PATH-1] whatever the server names; what there is to choose from is what it names', () => {
    const client = over('udp');
    client.offered('udp', 'tls');
    expect(client.manager.transports).toEqual(['udp', 'tls']);
    client.choose('websocket');
    expect(client.pass(10)).toEqual(['0: dial websocket']);
    expect(client.manager.transports).toEqual(['udp', 'tls']);
    expect(client.manager.chosen).toBe('websocket');
  });

  test('[PATH-14] chosen before anything began, it is the only one', () => {
    const client = new ByHand();
    expect(client.choose('tls')).toEqual([]);
    expect(client.start()).toEqual(['dial tls']);
    expect(client.pass(5_000)).toEqual([]);
  });
});
