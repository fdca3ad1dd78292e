import { expect, test } from 'bun:test';
import { KeepAlive } from './keepalive.ts';

test('[KEEP-1] a silent side pings once it has sent nothing for the keep-alive time', () => {
  const keepAlive = new KeepAlive(0, 15, 40);
  expect(keepAlive.check(14)).toBe('nothing');
  expect(keepAlive.deadline).toBe(15);
  expect(keepAlive.check(15)).toBe('ping');
  keepAlive.sent(15);
  keepAlive.heard(16);
  expect(keepAlive.deadline).toBe(30);
  expect(keepAlive.check(29)).toBe('nothing');
});

test('[KEEP-2] a peer not heard for the idle time is dead, however much was sent to it (T10)', () => {
  const keepAlive = new KeepAlive(0, 15, 40);
  for (const now of [15, 30, 39]) keepAlive.sent(now);
  expect(keepAlive.check(39)).toBe('nothing');
  expect(keepAlive.check(40)).toBe('dead');
});
