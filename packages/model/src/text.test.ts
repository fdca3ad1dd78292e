import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readEmoji } from './emoji.ts';
import { MENTIONS_MAX, MESSAGE_MAX_BYTES } from './limits.ts';
import { hasLink, LINKS_MAX, linksIn } from './links.ts';
import { mentionsIn } from './mentions.ts';
import { readName } from './names.ts';

describe('[TEXT-1] M9: mentions', () => {
  test.each<[string, string[]]>([
    ['@alice', ['alice']],
    ['hi @Alice and @BOB', ['alice', 'bob']],
    ['(@alice) [@bob]', ['alice)', 'alice', 'bob]', 'bob']],
    ['@alice, @bob: hi', ['alice', 'bob']],
    ['@bob!', ['bob!', 'bob']],
    ['@a.b-c_d.', ['a.b-c_d.', 'a.b-c_d']],
    ["@alice's", ["alice's", 'alice']],
    ["@o'neil", ["o'neil"]],
    ['**@alice**', ['alice**', 'alice']],
    ['_@bob_', ['bob_', 'bob']],
    ['@alice：hi', ['alice']],
    ['@דוד שלום', ['דוד']],
    ['@alice\u202Eevil', ['alice']],
    ['@alice @Alice @ALICE', ['alice']],
    ['mail a@b.c, x+@b, x-@b, x.@b', []],
    ['https://example.org/@alice and http://x/?u=@bob', []],
    ['@alice/@bob', ['alice', 'bob']],
    ['@@alice \\@bob', []],
    ['@12 @ @! @#room', []],
    [`@${'a'.repeat(33)}`, []],
    ['`@alice` @bob', ['bob']],
    ['``@alice ` @cam`` @bob', ['bob']],
    ['` @alice', ['alice']],
    ['` @alice\n\n` @bob', ['alice', 'bob']],
    ['```\n@alice\n```\n@bob', ['bob']],
    ['~~~ts\n@alice\n```\n@cam\n~~~~\n@bob', ['bob']],
    ['```\n@alice', []],
    ['text\n    @bob', ['bob']],
  ])('%j names %j', (text, names) => expect(mentionsIn(text)).toEqual({ names, room: false }));

  test.each(['@room', 'hi @Room!', '(@room)', '@ROOM, look'])('%j is everybody', (text) => {
    expect(mentionsIn(text)).toMatchObject({ room: true });
    expect(mentionsIn(text).names).not.toContain('room');
  });
  test.each(['@rooms', '`@room`', 'a@room', 'room'])('%j is not', (text) =>
    expect(mentionsIn(text).room).toBe(false),
  );

  test('whatever the text, names are keys, distinct and not too many; each name that exists is found', () => {
    const pieces = fc.constantFrom(...'@ab `~\n.!_*(\\', '@alice', '```', '@room', 'שלום', '👍', '\u202e');
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 60, size: 'max' }).map((all) => all.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { names } = mentionsIn(written);
        expect(new Set(names).size).toBe(names.length);
        for (const key of names) expect(readName(key)).toMatchObject({ kind: 'valid', key });
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (name) => {
        const reading = readName(name);
        if (reading.kind === 'invalid' || reading.key === 'room') return;
        expect(mentionsIn(`to @${name} `).names).toContain(reading.key);
      }),
      { numRuns: 2_000 },
    );
    const many = Array.from({ length: 200 }, (_, index) => `@u${index}`).join(' ');
    expect(mentionsIn(many).names).toHaveLength(MENTIONS_MAX);
  });
});

