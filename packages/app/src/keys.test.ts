import { describe, expect, test } from 'bun:test';
import { KEY_TABLE, type KeyPress, keyAction } from './keys.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...held,
});

describe('keys (C1)', () => {
  test('the command key of a Mac is as good as Ctrl', () => {
    expect(keyAction(press('k', { ctrlKey: true }), 'anywhere')).toBe('switchRoom');
    expect(keyAction(press('k', { metaKey: true }), 'anywhere')).toBe('switchRoom');
    expect(keyAction(press('k'), 'anywhere')).toBeUndefined();
  });

  test('Shift tells searching here from searching all', () => {
    expect(keyAction(press('f', { ctrlKey: true }), 'anywhere')).toBe('searchHere');
    expect(keyAction(press('F', { ctrlKey: true, shiftKey: true }), 'anywhere')).toBe('searchAll');
  });

  test('signs count however the keyboard makes them', () => {
    expect(keyAction(press('+', { shiftKey: true }), 'message')).toBe('react');
    expect(keyAction(press('/', { ctrlKey: true, shiftKey: true }), 'anywhere')).toBe('help');
  });

  test('letters act on messages, and are letters while writing', () => {
    expect(keyAction(press('r'), 'message')).toBe('reply');
    expect(keyAction(press('r'), 'composer')).toBeUndefined();
    expect(keyAction(press('r', { ctrlKey: true }), 'message')).toBeUndefined();
  });

  test('no key does two things in one place', () => {
    const all = Object.values(KEY_TABLE).flatMap(({ scope, keys }) => keys.map((key) => `${scope} ${key}`));
    expect(new Set(all).size).toBe(all.length);
  });
});
