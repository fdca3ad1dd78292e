import { describe, expect, test } from 'bun:test';
import { createSystemClock } from './clock.ts';
import { defaultHome, profileDirectory } from './profile.ts';
import { roomReference, userReference } from './references.ts';
import { parseServer, serverName } from './server-address.ts';

describe('names and addresses that people type (C3)', () => {
  test.each([
    ['localhost', 'localhost:5000'],
    ['Example.org:6000', 'example.org:6000'],
    ['127.0.0.1:1', '127.0.0.1:1'],
    ['::1', '[::1]:5000'],
    ['[::1]:7000', '[::1]:7000'],
    ['[fe80::1]', '[fe80::1]:5000'],
  ])('server %s is %s', (text, name) => {
    expect(serverName(parseServer(text))).toBe(name);
  });

  test.each(['', ':5000', 'host:', 'host:0', 'host:65536', 'a b', 'host/path', '[::1', 'http://host'])(
    'server %p is an error that names it',
    (text) => {
      expect(() => parseServer(text)).toThrow(`"${text}" is not a server address`);
    },
  );

  test('digits are a number, a UUID is a UUID, the rest is a name', () => {
    const uuid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11';
    expect(userReference('2')).toEqual({ reference: { case: 'number', value: 2 } });
    expect(userReference(uuid)).toEqual({ reference: { case: 'uuid', value: uuid.toLowerCase() } });
    expect(userReference('bob')).toEqual({ reference: { case: 'name', value: 'bob' } });
    expect(userReference('99999999999')).toEqual({ reference: { case: 'name', value: '99999999999' } });
    expect(roomReference('#general')).toEqual({ reference: { case: 'name', value: 'general' } });
  });

  test('profiles of different people never share a directory, whatever their names are', () => {
    const names = ['alice', 'a/b', 'a_b', '..', '.', 'con', 'Ünal', '😀', 'x'.repeat(100), 'a b'];
    const directories = names.map((name) => profileDirectory('/home', 'host', name));
    expect(new Set(directories).size).toBe(names.length);
    for (const directory of directories) expect(directory).toMatch(/^\/home\/profiles\/[^/]+\/[^/]+$/);
    expect(directories).not.toContain('/home/profiles/host/..');
    expect(defaultHome({ SOTTO_HOME: '/elsewhere' })).toBe('/elsewhere');
  });

  test('[RECONNECT-6] the clock goes on when the machine is set back', () => {
    let wall = 1_000;
    const clock = createSystemClock(() => wall);
    expect(clock.now()).toBe(1_000);
    wall = 100;
    expect(clock.now()).toBe(1_000);
    wall = 150;
    expect(clock.now()).toBe(1_050);
    wall = 99_000;
    expect(clock.now()).toBeGreaterThan(50_000);
  });
});
