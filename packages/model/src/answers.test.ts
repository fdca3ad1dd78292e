/** What models say, made harmless (I3). */
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { cutAnswer, finishAnswer, quietAnswer, quoteUnknownSources } from './answers.ts';
import { piecesOf } from './certain-code.ts';
import { utf8Length } from './files/utf8.ts';
import { mentionsIn } from './mentions.ts';
import { visibleText } from './visible.ts';

const SHOWN = { tables: true, strikethrough: true, tasklists: true, autolinks: true } as const;
const html = (text: string): string => Bun.markdown.html(text, SHOWN);
/** As a reader has it that knows no HTML at all. */
const withoutHtml = (text: string): string =>
  Bun.markdown.html(text, { ...SHOWN, noHtmlBlocks: true, noHtmlSpans: true });

/** Pieces of Markdown that mean something next to each other. */
const PIECES = [
  ...[
    '`',
    '``',
    '```',
    '~~~',
    '````',
    '   ```',
    '    ```',
    '> ```',
    '- ```',
    '- ',
    '1. ',
    '> ',
    '  ',
    '\t',
    '|',
    '|-|-|',
  ],
  ...[
    '\n',
    '\n\n',
    '\n',
    ' ',
    '\\',
    '!',
    '![',
    '!![',
    '[',
    ']',
    '(',
    ')',
    '[a]: /b',
    '![a](b)',
    '![a][b]',
    '[a](<b>)',
    '<',
  ],
  ...[
    '>',
    '<b>',
    '</b>',
    '<img src=x>',
    '<!-- ',
    ' -->',
    '<?',
    '<![CDATA[',
    '&lt;',
    '&#60;b>',
    '<https://a.example>',
  ],
  ...[
    'www.a.example/',
    'https://a.example/',
    '"',
    "'",
    'a',
    'word',
    '*',
    '_',
    '#room/12',
    '@bob/3',
    '\u200b',
    '\ud83d',
    '\ude00',
  ],
  ...['\u00a0', '\u202e', '\u{e0041}', '$', '$$', '===\n', '---\n', '[^1]: ', '#'],
];
const markdown = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join(''));

