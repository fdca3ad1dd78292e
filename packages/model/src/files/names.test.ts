import { describe, expect, test } from 'bun:test';
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { readName } from '../names.ts';
import { HOSTILE_FILE_NAMES } from '../testing/index.ts';
import { checkOffer, numberedName, SAFE_NAME_MAX_BYTES, safeFileName, safeFolderName } from './index.ts';

const RUNS = 20_000;

/** Code units of all kinds, lone surrogates among them; code points; and pieces of what does harm, in any order. */
const anyName = fc.oneof(
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...HOSTILE_FILE_NAMES),
        fc.constantFrom('.', ' ', '/', '\\', '-', ':', 'con', 'nul', '\u0301', '\u200B', '~', 'a', '\u00B9'),
      ),
      { maxLength: 8 },
    )
    .map((pieces) => pieces.join('')),
);

/** As Microsoft lists them, written down once more. */
const DEVICES = ['CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$', 'CLOCK$'].concat(
  ['COM', 'LPT'].flatMap((port) => [...'0123456789\u00B9\u00B2\u00B3'].map((digit) => port + digit)),
);
const deviceOf = (name: string): string => (name.split('.', 1)[0] ?? '').trim().toUpperCase();

/** What is wrong with calling a file so, on any system; by other means than the code. */
function faults(name: string): string[] {
  const [first = '', last = ''] = [name[0], name.at(-1)];
  const found: [string, boolean][] = [
    ['empty', name === ''],
    ['too long', Buffer.byteLength(name) > SAFE_NAME_MAX_BYTES],
    ['not Unicode', !name.isWellFormed()],
    ['not NFC', name !== name.normalize('NFC')],
    ['a path here', posix.basename(name) !== name || posix.isAbsolute(name)],
    ['a path on Windows', win32.basename(name) !== name || win32.isAbsolute(name)],
    ['above the folder', posix.dirname(posix.join('/a/b', name)) !== '/a/b'],
    ['above the folder on Windows', win32.dirname(win32.join('C:\\a\\b', name)) !== 'C:\\a\\b'],
    ['forbidden on Windows', [...'<>:"|?*/\\'].some((sign) => name.includes(sign))],
    ['a control', /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)],
    ['bidi', /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(name)],
    ['invisible', /[\u00AD\u200B-\u200D\u2060-\u2064\uFEFF\u3164\u{E0000}-\u{E0FFF}]/u.test(name)],
    ['begins badly', '.-~ '.includes(first) || /^\p{M}/u.test(name)],
    ['ends badly', '. '.includes(last)],
    ['a device', DEVICES.includes(deviceOf(name))],
  ];
  return found.flatMap(([fault, is]) => (is ? [fault] : []));
}

