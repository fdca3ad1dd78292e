import { describe, expect, test } from 'bun:test';
import { ByHand } from './testing/by-hand.ts';

describe('searching (T17)', () => {
  test('[PATH-1] [PATH-2] best first, 250 ms apart', () => {
    const client = new ByHand();
    expect(client.start()).toEqual(['dial udp']);
    expect(client.pass(1_000)).toEqual(['250: dial quic', '500: dial tls', '750: dial websocket']);
  });

  test('[PATH-1] a client that was told to use one transport uses that one alone', () => {
    const client = new ByHand(['tls']);
    expect(client.start()).toEqual(['dial tls']);
    expect(client.pass(5_999)).toEqual([]);
    client.moveTo('tls');
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('[PATH-1] what the server does not name is not tried, save what has worked; a list that names none of ours says nothing', () => {
    const client = new ByHand();
    client.startOn('tls');
    client.offered('udp', 'websocket');
    expect(client.silent()).toEqual(['dial udp']);
    expect(client.pass(1_000)).toEqual(['250: dial tls', '250: dial websocket']);
    const other = new ByHand();
    other.offered('carrier pigeon');
    other.start();
    expect(other.pass(1_000)).toEqual(['250: dial quic', '500: dial tls', '750: dial websocket']);
  });

  test('[PATH-1] what the server no longer names is given up, also before its turn', () => {
    const client = new ByHand();
    client.start();
    expect(client.offered('quic', 'websocket')).toEqual(['cancel udp']);
    expect(client.pass(1_000)).toEqual(['250: dial quic', '500: dial websocket']);
  });

  test('[PATH-1] once a search among those that the server named has found none, all are tried', () => {
    const client = new ByHand();
    const dials = (words: readonly string[]) => words.map((word) => word.replace(/^\d+: /, ''));
    client.startOn('udp');
    client.offered('udp');
    client.ended();
    expect(dials(client.pass(2_000))).toEqual(['dial udp']);
    client.failed('udp', 'refused');
    expect(dials(client.pass(2_000))).toEqual(['dial udp', 'dial quic', 'dial tls', 'dial websocket']);
    client.opened('tls');
    // UDP has worked.
    expect(client.offered('tls')).toEqual(['cancel quic', 'cancel websocket']);
  });

  test('[PATH-2] a failure starts the next at once', () => {
    const client = new ByHand();
    client.start();
    client.pass(10);
    expect(client.failed('udp')).toEqual(['dial quic']);
    expect(client.failed('quic')).toEqual(['dial tls']);
    expect(client.pass(300)).toEqual(['250: dial websocket']);
  });

  test('[PATH-2] [PATH-9] nobody waits for what did not work here the last time', () => {
    const client = new ByHand();
    client.memory.note('home', 'udp', false, client.now);
    client.memory.note('home', 'quic', false, client.now);
    client.memory.note('home', 'tls', true, client.now);
    expect(client.start()).toEqual(['dial udp', 'dial quic', 'dial tls']);
    expect(client.pass(300)).toEqual(['250: dial websocket']);
  });

  test('[PATH-2] the first that answers is used; worse ones are given up, better ones go on and are moved to', () => {
    const client = new ByHand();
    client.start();
    client.pass(750);
    expect(client.opened('tls')).toEqual(['adopt tls']);
    expect(client.adopted('tls')).toEqual(['cancel websocket']);
    expect(client.used).toBe('tls');
    expect(client.opened('quic')).toEqual(['adopt quic']);
    expect(client.adopted('quic')).toEqual(['retire tls']);
    expect(client.opened('udp')).toEqual(['adopt udp']);
    expect(client.adopted('udp')).toEqual(['retire quic']);
    expect(client.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('[PATH-2] two that answer while the session is on its way to a third: the better one is next', () => {
    const client = new ByHand();
    client.start();
    client.pass(750);
    client.opened('websocket');
    expect(client.opened('tls')).toEqual([]);
    expect(client.opened('udp')).toEqual([]);
    expect(client.adopted('websocket')).toEqual(['adopt udp', 'cancel tls']);
    expect(client.adopted('udp')).toEqual(['retire websocket', 'cancel quic']);
  });
});

describe('the end of a search (T17)', () => {
  test('[PATH-3] when every attempt has failed', () => {
    const client = new ByHand();
    client.start();
    for (const transport of ['udp', 'quic', 'tls']) client.failed(transport);
    expect(client.failed('websocket')).toEqual(['wait']);
    expect(client.deadlineMs).toBeLessThanOrEqual(250);
    expect(client.pass(250).filter((word) => word.endsWith('dial udp'))).toHaveLength(1);
  });

  test('[PATH-3] 6 s after it began', () => {
    const client = new ByHand();
    client.start();
    client.pass(1_000);
    const cancels = ['udp', 'quic', 'tls', 'websocket'].map((name) => `5000: cancel ${name}`);
    expect(client.pass(5_000)).toEqual([...cancels, '5000: wait']);
  });

  test.each([
    [20, 1_000],
    [199, 1_000],
    [300, 1_500],
  ])('[PATH-3] a refusal after %d ms leaves the others %d ms from the last start', (tookMs, leftMs) => {
    const client = new ByHand();
    client.start();
    client.pass(750);
    client.pass(tookMs);
    client.failed('websocket', 'refused');
    expect(client.pass(leftMs - tookMs)).toEqual([`${leftMs - tookMs}: wait`]);
  });

  test('[PATH-3] a refusal is no reason to give up who answers slowly: it goes on beside the next searches, for 6 s', () => {
    const client = new ByHand(['udp', 'quic', 'tls']);
    client.start();
    client.failed('udp', 'refused');
    const words = client.pass(5_900);
    expect(words.filter((word) => word.endsWith('dial udp'))).toHaveLength(1);
    expect(words.filter((word) => /quic|tls/.test(word))).toEqual(['250: dial tls']);
    expect(client.opened('tls')).toEqual(['adopt tls']);
    expect(client.pass(100)).toEqual(['100: cancel quic']);
    expect(client.adopted('tls').filter((word) => word.startsWith('retire'))).toEqual([]);
    expect(client.used).toBe('tls');
  });
});
