import { describe, expect, test } from 'bun:test';
import { parseSince, sinceDate } from '@sotto/app/commands';
import { parseLine } from './parse.ts';

function asked(line: string): unknown {
  const parsed = parseLine(line);
  if (parsed.kind !== 'command' || parsed.command.kind !== 'assistants')
    throw new Error(parsed.kind === 'error' ? parsed.message : 'something else');
  return parsed.command.request;
}

const room = (name: string) => ({ kind: 'room', room: name });
const at = (sequence: number, of?: unknown) => ({ in: of, which: { kind: 'sequence', sequence } });
const ask = (question: string, more = {}) => ({
  kind: 'ask',
  in: undefined,
  assistant: undefined,
  question,
  ...more,
});

describe('/ai (I2, C3)', () => {
  test.each([
    ['/ai', { kind: 'assistants' }],
    ['/ai who  is it?', ask('who  is it?')],
    ['/ai #room who?', ask('who?', { in: room('room') })],
    ['/ai @helper who?', ask('who?', { assistant: 'helper' })],
    ['/ai #room @8 who?', ask('who?', { in: room('room'), assistant: 8 })],
    ['/ai ask summary of what?', ask('summary of what?')],
    ['/ai ask #room', ask('#room')],
    ['/ai # is what?', ask('# is what?')],
    ['/ai Summary', ask('Summary')],
    ['/ai summary', { kind: 'summary', of: undefined }],
    ['/ai summary #room', { kind: 'summary', of: room('room') }],
    ['/ai summary @bob', { kind: 'summary', of: { kind: 'person', person: 'bob' } }],
    ['/ai catch-up 2h', { kind: 'catchUp', of: undefined, since: { kind: 'ago', ms: 7_200_000 } }],
    [
      '/ai catch-up #room Yesterday',
      { kind: 'catchUp', of: room('room'), since: { kind: 'daysAgo', days: 1 } },
    ],
    [
      '/ai catch-up 2026-11-20',
      { kind: 'catchUp', of: undefined, since: { kind: 'day', at: new Date(2026, 10, 20) } },
    ],
    [
      '/ai catch-up #room/12',
      { kind: 'catchUp', of: undefined, since: { kind: 'after', message: at(12, room('room')) } },
    ],
    [
      '/ai catch-up #room 12',
      { kind: 'catchUp', of: room('room'), since: { kind: 'after', message: at(12, room('room')) } },
    ],
    ['/ai translate 12', { kind: 'translate', message: at(12), language: undefined }],
    ['/ai translate 12 into Old Norse', { kind: 'translate', message: at(12), language: 'Old Norse' }],
    ['/ai search who has  it?', { kind: 'searchAll', question: 'who has  it?' }],
    ['/ai @helper ask summary of what?', ask('summary of what?', { assistant: 'helper' })],
    ['/ai @helper #room who?', ask('#room who?', { assistant: 'helper' })],
    ['/ai @helper summary', { kind: 'summary', of: undefined, assistant: 'helper' }],
    ['/ai @helper summary #room', { kind: 'summary', of: room('room'), assistant: 'helper' }],
    [
      '/ai @9 catch-up #room 12',
      {
        kind: 'catchUp',
        of: room('room'),
        since: { kind: 'after', message: at(12, room('room')) },
        assistant: 9,
      },
    ],
    [
      '/ai @helper translate 12',
      { kind: 'translate', message: at(12), language: undefined, assistant: 'helper' },
    ],
    ['/ai @helper search who?', { kind: 'searchAll', question: 'who?', assistant: 'helper' }],
    ['/ai stop', { kind: 'stopAnswer', answer: undefined }],
    ['/ai stop 12', { kind: 'stopAnswer', answer: 12 }],
  ])('I2 C3: %s', (line, request) => {
    expect(asked(line)).toEqual(request);
  });

  test.each([
    ['/ai #room', 'something is missing'],
    ['/ai ask', 'something is missing'],
    ['/ai search', 'something is missing'],
    ['/ai summary of the meeting', '"of" does not fit behind /ai summary'],
    ['/ai summary #room please', 'is asked by /ai ask'],
    ['/ai catch-up', 'something is missing'],
    ['/ai catch-up with me', '"with" does not fit behind /ai catch-up'],
    ['/ai catch-up 2h please', '"please" does not fit'],
    ['/ai catch-up 2026-02-30', 'is no day'],
    ['/ai translate this', '"this" does not fit behind /ai translate'],
    [`/ai translate 12 ${'x'.repeat(41)}`, 'the language is longer than 40 characters'],
    ['/ai stop it', '"it" does not fit behind /ai stop'],
    ['/ai @helper stop', '"@helper" does not fit behind /ai stop'],
    ['/ai @helper', 'something is missing'],
    ['/ai stop 0', 'is not a number'],
    [`/ai search ${'x'.repeat(1_001)}`, 'the question is longer than 1000 characters'],
    [`/ai ${'é'.repeat(8_193)}`, 'a message has at most 16384'],
    ['/set #room assistants maybe', 'write allowed, no-history or off'],
    [`/set #room instructions ${'x'.repeat(1_001)}`, 'longer than 1000 characters'],
  ])('I2 C3: %.40s is refused and says what to write', (line, message) => {
    const parsed = parseLine(line);
    expect(parsed).toEqual({ kind: 'error', message: expect.stringContaining(message) });
  });

  test('I2 C3: moments are those here: days begin at midnight, a weekday is the last one before today', () => {
    // A Saturday.
    const now = new Date(2026, 10, 21, 14, 30);
    const since = (word: string) => sinceDate(parseSince(word), now);
    expect(since('30m')).toEqual(new Date(2026, 10, 21, 14));
    expect(since('today')).toEqual(new Date(2026, 10, 21));
    expect(since('yesterday')).toEqual(new Date(2026, 10, 20));
    expect(since('friday')).toEqual(new Date(2026, 10, 20));
    expect(since('Monday')).toEqual(new Date(2026, 10, 16));
    expect(since('saturday')).toEqual(new Date(2026, 10, 14));
    expect(since('sunday')).toEqual(new Date(2026, 10, 15));
    expect(since('999999w')).toEqual(new Date(1));
  });
});
