import { describe, expect, test } from 'bun:test';
import type { FileInfo } from '@sotto/client';
import { isShownAtOnce, mediaOf } from './media.ts';

const file = (mediaType: string, name = 'a', sizeBytes = 1000): FileInfo => ({
  name,
  sizeBytes,
  mediaType,
  sha256: '',
  preview: undefined,
  inline: false,
  answer: undefined,
});
const HUGE_BYTES = 10 ** 12;

describe('what of a file is shown here (C1)', () => {
  test('pictures, sounds, films and PDF, as a type of ours', () => {
    expect(mediaOf(file('IMAGE/PNG; charset=x'))).toEqual({ kind: 'picture', type: 'image/png' });
    expect(mediaOf(file('video/webm'))?.kind).toBe('video');
    expect(mediaOf(file('application/pdf'))).toEqual({ kind: 'pdf', type: 'application/pdf' });
  });

  test('by what it is called, where nothing better is known', () => {
    expect(mediaOf(file('', 'cat.JPG'))).toEqual({ kind: 'picture', type: 'image/jpeg' });
    expect(mediaOf(file('application/octet-stream', 'plan.pdf'))?.kind).toBe('pdf');
    expect(mediaOf(file('image/png', 'plan.pdf'))?.kind).toBe('picture');
    expect(mediaOf(file('application/zip', 'cat.jpg'))).toBeUndefined();
  });

  test('texts with the language of their ending, browsers may call them what they like', () => {
    expect(mediaOf(file('video/mp2t', 'main.ts'))).toEqual({ kind: 'text', language: 'typescript' });
    expect(mediaOf(file('text/plain', 'notes'))).toEqual({ kind: 'text', language: '' });
    expect(mediaOf(file('', 'build.log'))).toEqual({ kind: 'text', language: '' });
    expect(mediaOf(file('application/json'))).toEqual({ kind: 'text', language: 'json' });
  });

  test('what a browser reads as a document is text, and what is no type at all is not shown', () => {
    for (const type of ['image/svg+xml', 'text/html', 'application/xhtml+xml', 'application/xml']) {
      expect(mediaOf(file(type))).toEqual({ kind: 'text', language: 'xml' });
      expect(mediaOf(file(type, 'plan.pdf'))?.kind).toBe('text');
    }
    for (const type of ['', 'constructor', '__proto__', 'application/zip']) {
      expect([mediaOf(file(type)), mediaOf(file('', `a.${type}`))]).toEqual([undefined, undefined]);
    }
  });

  test('of what is too large to be held in memory only the beginning of texts', () => {
    expect(mediaOf(file('video/mp4', 'film.mp4', HUGE_BYTES))).toBeUndefined();
    expect(mediaOf(file('text/plain', 'all.log', HUGE_BYTES))?.kind).toBe('text');
  });

  test('only small pictures without being asked for', () => {
    const picture = { kind: 'picture', type: 'image/png' } as const;
    expect(isShownAtOnce(picture, file('image/png', 'a', 10_000))).toBe(true);
    expect(isShownAtOnce(picture, file('image/png', 'a', 10_000_000))).toBe(false);
    expect(isShownAtOnce({ kind: 'audio', type: 'audio/mpeg' }, file('audio/mpeg'))).toBe(false);
  });
});
