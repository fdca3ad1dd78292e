import { describe, expect, test } from 'bun:test';
import { SLASH_COMMANDS } from '@sotto/app/commands';
import { LOBBY, MESSAGE_MAX_BYTES, NAME_MAX_CHARACTERS, RECIPIENTS_MAX } from '@sotto/model';
import fc from 'fast-check';
import { parseLine } from './parse.ts';

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

/** What a line that is a command asks for; the error's message for others. */
function asked(line: string): unknown {
  const parsed = parseLine(line);
  if (parsed.kind !== 'command') return parsed.kind === 'error' ? parsed.message : parsed;
  return parsed.command.kind === 'send' ? parsed.command : parsed.command.request;
}

const at = (sequence: number, conversation?: unknown) => ({
  in: conversation,
  which: { kind: 'sequence', sequence },
});
const sent = (path: string, text = '', whole = path) => ({
  kind: 'sendFile',
  to: undefined,
  path,
  text,
  whole,
});
const last = (by: unknown, back = 1, conversation?: unknown) => ({
  in: conversation,
  which: { kind: 'last', back, by },
});
const person = (name: number | string) => ({ kind: 'person', person: name });

describe('commands (C3, M4, M5, M8)', () => {
  test.each([
    ['/join #room', { kind: 'join', room: 'room' }],
    ['/join 3', { kind: 'join', room: 3 }],
    ['/join 7q4zk-M2X9A-0WPD8-A3HJ5', { kind: 'joinByCode', code: '7q4zk-M2X9A-0WPD8-A3HJ5' }],
    ['/join #7q4zk-M2X9A-0WPD8-A3HJ5', { kind: 'join', room: '7q4zk-M2X9A-0WPD8-A3HJ5' }],
    ['/leave #room', { kind: 'leave', room: 'room' }],
    ['/create #room', { kind: 'create', name: 'room', private: false, announcement: false, topic: '' }],
    [
      '/create #room --private',
      { kind: 'create', name: 'room', private: true, announcement: false, topic: '' },
    ],
    [
      '/create #room announcement What  is new',
      { kind: 'create', name: 'room', private: false, announcement: true, topic: 'What  is new' },
    ],
    ['/add #room bob', { kind: 'add', room: 'room', user: 'bob' }],
    ['/rooms', { kind: 'rooms' }],
    ['/members #3', { kind: 'members', room: 3 }],
    ['/members', { kind: 'members', room: undefined }],
    ['/who', { kind: 'who' }],
    ['/history #room 50', { kind: 'history', of: room('room'), limit: 50 }],
    ['/history @bob', { kind: 'history', of: person('bob'), limit: 20 }],
    ['/history', { kind: 'history', of: undefined, limit: 20 }],
    ['/strict on', { kind: 'strict', on: true }],
    ['/numbers off', { kind: 'numbers', on: false }],
    ['/status', { kind: 'status' }],
    ['/help', { kind: 'help', command: undefined }],
    ['/help /ban', { kind: 'help', command: 'ban' }],
    ['logout', { kind: 'logout' }],
    ['/logout', { kind: 'logout' }],
    ['/quit', { kind: 'quit' }],
  ])('C3: %s', (line, request) => {
    expect(asked(line)).toEqual(request);
  });

  test.each([
    ['/edit new  text', { kind: 'edit', message: last('me'), text: 'new  text' }],
    ['/edit 12 new', { kind: 'edit', message: at(12), text: 'new' }],
    ['/edit ^_^ smile', { kind: 'edit', message: last('me'), text: '^_^ smile' }],
    ['/edit ^-^ smile', { kind: 'edit', message: last('me'), text: '^-^ smile' }],
    ['/delete', { kind: 'delete', message: last('me') }],
    ['/delete #room/12', { kind: 'delete', message: at(12, room('room')) }],
    ['/reply @bob/7 yes', { kind: 'reply', message: at(7, person('bob')), text: 'yes' }],
    ['/reply ^^ yes', { kind: 'reply', message: last('anyone', 2), text: 'yes' }],
    ['/thread ^bob', { kind: 'thread', message: last({ person: 'bob' }), text: undefined }],
    ['/thread #room/^ here', { kind: 'thread', message: last('anyone', 1, room('room')), text: 'here' }],
    ['/react ^ :tada:', { kind: 'react', message: last('anyone'), emoji: '🎉' }],
    ['/react ^ ❤', { kind: 'react', message: last('anyone'), emoji: '❤️' }],
    ['/unreact 3', { kind: 'unreact', message: at(3), emoji: undefined }],
    ['/reactions 3', { kind: 'reactions', message: at(3) }],
    ['/pin ^2', { kind: 'pin', message: last({ person: 2 }) }],
    ['/unpin 4', { kind: 'unpin', message: at(4) }],
    ['/pins', { kind: 'pins', of: undefined }],
    ['/revisions ^', { kind: 'revisions', message: last('anyone') }],
    ['/context #room/9', { kind: 'context', message: at(9, room('room')) }],
    ['/mentions', { kind: 'mentions' }],
    ['/unread @bob', { kind: 'unread', of: person('bob') }],
    ['/next', { kind: 'next' }],
  ])('M9 C3: %s', (line, request) => {
    expect(asked(line)).toEqual(request as never);
  });

  test('M9: a search takes words, rooms, people, days and what a message has', () => {
    const typed = '"ripe tomatoes" in:#room from:bob since:2026-01-31 until:2026-02-01 has:link';
    expect(asked(`/search ${typed}`)).toEqual({
      kind: 'search',
      typed,
      search: {
        query: '"ripe tomatoes"',
        in: [room('room')],
        from: ['bob'],
        since: new Date(2026, 0, 31),
        // The day itself is still in it.
        until: new Date(2026, 1, 2),
        hasLink: true,
        hasFile: false,
      },
    });
  });

  test.each([
    ['/send a.pdf', sent('a.pdf')],
    ['/send #room a.pdf', { ...sent('a.pdf'), to: room('room') }],
    [
      '/send @bob "my a.pdf"  two  words',
      { ...sent('my a.pdf', 'two  words', '"my a.pdf"  two  words'), to: person('bob') },
    ],
    ["/send 'it'\\''s' x", sent("it's", 'x', "'it'\\''s' x")],
    ['/send my\\ a.pdf', sent('my a.pdf', '', 'my\\ a.pdf')],
    ['/accept', { kind: 'accept', message: undefined }],
    ['/accept @bob/12', { kind: 'accept', message: at(12, person('bob')) }],
    ['/decline', { kind: 'declineFile', message: undefined }],
    ['/decline 12', { kind: 'declineFile', message: at(12) }],
    ['/decline #room/12', { kind: 'declineFile', message: at(12, room('room')) }],
    ['/get', { kind: 'get', message: undefined, name: undefined }],
    ['/get 12 as "b c.pdf"', { kind: 'get', message: at(12), name: 'b c.pdf' }],
    ['/get as b.pdf', { kind: 'get', message: undefined, name: 'b.pdf' }],
    ['/link ^', { kind: 'link', message: last('anyone') }],
    ['/transfers', { kind: 'transfers' }],
    ['/cancel', { kind: 'cancel', transfer: undefined }],
    ['/cancel 2', { kind: 'cancel', transfer: 2 }],
  ])('F1 C3: %s', (line, request) => {
    expect(asked(line)).toEqual(request as never);
  });

  test.each([
    ['/topic', { kind: 'topic', room: undefined }],
    ['/topic #room', { kind: 'topic', room: 'room' }],
    ['/topic What grows', { kind: 'set', room: undefined, changes: { topic: 'What grows' } }],
    ['/topic #room -', { kind: 'set', room: 'room', changes: { topic: '' } }],
    ['/slow #room 90s', { kind: 'set', room: 'room', changes: { slowModeSeconds: 90 } }],
    ['/slow off', { kind: 'set', room: undefined, changes: { slowModeSeconds: 0 } }],
    ['/set #room retention 2w', { kind: 'set', room: 'room', changes: { retentionDays: 14 } }],
    ['/set #room retention forever', { kind: 'set', room: 'room', changes: { retentionDays: 0 } }],
    ['/set #room history since-joined', { kind: 'set', room: 'room', changes: { history: 'sinceJoined' } }],
    ['/set 3 kind private', { kind: 'set', room: 3, changes: { kind: 'private' } }],
    ['/set #room name #yard', { kind: 'set', room: 'room', changes: { name: 'yard' } }],
    ['/set #room archive on', { kind: 'set', room: 'room', changes: { archived: true } }],
    ['/invite #room bob', { kind: 'inviteMember', room: 'room', user: 'bob' }],
    [
      '/invite #room role:guest uses:5 expires:1d',
      { kind: 'makeInvite', room: 'room', uses: 5, lifetimeMs: 86_400_000, role: 'guest' },
    ],
    ['/invites', { kind: 'invites', room: undefined }],
    ['/uninvite #room 3', { kind: 'revokeInvite', room: 'room', invite: 3 }],
    ['/decline #room', { kind: 'declineInvitation', room: 'room' }],
    ['/kick #room bob Please  go', { kind: 'kick', room: 'room', user: 'bob', reason: 'Please  go' }],
    ['/set #room retention off', { kind: 'set', room: 'room', changes: { retentionDays: 0 } }],
    [
      '/ban #room bob forever Spam',
      { kind: 'ban', room: 'room', user: 'bob', lastsMs: undefined, reason: 'Spam' },
    ],
    ['/ban #room bob', { kind: 'ban', room: 'room', user: 'bob', lastsMs: undefined, reason: '' }],
    ['/mute #room 2 10m Loud', { kind: 'mute', room: 'room', user: 2, lastsMs: 600_000, reason: 'Loud' }],
    ['/unban #room bob', { kind: 'unban', room: 'room', user: 'bob' }],
    ['/role #room bob moderator', { kind: 'role', room: 'room', user: 'bob', role: 'moderator' }],
    ['/sanctions', { kind: 'sanctions', room: undefined }],
    ['/audit #room', { kind: 'audit', room: 'room' }],
    ['/kick bob Spam', { kind: 'kick', room: undefined, user: 'bob', reason: 'Spam' }],
    ['/mute bob 10m', { kind: 'mute', room: undefined, user: 'bob', lastsMs: 600_000, reason: '' }],
    ['/role bob moderator', { kind: 'role', room: undefined, user: 'bob', role: 'moderator' }],
    ['/add @bob', { kind: 'add', room: undefined, user: 'bob' }],
    ['/invite bob', { kind: 'inviteMember', room: undefined, user: 'bob' }],
    ['/leave', { kind: 'leave', room: undefined }],
    ['/set topic What grows', { kind: 'set', room: undefined, changes: { topic: 'What grows' } }],
    ['/notify all', { kind: 'notify', of: undefined, level: 'all' }],
    ['/admin suspend bob Spam', { kind: 'suspend', user: 'bob', reason: 'Spam' }],
    ['/admin administrator bob off', { kind: 'administrator', user: 'bob', on: false }],
    ['/admin audit', { kind: 'serverAudit' }],
  ])('M10 C3: %s', (line, request) => {
    expect(asked(line)).toEqual(request as never);
  });

  test.each([
    ['/profile', { kind: 'profile', user: undefined }],
    ['/profile @name', { kind: 'profile', user: 'name' }],
    [
      '/profile name Alice L',
      { kind: 'setProfile', changes: { displayName: 'Alice L' }, statusLastsMs: undefined },
    ],
    [
      '/profile status for:2h :coffee: at lunch',
      {
        kind: 'setProfile',
        changes: { statusText: 'at lunch', statusEmoji: '☕' },
        statusLastsMs: 7_200_000,
      },
    ],
    [
      '/profile status -',
      { kind: 'setProfile', changes: { statusText: '', statusEmoji: '' }, statusLastsMs: undefined },
    ],
    ['/block bob', { kind: 'block', user: 'bob' }],
    ['/dnd 1h', { kind: 'doNotDisturb', lastsMs: 3_600_000 }],
    ['/dnd off', { kind: 'doNotDisturb', lastsMs: undefined }],
    ['/dnd', { kind: 'showDoNotDisturb' }],
    ['/notify @bob nothing', { kind: 'notify', of: person('bob'), level: 'nothing' }],
    ['/device name 3 my kitchen', { kind: 'nameDevice', device: 3, name: 'my kitchen' }],
    ['/device revoke 3', { kind: 'revokeDevice', device: 3 }],
    ['/password', { kind: 'password' }],
    ['/totp on', { kind: 'totp', on: true }],
    [
      '/token create weather read,write for:30d read',
      { kind: 'createToken', name: 'weather', scopes: ['read', 'write'], lifetimeMs: 30 * 86_400_000 },
    ],
    ['/token list', { kind: 'tokens' }],
    ['/token revoke 2', { kind: 'revokeToken', token: 2 }],
    ['/delete-account', { kind: 'deleteAccount' }],
  ])('A5 A8 C3: %s', (line, request) => {
    expect(asked(line)).toEqual(request as never);
  });

  test.each([
    ['/react ^ bob', '"bob" is no emoji'],
    ['/reply nobody yes', '"nobody" names no message'],
    ['/reply #room yes', '"#room" names no message'],
    ['/reply 0 yes', 'is not the number of a message'],
    ['/reply 4294967296 yes', 'is not the number of a message'],
    ['/delete something else', '"something" names no message'],
    [`/edit ${'é'.repeat(MESSAGE_MAX_BYTES / 2 + 1)}`, `at most ${MESSAGE_MAX_BYTES}`],
    ['/search', 'search for what?'],
    ['/search since:yesterday', 'write year, month and day like 2026-01-31'],
    ['/search since:2026-02-30', 'is no day'],
    ['/search has:fun', 'has:link or has:file'],
    ['/slow #room 7h', 'slow mode is at most 6h'],
    ['/set #room colour red', 'write topic, slow, retention'],
    ['/set #room retention 12h', 'write 1d to'],
    ['/set #room retention never', 'write 1d to'],
    ['/slow #room fast', 'write 10s, 5m or 1h, or off'],
    ['/ban #room bob 1x Advertising', '"1x" is no time'],
    ['/invite #room uses:0', 'is not a number from 1 to 1000'],
    ['/invite #room uses:5 bob', '"bob" does not fit here'],
    ['/role #room bob king', 'write guest, member, moderator, admin or owner'],
    [`/kick #room bob ${'x'.repeat(201)}`, 'the reason is longer than 200 characters'],
    ['/token create weather', 'something is missing'],
    ['/token create weather for:1d', 'what may it do?'],
    ['/profile status', 'which status?'],
    ['/dnd soon', 'is no duration'],
  ])('C3: %s is refused and says what to write', (line, message) => {
    expect(asked(line)).toContain(message as never);
  });

  test('C3: each command has a line in /help and examples that are what they say', () => {
    for (const [name, { summary, examples = [] }] of SLASH_COMMANDS) {
      expect(summary).not.toBe('');
      for (const example of examples) {
        expect(example).toStartWith(`/${name}`);
        expect(parseLine(example).kind).toBe('command');
      }
    }
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
  fc.constantFrom(...SLASH_COMMANDS.keys()),
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
