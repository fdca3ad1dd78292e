import { expect, test } from 'bun:test';
import { purityProblems } from './purity.ts';

const found = (text: string, path = 'packages/protocol/src/a.ts') => purityProblems([{ path, text }]);

test.each([
  ['const now = Date.now();'],
  ['const now = new Date();'],
  ['const now = new Date;'],
  ['const now = Date();'],
  ['performance.now()'],
  ['setTimeout(f, 5)'],
  ['const later = setInterval;'],
  ['queueMicrotask(f)'],
  ['AbortSignal.timeout(5)'],
  ['Math.random()'],
  ['crypto.getRandomValues(bytes)'],
  ['const { randomUUID } = crypto;'],
  ['randomBytes(8)'],
  ['process.env.HOME'],
  ['const { env } = process;'],
  ['const all = [...process.argv];'],
  ['Bun.file(path)'],
  ["console.log('x')"],
  ["globalThis['fetch']"],
  ["await fetch('https://example.org')"],
  ["new WebSocket('wss://example.org')"],
  ['crypto.subtle.digest(a, b)'],
  ["await import('./a.ts')"],
])('impure: %s', (text) => {
  expect(found(`\n${text}`)).toMatchObject([{ file: 'packages/protocol/src/a.ts', line: 2 }]);
});

test.each([
  ['// Date.now() is for callers'],
  ["throw new Error('no process.env, no console.log');"],
  ['const at = new Date(sentAtMs).toISOString();'],
  ['this.process(frame); store.fetch(id);'],
  ['export type Reader = { process(frame: Frame): void; fetch(id: Id): Frame; performance: number };'],
  ['export function process(frame: Frame) {}'],
  ['environment.randomBytes2(8); clock.now();'],
  ['const updated = date; const window = 5; cursor.window = window;'],
  ['keys.crypto.seal(packet); crypto.seal(packet);'],
])('pure: %s', (text) => {
  expect(found(text)).toEqual([]);
});

test('tests may do as they like', () => {
  expect(found('Date.now()', 'packages/protocol/src/a.test.ts')).toEqual([]);
});