describe('[FILENAME-1] F4: what a received file is called', () => {
  test('at least 200 hostile names, each another one', () => {
    expect(new Set(HOSTILE_FILE_NAMES).size).toBe(HOSTILE_FILE_NAMES.length);
    expect(HOSTILE_FILE_NAMES.length).toBeGreaterThanOrEqual(200);
  });

  test.each(HOSTILE_FILE_NAMES.map((name) => [JSON.stringify(name).slice(0, 60), name]))(
    '%s is safe',
    (_, name) => {
      const safe = safeFileName(name);
      expect([safe, faults(safe)]).toEqual([safe, []]);
      expect(safeFileName(safe)).toBe(safe);
    },
  );

  test('any name is safe, stays so, and may be offered', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const safe = safeFileName(name);
        expect([safe, faults(safe)]).toEqual([safe, []]);
        expect(safeFileName(safe)).toBe(safe);
        const offer = {
          sha256: new Uint8Array(32),
          size: 0,
          inline: new Uint8Array(),
          mediaType: '',
          text: '',
        };
        expect(checkOffer({ ...offer, name: safe, preview: undefined })).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  test('what is judged to be wrong is seen at all', () => {
    const wrong = HOSTILE_FILE_NAMES.filter((name) => faults(name).length > 0);
    expect(wrong.length).toBeGreaterThan(200);
    expect(new Set(wrong.flatMap(faults)).size).toBe(15);
  });

  test('ordinary names stay as they are', () => {
    const names = [
      'report.pdf',
      'Büro 2026.tar.gz',
      '漢字.txt',
      'a-b_c (1).md',
      'Makefile',
      "o'neil & co.doc",
      '😀.png',
    ];
    expect(names.map(safeFileName)).toEqual(names);
  });

  test.each([
    ['a/b\\c.txt', 'c.txt'],
    ['a/b/', 'b'],
    ['C:x', 'x'],
    ['CON.tar.gz', '_CON.tar.gz'],
    ['com¹ .x', '_com¹ .x'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['photo.jpg          .exe', 'photo.jpg .exe'],
    ['..', 'file'],
    ['\u200B', 'file'],
    ['.-. x', 'x'],
    ['e\u0301', 'é'],
    ['a\uD800', 'a_'],
    ['consul.txt', 'consul.txt'],
  ])('%j becomes %j', (name, safe) => expect(safeFileName(name)).toBe(safe));

  test('a name of any length takes no time', () => {
    for (const part of ['/', '\\', '.', ' ', 'a', '\u0301', 'con ', '\uD800', ' .']) {
      expect(faults(safeFileName(part.repeat(2_000_000)))).toEqual([]);
    }
  });
});

describe('[FILENAME-2] F4: long names', () => {
  test('are cut before their ending, between characters', () => {
    const letter = fc.constantFrom('a', 'é', '漢', '😀', '.', ' ');
    const ending = fc.constantFrom('.txt', '.tar.gz', '.漢字', `.${'x'.repeat(16)}`, `.${'😀'.repeat(16)}`);
    fc.assert(
      fc.property(fc.array(letter, { minLength: 200, maxLength: 300 }), ending, (letters, end) => {
        const name = `n${letters.join('')}${end}`;
        const safe = safeFileName(name);
        expect(safe.endsWith(end)).toBe(true);
        expect(faults(safe)).toEqual([]);
        const stem = safe.slice(0, -end.length);
        expect(name.replace(/ +/g, ' ').startsWith(stem)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('as far as they fit', () => {
    expect(safeFileName('a'.repeat(200))).toBe('a'.repeat(200));
    expect(safeFileName('a'.repeat(201))).toBe('a'.repeat(200));
    expect(safeFileName(`${'a'.repeat(300)}.png`)).toBe(`${'a'.repeat(196)}.png`);
    expect(safeFileName(`a${'é'.repeat(300)}.png`)).toBe(`a${'é'.repeat(97)}.png`);
    expect(safeFileName(`${'a'.repeat(300)}.${'b'.repeat(17)}`)).toBe('a'.repeat(200));
    expect(safeFileName(`${'a'.repeat(9_000)}.png`)).toBe(`${'a'.repeat(196)}.png`);
  });
});

describe('[FILENAME-3] F4: where a name is taken', () => {
  test('the next is safe as well, has the same ending, and is another one', () => {
    const number = fc.integer({ min: 2, max: 100_000 });
    fc.assert(
      fc.property(anyName, number, number, (name, n, other) => {
        const numbered = numberedName(safeFileName(name), n);
        expect([numbered, faults(numbered)]).toEqual([numbered, []]);
        expect(safeFileName(numbered)).toBe(numbered);
        expect(numbered === numberedName(safeFileName(name), other)).toBe(n === other);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test.each([
    ['name.ext', 'name (2).ext'],
    ['name', 'name (2)'],
    ['a.tar.gz', 'a (2).tar.gz'],
    ['photo.jpg .exe', 'photo.jpg (2).exe'],
    [`${'a'.repeat(196)}.png`, `${'a'.repeat(192)} (2).png`],
  ])('%j becomes %j', (name, numbered) => expect(numberedName(name, 2)).toBe(numbered));
});

describe('[FILENAME-4] F4: the folder of a user', () => {
  const validName = fc
    .string({
      unit: fc.constantFrom(...'ab.-_~%\\<>|?*"\'$()1¹é漢', 'con', 'nul'),
      minLength: 1,
      maxLength: 12,
    })
    .filter((name) => readName(name).kind === 'valid');

  test('each name of a user has one of its own, that is safe', () => {
    fc.assert(
      fc.property(validName, validName, (one, other) => {
        const [folder, another] = [safeFolderName(one), safeFolderName(other)];
        expect([folder, faults(folder)]).toEqual([folder, []]);
        expect(folder === another).toBe(one.normalize('NFC') === other.normalize('NFC'));
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test('whatever a server calls a user, the folder is safe', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const folder = safeFolderName(name);
        expect([folder, faults(folder)]).toEqual([folder, []]);
      }),
      { numRuns: RUNS / 4 },
    );
    for (const name of HOSTILE_FILE_NAMES) expect(faults(safeFolderName(name))).toEqual([]);
  });

  test.each([
    ['alice', 'alice'],
    ['Élan_3', 'Élan_3'],
    ['नमस्ते', 'नमस्ते'],
    ['a\\b', 'a%5Cb'],
    ['a?\u0301', 'a%3F%CC%81'],
    ['..', '%2E%2E'],
    ['con', '%63on'],
    ['con.x', '%63on.x'],
    ['-x', '%2Dx'],
    ['50%', '50%25'],
    ['', '%'],
  ])('%j becomes %j', (name, folder) => expect(safeFolderName(name)).toBe(folder));
});
