import { describe, expect, test } from 'bun:test';
import { LOBBY, MESSAGE_MAX_BYTES, NAME_MAX_CHARACTERS, RECIPIENTS_MAX } from '@sotto/model';
import fc from 'fast-check';
import { parseLine } from './parse.ts';
import { SLASH_COMMANDS } from './parse-slash.ts';

const UUID = '0b4e7a1c-5d2f-4c3b-9a8e-1f2d3c4b5a69';
const room = (name: number | string) => ({ kind: 'room', room: name });
const people = (...recipients: (number | string)[]) => ({ kind: 'people', recipients });

describe('messages (C3)', () => {
  test.each([
    ['0: hello all', room(LOBBY), 'hello all'],
    ['2: hi', people(2), 'hi'],
    ['1,3: hi', people(1, 3), 'hi'],
    ['1, bob ,@cam: hi', people(1, 'bob', 'cam'), 'hi'],
    ['2,2: once', people(2), 'once'],
    ['alice: hi', people('alice'), 'hi'],
    [`${UUID.toUpperCase()}: hi`, people(UUID), 'hi'],
    ['#room: hi', room('room'), 'hi'],
    ['#3: hi', room(3), 'hi'],
    ['  #room :  spaced  ', room('room'), 'spaced'],
    ['bob: see https://x.example: now', people('bob'), 'see https://x.example: now'],
  ])('C3 M1 M2 M3: %s', (line, target, text) => {
    expect(parseLine(line)).toEqual({
      kind: 'command',
      command: { kind: 'send', target, text } as never,
    });
  });

  test.each(['just text', '12:30 works', 'http://x.example', 'Note to all: x', ': x', '1,: x'])(
    'C3: %s names nobody and is for the last target',
    (line) => {
      expect(parseLine(line)).toMatchObject({ command: { kind: 'send', target: undefined, text: line } });
    },
  );

  test.each([
    ['0:', 'no text after the colon'],
    ['#room:   ', 'no text after the colon'],
    ['0,2: x', '0 is everyone and stands alone'],
    ['#a,#b: x', 'one room at a time'],
    ['4294967296: x', 'is not the number of a user'],
    ['a/b: x', 'is not the name of a user'],
    ['#: x', 'is not the name of a room: empty'],
    [`${'n'.repeat(NAME_MAX_CHARACTERS + 1)}: x`, 'longer than'],
    [`0: ${'é'.repeat(MESSAGE_MAX_BYTES / 2 + 1)}`, `at most ${MESSAGE_MAX_BYTES}`],
    [
      `${Array.from({ length: RECIPIENTS_MAX + 1 }, (_, at) => at + 1).join()}: x`,
      `at most ${RECIPIENTS_MAX}`,
    ],
  ])('C3: %s is refused and says why', (line, message) => {
    const parsed = parseLine(line);
    expect(parsed.kind).toBe('error');
    expect(parsed).toMatchObject({ message: expect.stringContaining(message) });
  });
});

describe('commands (C3, M4, M5, M8)', () => {
  test.each([
    ['/join #room', { kind: 'join', room: 'room' }],
    ['/join 3', { kind: 'join', room: 3 }],
    ['/leave #room', { kind: 'leave', room: 'room' }],
    ['/create #room', { kind: 'create', name: 'room', private: false }],
    ['/create #room --private', { kind: 'create', name: 'room', private: true }],
    ['/add #room bob', { kind: 'add', room: 'room', user: 'bob' }],
    ['/rooms', { kind: 'rooms' }],
    ['/members #3', { kind: 'members', room: 3 }],
    ['/who', { kind: 'who' }],
    ['/history #room 50', { kind: 'history', of: room('room'), limit: 50 }],
    ['/history @bob', { kind: 'history', of: { kind: 'person', person: 'bob' }, limit: 20 }],
    ['/strict on', { kind: 'strict', on: true }],
    ['/status', { kind: 'status' }],
    ['/help', { kind: 'help' }],
    ['logout', { kind: 'logout' }],
    ['/logout', { kind: 'logout' }],
    ['/quit', { kind: 'quit' }],
  ])('C3: %s', (line, command) => {
    expect(parseLine(line)).toEqual({ kind: 'command', command: command as never });
  });

  test.each([
    ['/jion #room', 'there is no command "/jion"; /help lists them all'],
    ['/toString', 'there is no command'],
    ['/join', 'something is missing; write /join #room'],
    ['/who now', '"now" is too much; write /who'],
    ['/history #room many', '"many" is not a number from 1 to 200'],
    ['/history #room 201', 'is not a number from 1 to 200'],
    ['/strict maybe', 'neither on nor off'],
    ['/create #7', 'digits only'],
    ['/create #room --secret', '--private or nothing'],
    ['/\u001b[2J', 'there is no command "/␛[2J"'],
  ])('C3: %s is refused and says what to write', (line, message) => {
    expect(parseLine(line)).toEqual({ kind: 'error', message: expect.stringContaining(message) as never });
  });
});

const pieces = fc.oneof(
  fc.constantFrom(
    '0',
    ':',
    ': ',
    ',',
    '#',
    '@',
    '/',
    ' ',
    '\t',
    '--private',
    'logout',
    UUID,
    '\u202e',
    '\u0000',
  ),
  fc.constantFrom(...Object.keys(SLASH_COMMANDS)),
  fc.nat().map(String),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

describe('any line (C3)', () => {
  test('C3: gives a command, an error in one printable line, or nothing', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
        const parsed = parseLine(words.join(''));
        if (parsed.kind === 'error') expect(parsed.message).not.toMatch(/\p{Cc}|\u202e/u);
      }),
      { numRuns: 2_000 },
    );
  });

  test('C3: text sent to a target arrives as it was written', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(text, (written) => {
        fc.pre(written.trim() !== '');
        expect(parseLine(`#room: ${written}`)).toMatchObject({ command: { text: written.trim() } });
      }),
    );
  });
});
