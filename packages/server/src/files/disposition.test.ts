import { expect, test } from 'bun:test';
import { safeFileName } from '@sotto/model';
import { HOSTILE_FILE_NAMES } from '@sotto/model/testing';
import { contentDisposition, mediaTypeFor } from './disposition.ts';

const HEADER =
  /^attachment; filename="([\x20\x21\x23-\x5b\x5d-\x7e]+)"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)$/;

test('[LINK-4] F4: whatever a file is called, its header holds two names, and the exact one is the safe one', () => {
  const names = [
    ...HOSTILE_FILE_NAMES,
    'a"; filename="b.html',
    'a\r\nSet-Cookie: b=c',
    "it's (1)*.txt",
    'é.png',
    '🍵.html',
  ];
  for (const name of names) {
    const [, ascii = '', exact = ''] = HEADER.exec(contentDisposition(name)) ?? [];
    expect([name, decodeURIComponent(exact)]).toEqual([name, safeFileName(name)]);
    expect(ascii).not.toMatch(/["\\%]/);
    expect(() => new Headers({ 'Content-Disposition': contentDisposition(name) })).not.toThrow();
  }
});

test('[LINK-4] F4: what has no name, being sealed, is a file', () => {
  expect(contentDisposition('')).toBe(`attachment; filename="file"; filename*=UTF-8''file`);
});

test('[LINK-4] F4: types that browsers run, or that are none, are bytes', () => {
  for (const type of [
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'a\r\nb: c',
    '',
    'IMAGE/PNG',
  ])
    expect(mediaTypeFor(type)).toBe('application/octet-stream');
  expect(mediaTypeFor('image/png')).toBe('image/png');
});
