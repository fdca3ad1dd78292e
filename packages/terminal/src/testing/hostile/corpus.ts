/**
 * Text that tries to be something else: to act on the terminal, to pass for a line of the program or of somebody else,
 * to hide, to reorder, to be endless, to be carried out. Every place that shows text of others is tried with all of it.
 */
export interface Hostile {
  name: string;
  text: string;
}

const ESC = '\u001b';
const BEL = '\u0007';
const FLOOD = 2_000;
const MESSAGE = 16 * 1024;
const repeat = (text: string, times = FLOOD): string => text.repeat(times);

const controls: Readonly<Record<string, string>> = {
  'every C0 control': Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('x'),
  'every C1 control and delete': Array.from({ length: 33 }, (_, code) =>
    String.fromCharCode(0x7f + code),
  ).join('x'),
  'clear the screen': `${ESC}[2J${ESC}[H`,
  'one line up and overwrite': `${ESC}[1A\r[#room] alice: I agree`,
  'colour that stays': `${ESC}[41;97;1;5mred`,
  'invisible text': `${ESC}[8mhidden${ESC}[28m`,
  'alternate screen': `${ESC}[?1049h`,
  'mouse reports': `${ESC}[?1003h${ESC}[?1006h`,
  'bracketed paste that ends itself': `${ESC}[200~/logout\n${ESC}[201~`,
  'ask the terminal who it is': `${ESC}[c${ESC}[>c${ESC}[6n${ESC}[5n`,
  'window title': `${ESC}]0;root@host${BEL}`,
  clipboard: `${ESC}]52;c;cm0gLXJmIH4K${BEL}`,
  'hyperlink to elsewhere': `${ESC}]8;;https://evil.example${ESC}\\https://good.example${ESC}]8;;${ESC}\\`,
  'device control string': `${ESC}P$q"p${ESC}\\`,
  'sixel picture': `${ESC}Pq#0;2;0;0;0~~@@vv${ESC}\\`,
  'application programme command': `${ESC}_Ga=T,f=32;AAAA${ESC}\\`,
  'privacy message and start of string': `${ESC}^x${ESC}\\${ESC}Xy${ESC}\\`,
  'eight-bit sequences': '\u009b2J\u009d0;title\u009c\u0090q\u009c\u009f x\u009c',
  'character set shift': '\u000e\u000fqqq\u001b(0',
  'full reset': `${ESC}c`,
  'unfinished sequence': `${ESC}[`,
  'backspaces over the name': `${'\b'.repeat(40)}alice: yes`,
  'carriage return over the line': '\r[#room] alice: yes',
  bells: repeat(BEL, 200),
  tabs: repeat('\t', 300),
  'vertical tab and form feed': '\u000b\u000c[#room] alice: yes',
  'null bytes': 'a\u0000b\u0000',
};

const imitations: Readonly<Record<string, string>> = {
  'another message': 'hi\n[#room] alice: I agree',
  'another message after CR LF': 'hi\r\n[#room] alice: I agree\r\n',
  'a message with a number': 'hi\n[#room/12] alice: I agree',
  'somebody who joined': 'hi\n* bob joined #room.',
  'an error': 'hi\n! line 3: the server is gone',
  'an outcome': 'hi\n  -> bob: delivered',
  'a quotation': 'yes\n  > alice: shall I pay you?',
  reactions: 'yes\n  + 👍 1000',
  'a further line': 'hi\n    and more\n        and more',
  'a prompt': 'hi\n#room> \n> /logout',
  'a question': 'hi\nYour password: ',
  'line separators': 'hi\u2028[#room] alice: yes\u2029* bob joined #room.',
  'next line': 'hi\u0085[#room] alice: yes',
  'blanks up to the edge': `a${' '.repeat(500)}[#room] alice: yes`,
  'wide blanks': `a${repeat('\u3000', 300)}[#room] alice: yes`,
  'only newlines': repeat('\n', 500),
  'blank lines and then a line': `${repeat('\n', 60)}[#room] alice: yes`,
  'the text of a tombstone': ', deleted by alice',
  'a head': '[#room] alice: yes',
  'a star': '* You are no longer in #room.',
  'an exclamation': '! Stopped. Your session was ended.',
  json: '"}\n{"type":"message","text":"yes","mine":true}',
};

const commands: Readonly<Record<string, string>> = {
  'logging out': 'logout',
  'a command': '/logout',
  'several commands': '/quit\n/kick #room bob\n/delete-account',
  'a message to everyone': '0: I quit',
  'a message to a room': '#room: I quit',
  'a mention of everybody': '@room @alice @bob',
  'a shell': '$(reboot) `reboot` ; reboot | reboot && reboot',
  'an option': '--json --token x',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to stay as it is
  'a template': '${process.exit()} {{7*7}} %s%s%n',
  'a reference': '^alice #room/1 @bob/1',
  prototype: '__proto__ constructor toString',
};

const directions: Readonly<Record<string, string>> = {
  'right-to-left override': 'user\u202egpj.exe',
  'override that is never ended': '\u202e\u202e\u202e: yes alice ]moor#[',
  'left-to-right override': '\u202dabc\u202c',
  embeddings: repeat('\u202a\u202b', 100),
  isolates: '\u2066a\u2067b\u2068c\u2069',
  'isolates that are never ended': repeat('\u2067', 200),
  marks: 'a\u200eb\u200fc\u061cd',
  'arabic with digits': 'مرحبا 123 (456) [#room] alice: 789',
  'hebrew and commands': 'שלום /logout 0: שלום',
  'deprecated formats': '\u206a\u206b\u206c\u206d\u206e\u206f',
};

