import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { MESSAGE_MAX_BYTES } from '../limits.ts';
import { markdownHtml } from '../testing/markdown-html.ts';
import { depthsOf, spansIn } from '../testing/walk-markdown.ts';
import { BLOCK_DEPTH_MAX, SPAN_DEPTH_MAX } from './ast.ts';
import { parseMarkdown } from './parse.ts';

const html = (text: string): string => markdownHtml(parseMarkdown(text));

describe('[TEXT-8] C1 M9: what a text shows', () => {
  test.each<[string, string]>([
    ['', ''],
    ['hi', '<p>hi</p>'],
    ['one\ntwo\r\nthree\n\n\nfour', '<p>one\ntwo\nthree</p>\n<p>four</p>'],
    [
      '**a** *b* __c__ _d_ ~~e~~ `f`',
      '<p><strong>a</strong> <em>b</em> <strong>c</strong> <em>d</em> <del>e</del> <code>f</code></p>',
    ],
    ['***a***', '<p><em><strong>a</strong></em></p>'],
    ['snake_case_name and 2 * 3 * 4 and ~/x ~/y', '<p>snake_case_name and 2 * 3 * 4 and ~/x ~/y</p>'],
    ['\\*a\\* \\`b\\` \\# \\q', '<p>*a* `b` # \\q</p>'],
    ['# one\n###### six #\n#none', '<h1>one</h1>\n<h6>six</h6>\n<p>#none</p>'],
    ['a\n---\nb', '<p>a</p>\n<hr />\n<p>b</p>'],
    [
      '> a\n> > b\nc',
      '<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n<p>c</p>',
    ],
    [
      '- a\n- b\n  - c\n\n- d\ne',
      '<ul>\n<li><p>a</p></li>\n<li><p>b</p>\n<ul>\n<li><p>c</p></li>\n</ul></li>\n<li><p>d</p></li>\n</ul>\n<p>e</p>',
    ],
    ['3. a\n4. b', '<ol>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ol>'],
    ['- [x] a\n- [ ] b', '<ul>\n<li>[x] <p>a</p></li>\n<li>[ ] <p>b</p></li>\n</ul>'],
    ['born in\n1990. so\n- b', '<p>born in\n1990. so</p>\n<ul>\n<li><p>b</p></li>\n</ul>'],
    ['+\n\n-\n\n1.', '<p>+</p>\n<p>-</p>\n<p>1.</p>'],
    ['```TS x\na\n  b\n```\nc', '<pre><code class="language-ts">a\n  b\n</code></pre>\n<p>c</p>'],
    ['~~~\n```\n', '<pre><code>```\n\n</code></pre>'],
    [
      '1. a\n   ```sh\n   b\n\n   c\n   ```\n2. d',
      '<ol>\n<li><p>a</p>\n<pre><code class="language-sh">b\n\nc\n</code></pre></li>\n<li><p>d</p></li>\n</ol>',
    ],
    [
      'a|b\n-|:-:\n`x\\|y`|\\|\nz',
      '<table><tr><td>a</td><td>b</td></tr><tr><td><code>x|y</code></td><td>|</td></tr></table>\n<p>z</p>',
    ],
    ['a | b\nc | d', '<p>a | b\nc | d</p>'],
    ['<b>a</b> &amp; <!-- c -->', '<p>&lt;b&gt;a&lt;/b&gt; &amp;amp; &lt;!-- c --&gt;</p>'],
    ['    four spaces', '<p>four spaces</p>'],
  ])('%j is %j', (text, shown) => expect(html(text)).toBe(shown));

  test.each<[string, string]>([
    ['https://a.example/b_c_d.', '<p><a href="https://a.example/b_c_d">https://a.example/b_c_d</a>.</p>'],
    [
      '**https://a.example/b**',
      '<p><strong><a href="https://a.example/b">https://a.example/b</a></strong></p>',
    ],
    ['<https://a.example/>', '<p><a href="https://a.example/">https://a.example/</a></p>'],
    ['[a *b*](https://c.example/(d))', '<p><a href="https://c.example/(d)">a <em>b</em></a></p>'],
    ['![a](<https://b.example/c.png>)', '<p><a href="https://b.example/c.png">a</a></p>'],
    ['[https://a.example](https://a.example)', '<p><a href="https://a.example">https://a.example</a></p>'],
    [
      'www.a.com a@b.com',
      '<p><a href="https://www.a.com">www.a.com</a> <a href="mailto:a@b.com">a@b.com</a></p>',
    ],
    ['`https://a.example`', '<p><code>https://a.example</code></p>'],
  ])('%j leads where it says', (text, shown) => expect(html(text)).toBe(shown));

  test.each([
    '[a](javascript:alert(1))',
    '[a](data:text/html,x)',
    '[a](//b.example)',
    '[a](/b)',
    '[a][b]\n\n[b]: javascript:alert(1)',
    '<javascript:alert(1)>',
    '![a](file:///etc/passwd)',
    '[a](vbscript:x "title")',
  ])('%j has no link', (text) => expect(html(text)).not.toContain('<a'));

  test.each([
    '[](https://a.example)',
    '[\u200b](https://a.example)',
    '[https://bank.example](https://evil.example)',
    '[a [b](https://c.example) d](https://e.example)',
  ])('%j shows each address that it leads to', (text) => {
    for (const span of spansIn(parseMarkdown(text))) {
      if (span.kind === 'link' && span.url !== 'https://c.example')
        expect(span.spans).toEqual([{ kind: 'text', text: span.url }]);
    }
    expect(html(text)).toContain('<a');
  });
});

