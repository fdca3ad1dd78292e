import { describe, expect, test } from 'bun:test';
import type { FileInfo } from '@sotto/client';
import { isShownAtOnce, mediaOf } from './media.ts';

const file = (mediaType: string, sizeBytes = 1000): FileInfo => ({
  name: 'a',
  sizeBytes,
  mediaType,
  sha256: '',
  preview: undefined,
  inline: false,
  answer: undefined,
});

describe('what of a file is shown in place (C1)', () => {
  test('pictures, sounds and films, as a type of ours', () => {
    expect(mediaOf(file('IMAGE/PNG; charset=x'))).toEqual({ element: 'img', type: 'image/png' });
    expect(mediaOf(file('video/webm'))?.element).toBe('video');
  });

  test('nothing that a browser reads as a document, and nothing that is no type at all', () => {
    for (const type of ['image/svg+xml', 'text/html', 'application/pdf', '', 'constructor', '__proto__']) {
      expect(mediaOf(file(type))).toBeUndefined();
    }
  });

  test('only small pictures without being asked for', () => {
    const media = { element: 'img', type: 'image/png' } as const;
    expect(isShownAtOnce(media, file('image/png', 10_000))).toBe(true);
    expect(isShownAtOnce(media, file('image/png', 10_000_000))).toBe(false);
    expect(isShownAtOnce({ element: 'audio', type: 'audio/mpeg' }, file('audio/mpeg'))).toBe(false);
  });
});