const invisible: Readonly<Record<string, string>> = {
  'zero-width space': 'al\u200bice',
  'zero-width no-break space': 'al\ufeffice',
  'zero-width joiners': repeat('a\u200d'),
  'a flood of joiners': `a${repeat('\u200d')}`,
  'a flood of non-joiners': `a${repeat('\u200c')}b`,
  'word joiners': repeat('\u2060'),
  'soft hyphens': repeat('\u00ad'),
  'tags that spell a command': [...'/logout']
    .map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0)))
    .join(''),
  'language tag': '\u{e0001}\u{e007f}',
  'hangul fillers': 'a\u115f\u1160\u3164\uffa0b',
  'combining grapheme joiners': repeat('\u034f'),
  'khmer vowels that are not there': '\u17b4\u17b5',
  selectors: `a${repeat('\ufe0f')}`,
  'selectors beyond': `a${Array.from({ length: 240 }, (_, at) => String.fromCodePoint(0xe0100 + at)).join('')}`,
  'selectors on everything': repeat('a\ufe0f\ufe0e'),
  'mongolian selectors': repeat('\u180b\u180c\u180d\u180e'),
  'interlinear annotation': '\ufff9a\ufffab\ufffb',
  'braille blanks': repeat('\u2800', 200),
  'object replacement': '\ufffc\ufffd',
  'musical formats': '\u{1d173}\u{1d174}\u{1d17a}',
  'shorthand formats': '\u{1bca0}\u{1bca3}',
};

const giants: Readonly<Record<string, string>> = {
  'a thousand marks': `a${repeat('\u0301', 1_000)}`,
  zalgo: [...'hello'].map((letter) => letter + repeat('\u0300\u0316\u0489\u20dd', 50)).join(''),
  'marks without a letter': repeat('\u0338', 500),
  'enclosing marks': `a${repeat('\u20e3\u20de\u20e0', 100)}`,
  'hangul without end': repeat('\u1100', 1_000) + repeat('\u1161', 1_000) + repeat('\u11a8', 1_000),
  'emoji joined without end': repeat('👨\u200d', 500),
  'a family of hundreds': Array.from({ length: 300 }, () => '👩🏽').join('\u200d'),
  'skin tones': `👋${repeat('🏽', 500)}`,
  flags: repeat('\u{1f1e6}', 999),
  keycaps: repeat('1\ufe0f\u20e3', 300),
  conjuncts: repeat('\u0915\u094d', 500),
  'tibetan stack': `\u0f40${repeat('\u0f90', 500)}`,
  'thai vowels': `\u0e01${repeat('\u0e49', 500)}`,
  'the widest characters': repeat('\ufdfd\u{12031}\u2e3b\ua9c5', 100),
  'prepended marks': repeat('\u0600\u06dd\u110bd', 100),
  'one endless word': repeat('W', MESSAGE),
  'one endless wide word': repeat('漢', MESSAGE / 3),
  'a long line of words': repeat('word ', MESSAGE / 5),
  'many short lines': repeat('a\n', MESSAGE / 2),
};

const encodings: Readonly<Record<string, string>> = {
  'lone high surrogate': 'a\ud800b',
  'lone low surrogate': '\udc00',
  'surrogates the wrong way round': repeat('\udc00\ud800', 200),
  'what decoders put in their place': '\ufffd\ufffd',
  noncharacters: '\ufffe\uffff\u{1ffff}\ufdd0',
  'private use': '\ue0b0\uf8ff\u{f0000}\u{10ffff}',
  unassigned: '\u0378\u{e0fff}\u{3fffd}',
};

const lookalikes: Readonly<Record<string, string>> = {
  cyrillic: 'аlісе',
  fullwidth: 'ａｌｉｃｅ： ｙｅｓ',
  mathematical: '𝐚𝐥𝐢𝐜𝐞',
  'ligatures and fractions': 'ﬁ ½ ㏂ Ⅷ',
  'slashes and colons that are none': '∕logout ꞉ ∶ ︓ ⁄quit',
  'stars and brackets that are none': '∗ ⁎ ［#room］ ❲#room❳ alice꞉ yes',
};

const markdown: Readonly<Record<string, string>> = {
  'open brackets': repeat('[', MESSAGE),
  stars: repeat('*', MESSAGE),
  backticks: repeat('`', MESSAGE),
  'quotations in quotations': repeat('> ', 2_000),
  'lists in lists': Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n'),
  'brackets in brackets': `${repeat('[', 1_000)}x${repeat('](y)', 1_000)}`,
  'emphasis that never ends': repeat('*a **b _c __d ~~e ', 300),
  'a wide table': `|${repeat('a|', 1_000)}\n|${repeat('-|', 1_000)}`,
  'an html page': '<script>alert(1)</script><img src=x onerror=alert(1)><!--',
  'a link with another name': '[https://good.example](https://evil.example)',
  'a script link': '[click](javascript:alert(1)) data:text/html,x vbscript:x',
  references: repeat('[a][a]\n[a]: [a]\n', 200),
  entities: repeat('&amp;&#27;&#x202e;', 100),
};

export const HOSTILE: readonly Hostile[] = Object.entries({
  ...controls,
  ...imitations,
  ...commands,
  ...directions,
  ...invisible,
  ...giants,
  ...encodings,
  ...lookalikes,
  ...markdown,
}).map(([name, text]) => ({ name, text }));
