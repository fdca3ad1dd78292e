import { expect, test } from 'bun:test';
import { type Program, programUrl } from './trusted-types.ts';

test('[WEB-2] C1: the page starts no program but those that are listed, exactly as they are written', () => {
  expect(programUrl('/sw.js')).toBe('/sw.js');
  const others = [
    '/sw.js?a',
    '//evil.example/sw.js',
    'https://evil.example/sw.js',
    '/SW.js',
    'sw.js',
    '',
    'data:,1',
  ];
  for (const path of others) expect(() => programUrl(path as Program)).toThrow(TypeError);
});
