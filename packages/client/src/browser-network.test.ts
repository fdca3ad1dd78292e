import { afterEach, describe, expect, test } from 'bun:test';
import { browserNetwork } from './browser-network.ts';

const say = (name: string) => globalThis.dispatchEvent(new Event(name));

describe('the network of a page (T17)', () => {
  afterEach(() => void Reflect.deleteProperty(navigator, 'connection'));

  test('[PATH-10] a page hears that its network went, came, or changed, until it stops listening', () => {
    const connection = new EventTarget();
    Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
    let heard = 0;
    let other = 0;
    const listener = () => heard++;
    const stop = browserNetwork.onChange(listener);
    const stopOther = browserNetwork.onChange(() => other++);
    for (const name of ['offline', 'online']) say(name);
    connection.dispatchEvent(new Event('change'));
    expect(heard).toBe(3);
    stop();
    for (const name of ['offline', 'online']) say(name);
    connection.dispatchEvent(new Event('change'));
    stopOther();
    say('online');
    expect([heard, other]).toEqual([3, 6]);
  });

  test('[PATH-10] browsers that tell less are listened to all the same', () => {
    let heard = 0;
    const stop = browserNetwork.onChange(() => heard++);
    say('online');
    stop();
    expect(heard).toBe(1);
  });

  test('[PATH-9] a page does not learn which network it is in', () => {
    expect(browserNetwork.current()).toBe('');
  });
});