describe('[TEXT-2] M9: links', () => {
  test.each<[string, string[]]>([
    ['see https://a.example/b?c=d#e, and http://x.test.', ['https://a.example/b?c=d#e', 'http://x.test']],
    ['(https://a.example/)', ['https://a.example/']],
    ['www.example.com or example.org/x', ['https://www.example.com', 'https://example.org/x']],
    ['mailto:a@b.example', ['mailto:a@b.example']],
    ['a@b.com', ['mailto:a@b.com']],
    ['http://localhost:8080/x http://127.0.0.1/', ['http://localhost:8080/x', 'http://127.0.0.1/']],
    ['index.ts readme.md main.rs run.sh foo.txt v1.2.3 done.It', []],
    ['javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a.com //a.com vbscript:x', []],
    ['JaVaScRiPt://a.com/%0aalert(1)', []],
    ['http://a.com/\u202Egpj.exe', []],
    ['http://a.com/\u200Bx', []],
  ])('%j has %j', (text, urls) => {
    expect(linksIn(text).map(({ url }) => url)).toEqual(urls);
    expect(hasLink(text)).toBe(urls.length > 0);
  });

  test('offsets are those of the text, and schemes are harmless', () => {
    const pieces = fc.constantFrom(
      'http://',
      'a.com',
      ' ',
      '/',
      '@',
      'mailto:',
      'javascript:',
      '👍',
      '.',
      '(',
      '\u202e',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20, size: 'max' }), (all) => {
        const text = all.join('');
        for (const { start, end, url } of linksIn(text)) {
          expect(url).toEndWith(text.slice(start, end));
          expect(url).toMatch(/^(https?:\/\/|mailto:)/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('hostile texts give at most so many, and come to an end', () => {
    const units = [
      'a.com ',
      'http://',
      'a.',
      'a@',
      '(',
      'mailto:',
      'http://a.com/"',
      'www.',
      '[(',
      '@a',
      '`',
      '~~~\n',
      '@\u0301',
    ];
    for (const unit of units) {
      const text = unit.repeat(10 * MESSAGE_MAX_BYTES);
      expect(linksIn(text).length).toBeLessThanOrEqual(LINKS_MAX);
      expect(mentionsIn(text).names.length).toBeLessThanOrEqual(MENTIONS_MAX);
    }
    expect(hasLink(`${' '.repeat(MESSAGE_MAX_BYTES)}http://a.com`)).toBe(false);
  });
});

describe('[TEXT-3] M9: emoji', () => {
  test.each([
    ['👍', '👍'],
    ['👍\uFE0F', '👍'],
    ['❤', '❤\uFE0F'],
    ['❤\uFE0F', '❤\uFE0F'],
    ['1\u20E3', '1\uFE0F\u20E3'],
    ['☝🏽', '☝🏽'],
    ['👁\u200D🗨', '👁\uFE0F\u200D🗨\uFE0F'],
    ['🏳\u200D🌈', '🏳\uFE0F\u200D🌈'],
    ['❤\u200D🔥', '❤\uFE0F\u200D🔥'],
    ['👩\u200D👩\u200D👧', '👩\u200D👩\u200D👧'],
    ['🇩🇪', '🇩🇪'],
  ])('%j is %j', (text, emoji) => expect(readEmoji(text)).toBe(emoji));

  test.each([
    '',
    'a',
    '1',
    ':thumbsup:',
    '👍👍',
    '👍 ',
    '❤\uFE0E',
    '🇩',
    '\u200D',
    '\uFE0F',
    '👍'.repeat(9_999),
    '<script>',
  ])('%j is none', (text) => expect(readEmoji(text)).toBeUndefined());

  test('reading an emoji again gives the same', () => {
    const parts = fc.constantFrom(
      '👍',
      '❤',
      '\uFE0F',
      '\u200D',
      '🔥',
      '🏽',
      '1',
      '\u20E3',
      '☝',
      '🏳',
      '🌈',
      '♀',
      '🕵',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (all) => {
        const emoji = readEmoji(all.join(''));
        if (emoji !== undefined) expect(readEmoji(emoji)).toBe(emoji);
        if (emoji !== undefined) expect(readEmoji(emoji.replaceAll('\uFE0F', ''))).toBe(emoji);
      }),
      { numRuns: 5_000 },
    );
  });
});
