import { describe, expect, test } from 'bun:test';
import type { Transfer } from '@sotto/app';
import { losesUploads } from './leaving.ts';

const moving: Transfer['state'] = { kind: 'moving', progress: undefined };
const asked = (transfer: Partial<Transfer>): boolean => {
  const all = new Map([['a', { kind: 'upload', isKept: false, state: moving, ...transfer } as Transfer]]);
  return losesUploads({ transfers: { get: () => all, subscribe: () => () => {} } });
};

describe('what closing the window would lose (C1)', () => {
  test('is a file on its way up that nothing keeps', () => {
    expect(asked({})).toBe(true);
  });

  test('is nothing that goes on later, that failed, or that can be fetched again', () => {
    expect(asked({ isKept: true })).toBe(false);
    expect(asked({ state: { kind: 'failed', error: new Error('') } })).toBe(false);
    expect(asked({ kind: 'download' })).toBe(false);
  });
});
