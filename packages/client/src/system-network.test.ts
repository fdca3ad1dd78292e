import { describe, expect, test } from 'bun:test';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { SystemNetwork } from './system-network.ts';

const SHARED = { netmask: '', mac: '', internal: false };
const ipv4 = (cidr: string, internal = false): NetworkInterfaceInfo => ({
  ...SHARED,
  family: 'IPv4',
  address: cidr.split('/')[0] ?? '',
  cidr,
  internal,
});
const ipv6 = (cidr: string): NetworkInterfaceInfo => ({
  ...SHARED,
  family: 'IPv6',
  address: cidr.split('/')[0] ?? '',
  cidr,
  scopeid: 0,
});
const nameOf = (...addresses: NetworkInterfaceInfo[]) =>
  new SystemNetwork(() => ({ one: addresses })).current();

/** Ten turns of the poll at least. */
const someTurns = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('which network the machine is in (T17)', () => {
  test('[PATH-9] a name is a hash that says nothing, and the same whatever the order', () => {
    const name = nameOf(ipv4('192.168.1.5/24'), ipv4('10.0.0.2/8'));
    expect(name).toMatch(/^[0-9a-f]{16}$/);
    expect(
      new SystemNetwork(() => ({ b: [ipv4('10.0.0.2/8')], a: [ipv4('192.168.1.5/24')] })).current(),
    ).toBe(name);
  });

  test('[PATH-9] an own IPv4 address and its prefix tell networks apart; loopback and link-local addresses do not', () => {
    const home = nameOf(ipv4('192.168.1.5/24'));
    expect(nameOf(ipv4('192.168.1.6/24'))).not.toBe(home);
    expect(nameOf(ipv4('192.168.1.5/16'))).not.toBe(home);
    expect(nameOf(ipv4('192.168.1.5/24'), ipv4('127.0.0.1/8', true), ipv6('fe80::1/64'))).toBe(home);
    expect(nameOf()).not.toBe(home);
  });

  test('[PATH-9] of IPv6 the prefix alone counts, since own addresses change every day', () => {
    const home = nameOf(ipv6('2001:db8:1:2::5/64'));
    expect(nameOf(ipv6('2001:db8:1:2:aaaa:bbbb:cccc:dddd/64'))).toBe(home);
    expect(nameOf(ipv6('2001:db8:1:2::5/64'), ipv6('2001:db8:1:2:1:2:3:4/64'))).toBe(home);
    expect(nameOf(ipv6('2001:db8:1:3::5/64'))).not.toBe(home);
    expect(nameOf(ipv6('2001:db8:1:2::5/128'))).not.toBe(nameOf(ipv6('2001:db8:1:2::6/128')));
    expect(nameOf(ipv6('2001:db8::1%en0/64'))).toMatch(/^[0-9a-f]{16}$/);
    expect(nameOf(ipv6('2001:db8::/32'))).toBe(nameOf(ipv6('2001:db8:0:0:0:0:0:1/32')));
  });

  test('[PATH-9] a system that does not tell has no name', () => {
    const network = new SystemNetwork(() => {
      throw new Error('not permitted');
    });
    expect(network.current()).toBe('');
  });

  test('[PATH-10] listeners hear of a change, of an IPv6 address too, and of nothing else', async () => {
    let addresses = [ipv4('192.168.1.5/24')];
    const network = new SystemNetwork(() => ({ one: addresses }), 5);
    let heard = 0;
    let other = 0;
    const listening = network.onChange(() => heard++);
    const stopOther = network.onChange(() => other++);
    await someTurns();
    expect(heard).toBe(0);
    const before = network.current();
    for (const address of [ipv4('10.0.0.2/8'), ipv6('2001:db8::5/64'), ipv6('2001:db8::6/64')]) {
      const told = heard;
      addresses = [address];
      while (heard === told) await someTurns();
      expect(heard).toBe(told + 1);
    }
    expect(network.current()).not.toBe(before);
    stopOther();
    addresses = [];
    while (heard === 3) await someTurns();
    expect(other).toBe(3);
    listening();
    addresses = [ipv4('192.168.1.5/24')];
    await someTurns();
    expect(heard).toBe(4);
  });

  test('[PATH-9] nothing is looked at while nobody listens, and what changed meanwhile is no news', async () => {
    let looks = 0;
    let addresses = [ipv4('192.168.1.5/24')];
    const interfaces = () => {
      looks += 1;
      return { one: addresses };
    };
    const network = new SystemNetwork(interfaces, 5);
    network.onChange(() => {})();
    const before = looks;
    await someTurns();
    expect(looks).toBe(before);
    addresses = [];
    let heard = 0;
    const stop = network.onChange(() => heard++);
    while (looks < before + 3) await someTurns();
    stop();
    expect(heard).toBe(0);
  });

  test('[PATH-9] this machine has a name', () => {
    expect(Object.keys(networkInterfaces()).length).toBeGreaterThan(0);
    expect(new SystemNetwork().current()).toMatch(/^[0-9a-f]{16}$/);
  });
});
