import { expect, test } from 'bun:test';
import { leadsOutside, saysAddress } from './addresses.ts';

test.each([
  ['https://a.example/b', 'https://a.example/b', true],
  ['www.a.example', 'https://www.a.example', true],
  ['bob@a.example', 'mailto:bob@a.example', true],
  ['https://bank.example', 'https://evil.example/?https://bank.example', false],
  ['bank.example', 'https://notbank.example', false],
  ['here', 'https://a.example', false],
  ['', 'https://a.example', false],
])('M9 C1: whether "%s" says where %s leads: %p', (text, url, says) => {
  expect(saysAddress(text, url)).toBe(says);
});

test('M9 C1: nothing but pages and addresses for mail is left for', () => {
  for (const url of ['https://a.example', 'HTTP://a.example', 'mailto:a@b.example'])
    expect(leadsOutside(url)).toBe(true);
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://a',
    '//a.example',
    ' https://a',
  ])
    expect(leadsOutside(url)).toBe(false);
});