describe('answers of assistants (I3)', () => {
  test.each([
    ['see ![a](https://x.example/?q=secret)', 'see [a](https://x.example/?q=secret)'],
    ['![a][b]\n\n[b]: https://x.example', '[a][b]\n\n[b]: https://x.example'],
    ['![![a](b)](c) !![d](e)', '[[a](b)](c) [d](e)'],
    ['!\u200b[a](b)', '[a](b)'],
    ['<img src=x> a < b, <!-- hidden --> </b>', '< img src=x> a < b, < !-- hidden --> < /b>'],
    ['<https://x.example>', '< https://x.example>'],
    ['`Array<string>` and ![a](b)', '`Array<string>` and [a](b)'],
    ['```ts\nconst a: Array<string> = ![b];\n```\n<b>', '```ts\nconst a: Array<string> = ![b];\n```\n< b>'],
    ['1. do\n   ```\n   a<b>\n   ```\n2. `c<d>`', '1. do\n   ```\n   a< b>\n   ```\n2. `c<d>`'],
    ['a\u0000b\u202ec\r\n\td', 'abc\n\td'],
    ['I \u{e0041}\u{e0042}am', 'I am'],
    [
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 👨‍👩‍👧 ❤️',
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 👨‍👩‍👧 ❤️',
    ],
  ])('[REPLY-2] %j becomes %j', (said, shown) => {
    expect(quietAnswer(said)).toBe(shown);
  });

  test.each([
    '- `\n- <img src=x>`',
    '| ` | <img src=x> | ` |\n|-|-|-|\n| ` | <img src=x> | ` |',
    '- x\n\n  ```\n<img src=x>\n',
    '   ```\ncode\n```\n<img src=x>',
    '> ```\n<img src=x>',
    '```\ncode\n    ```\nstill\n```\n<img src=x>\n```\n',
    '\\`<img src=x> `',
    'a `\n`<img src=x>`',
  ])('[REPLY-2] what is code only at first sight is none: %j', (said) => {
    expect(html(said)).toContain('<img');
    expect(html(quietAnswer(said))).not.toContain('<img');
  });

  test('[REPLY-2] whatever is said, a reader of Markdown finds no image and no HTML, and a second time changes nothing', () => {
    fc.assert(
      fc.property(markdown, (said) => {
        const quiet = quietAnswer(said);
        expect(html(quiet)).not.toMatch(/<img/i);
        expect(html(quiet)).toBe(withoutHtml(quiet));
        expect(quietAnswer(quiet)).toBe(quiet);
        expect(quiet.length).toBeLessThanOrEqual(2 * said.length);
      }),
      { numRuns: 3_000 },
    );
  });

  test('[REPLY-2] pieces are the whole text, and its beginning to be seen stays as it is', () => {
    fc.assert(
      fc.property(markdown, (said) => {
        expect(
          piecesOf(said)
            .map(({ text }) => text)
            .join(''),
        ).toBe(said);
        expect(visibleText(visibleText(said))).toBe(visibleText(said));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const visible = visibleText(text);
        expect(visibleText(visible)).toBe(visible);
        expect(visible).not.toMatch(/[\p{Bidi_Control}\u{e0000}-\u{e007f}\u200b]|(?![\n\t])\p{Cc}/u);
        expect(quietAnswer(quietAnswer(text))).toBe(quietAnswer(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('[PROMPT-10] of what an answer cites only what was told stays as it is', () => {
    const sources = new Set(['#garden/12', '@Helper/3', '#ro<om/7']);
    const said =
      'See #garden/12, #Garden/12 and #garden/13. (@helper/3) @bob/9 "#x/1" #ro<om/7 `#garden/99` https://a.example/@bob/9';
    expect(quoteUnknownSources(said, sources)).toBe(
      'See #garden/12, #Garden/12 and "#garden/13". (@helper/3) "@bob/9" "#x/1" #ro<om/7 `#garden/99` https://a.example/@bob/9',
    );
    expect(quoteUnknownSources('#garden/120 #garden/12', sources)).toBe('"#garden/120" #garden/12');
  });

  test('[PROMPT-10] [REPLY-1] whatever is said is finished within its bytes, and finishing it again changes nothing', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 0, max: 300 }), (said, bytes) => {
        const sources = new Set(['#room/12']);
        const answer = finishAnswer(said, sources, bytes);
        expect(utf8Length(answer)).toBeLessThanOrEqual(bytes);
        expect(html(answer)).toBe(withoutHtml(answer));
        expect(quoteUnknownSources(quietAnswer(answer), sources)).toBe(answer);
      }),
      { numRuns: 1_000 },
    );
  });

  test('[PROMPT-10] [REPLY-1] what was said in direct messages is cited as it was told, and nobody else is named', () => {
    const sources = new Set(['@Helper/3']);
    const said = 'See @helper/3 (@Helper/3), @helper/4, @helper and `@helper/3`.';
    const answer = finishAnswer(said, sources, 1_000);
    expect(answer).toBe('See @helper/3 (@Helper/3), "\\@helper/4", \\@helper and `@helper/3`.');
    expect(finishAnswer(answer, sources, 1_000)).toBe(answer);
    expect(finishAnswer('@helper/3', new Set(), 1_000)).toBe('"\\@helper/3"');
  });

  test('[REPLY-1] a finished answer mentions nobody', () => {
    const said = '@room, @bob: \\@eve `@code` a@b.example https://c.example/@dan @ (@ann) "@bob/9"';
    expect(finishAnswer(said, new Set(), 300)).toBe(
      '\\@room, \\@bob: \\@eve `@code` a@b.example https://c.example/@dan @ (\\@ann) "\\@bob/9"',
    );
    const mentioning = fc.string({ unit: fc.constantFrom(...'@@@ab1 `~\n\\<>!["/#.-\u00e4'), maxLength: 60 });
    fc.assert(
      fc.property(mentioning, (text) => {
        const answer = finishAnswer(text, new Set(), 300);
        expect(mentionsIn(answer)).toEqual({ names: [], room: false });
        expect(finishAnswer(answer, new Set(), 300)).toBe(answer);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    '!',
    '@',
    '@a ',
    '`',
    '` ',
    '`` ` ',
    '<a',
    '   ```\n',
    '#a/1',
    '\u200d',
    '[!',
    '- ```\n',
    '\n',
    '"',
  ])(
    '[REPLY-2] 16 KiB of %j cost no more than other text',
    (piece) => {
      const text = piece.repeat(16_384 / piece.length);
      expect(finishAnswer(text, new Set(), 16_384).length).toBeLessThanOrEqual(16_384);
    },
    1_000,
  );

  test('[REPLY-1] an answer is cut between characters', () => {
    expect(cutAnswer('aäb', 2)).toBe('a');
    expect(cutAnswer('a😀', 4)).toBe('a');
    expect(cutAnswer('a😀', 5)).toBe('a😀');
    expect(finishAnswer(`${'x'.repeat(20)} \`<img src=x>\``, new Set(), 33)).toBe(
      `${'x'.repeat(20)} \`< img src=x`,
    );
  });
});

/** Counts how often it is looked through, which is twice for each cut that is tried. */
class CountedSources extends Set<string> {
  times = 0;

  override [Symbol.iterator]() {
    this.times += 1;
    return super[Symbol.iterator]();
  }
}

test.each([
  [`${' \n'.repeat(590)}${'`@a/1 @a/1`"`@a/1 '.repeat(596)}`],
  [`${'@a/1 '.repeat(2_024)}${'`'.repeat(1_368)}`],
  ['!'.repeat(16_000)],
  ['@aa\uff1c'.repeat(2_730)],
])('[REPLY-2] I3: an answer that fits only when it is cut is cut in a few steps: %#', (text) => {
  const sources = new CountedSources();
  const most = 16_368;
  const answer = finishAnswer(text, sources, most);
  expect(utf8Length(answer)).toBeLessThanOrEqual(most);
  expect(utf8Length(answer)).toBeGreaterThan(Math.min(most, utf8Length(text)) / 4);
  expect(sources.times).toBeLessThanOrEqual(2 * 15);
});

test('[REPLY-2] I3: however many signs an answer has, none of them mentions anybody', () => {
  for (const text of ['@bob '.repeat(3_000), `${'@@ '.repeat(300)}@bob`, `${'@ '.repeat(2_000)}@bob @room`]) {
    const answer = finishAnswer(text, new Set(), 16_368);
    expect(mentionsIn(answer)).toEqual({ names: [], room: false });
    expect(finishAnswer(answer, new Set(), 2 * 16_368)).toBe(answer);
  }
});