describe('[TEXT-8] T17: any text', () => {
  const SIGNS = [
    ...'*_~`[]()<>!\\|#@:-+. \n\ta1é👍\u202e',
    '```',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '|-|',
    'https://a.com',
    '@bob',
    '#x/1',
  ];
  const anything = fc.oneof(
    fc.array(fc.constantFrom(...SIGNS), { maxLength: 60, size: 'max' }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );

  test('is shown, not too deep, and all of its letters are there', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const blocks = parseMarkdown(text);
        const depths = depthsOf(blocks);
        expect(depths.blocks).toBeLessThanOrEqual(BLOCK_DEPTH_MAX);
        expect(depths.spans).toBeLessThanOrEqual(2 * SPAN_DEPTH_MAX);
        const shown = new Map<string, number>();
        for (const letter of JSON.stringify(blocks).match(/[é👍]/gu) ?? [])
          shown.set(letter, (shown.get(letter) ?? 0) + 1);
        for (const letter of 'é👍'.match(/./gu) ?? [])
          expect(shown.get(letter) ?? 0).toBeGreaterThanOrEqual(text.split(letter).length - 1);
      }),
      { numRuns: 1_500 },
    );
  });

  const UNITS = [
    ...[
      '> ',
      '- ',
      '* ',
      '1. ',
      '  - a\n',
      '>',
      '[',
      '![',
      '](',
      '[a](https://a.com)',
      '<',
      '*',
      '**a',
      '*a_b',
      'a*',
      '_a*',
      'a**b*',
      '~~',
      '~~a',
    ],
    ...[
      '`',
      '` ',
      '``a`',
      '\\`',
      '\\',
      '|',
      '|-',
      'a|b\n',
      '|-|\n',
      '```\n',
      '> ```\n',
      '- ```\n',
      '~~~',
      '\n',
      ' \n',
      ' ',
      '\t',
      '-\n',
      '- a\n\n',
    ],
    ...[
      '@',
      '@a ',
      '@a_',
      '#a ',
      '#a/1 ',
      'https://a.com/_',
      'a.com ',
      '<https://a.com>',
      '[https://a.com](',
      '# ',
      '#',
      '\u0301',
      '👍',
      '\u202e',
    ],
  ];
  /** What a character costs at most: each level of nesting looks at it a few times. */
  const STEPS_PER_UNIT = 12 * (BLOCK_DEPTH_MAX + 1);

  test.each(UNITS)('16 KiB of %j cost in proportion', (unit) => {
    for (const text of [unit.repeat(MESSAGE_MAX_BYTES), `a${unit.repeat(MESSAGE_MAX_BYTES)}`]) {
      let steps = 0;
      const written = text.slice(0, MESSAGE_MAX_BYTES);
      const depths = depthsOf(parseMarkdown(written, (more) => (steps += more)));
      expect(steps).toBeLessThanOrEqual(STEPS_PER_UNIT * written.length);
      expect(depths.blocks).toBeLessThanOrEqual(BLOCK_DEPTH_MAX);
    }
  });

  test('emphasis within emphasis ends somewhere', () => {
    for (const [begin, end] of [
      ['*a ', ' a*'],
      ['**a *b ', ' b* a**'],
    ] as const) {
      const { spans } = depthsOf(parseMarkdown(begin.repeat(1_000) + end.repeat(1_000)));
      expect(spans).toBe(SPAN_DEPTH_MAX);
    }
  });
});
