/** What administrators read, in words and rates. */
import { describe, expect, test } from 'bun:test';
import type { Health } from '@sotto/client';
import { ratesOf } from './use-health.ts';
import { actionWords, lastingWords, limitWords, roomWords } from './words.ts';

describe('administration in words (C1)', () => {
  test.each([
    [{ limit: 'account messages', perSecond: 10, most: 2_000 }, '10 a second, 2,000 at once'],
    [{ limit: 'account messages', perSecond: 0.5, most: 10 }, '30 a minute, 10 at once'],
    [{ limit: 'room bytes', perSecond: 1_000, most: 20_000 }, '1 kB a second, 20 kB at once'],
    [{ limit: 'source connections', perSecond: undefined, most: 200 }, '200 at a time'],
  ])('C1 O7: %j', (limit, words) => {
    expect(limitWords(limit)).toBe(words);
  });

  test.each([
    [-1, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_660_000, '1 h 1 min'],
    [90_000_000, '1 d 1 h'],
  ])('C1 O7: %d ms are %s', (ms, words) => {
    expect(lastingWords(ms)).toBe(words);
  });

  test('C1 M10: what nobody has words for is shown as it is, also where it is called like something of every object', () => {
    expect(actionWords('suspend')).toBe('suspended');
    expect(actionWords('member.kicked')).toBe('member.kicked');
    expect(actionWords('constructor')).toBe('constructor');
  });

  test('C1 M4: a room of one is of one member', () => {
    const room = {
      number: 3 as never,
      kind: 'private',
      name: undefined,
      members: 1,
      createdAt: new Date(0),
      archived: true,
      retentionDays: undefined,
      events: 2_000,
      fileBytes: 1_000,
    } as const;
    expect(roomWords(room)).toMatch(/^private · archived · 1 member · 2,000 entries · files 1 kB · since /);
  });
});

describe('rates between two answers (C1, O7)', () => {
  const at = (seconds: number, events: number, of: Partial<Health> = {}): Health => ({
    agent: '',
    runtime: '',
    startedAt: new Date(0),
    at: new Date(seconds * 1_000),
    transports: [],
    usersOnline: 0,
    accounts: 0,
    requests: 0,
    log: { events, commits: events / 2, waiting: 0, waitingBytes: 0, streams: 0, memoryBytes: 0 },
    storage: { databaseBytes: 0, fileBytes: 0, freeBytes: 0 },
    answers: { writing: 0, waiting: 0 },
    memoryBytes: 0,
    processorMs: seconds * 250,
    refused: 0,
    ...of,
  });

  test('C1 O7: what came between them, a second; none of a server that was started again, or in no time', () => {
    expect(ratesOf(at(10, 100), at(14, 180))).toEqual({ events: 20, commits: 10, processor: 0.25 });
    expect(ratesOf(undefined, at(14, 180))).toBeUndefined();
    expect(ratesOf(at(10, 100), at(10, 100))).toBeUndefined();
    expect(ratesOf(at(10, 100), at(14, 5, { startedAt: new Date(12_000) }))).toBeUndefined();
  });
});
