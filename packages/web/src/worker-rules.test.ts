import { expect, test } from 'bun:test';
import { isKept, leadsTo } from './worker-rules.ts';

const ORIGIN = 'https://chat.example';
const kept = (path: string, mode = 'cors', method = 'GET') =>
  isKept({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN);

test('C1: without a network the page and its programs are there', () => {
  expect(kept('/', 'navigate')).toBe('page');
  expect(kept('/?source=pwa', 'navigate')).toBe('page');
  expect(kept('/assets/main-1.js')).toBe('asset');
});

test('C1 F4: files of people, reports, the socket and other servers are no business of the worker', () => {
  expect(kept('/files/abc', 'navigate')).toBe('no');
  expect(kept('/files/abc')).toBe('no');
  expect(kept('/', 'cors')).toBe('no');
  expect(kept('/csp', 'cors', 'POST')).toBe('no');
  expect(kept('/assets/main-1.js', 'cors', 'POST')).toBe('no');
  expect(kept('https://evil.example/assets/main-1.js')).toBe('no');
  expect(kept('https://evil.example/', 'navigate')).toBe('no');
});

test('C1: a notification leads to a message, and nowhere else', () => {
  expect(leadsTo('#/room/3/m/17')).toBe('#/room/3/m/17');
  for (const other of [undefined, 7, '', '#/room/3', '//evil.example', 'https://evil.example#/room/3/m/1'])
    expect(leadsTo(other)).toBe('#/');
});
