/** A source file; `path` is relative to the repository and has forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

type SegmentKind = 'code' | 'comment' | 'string' | 'regex';
type Segment = { readonly kind: SegmentKind; readonly start: number; readonly end: number };

export type Literal = { readonly text: string; readonly line: number };

/** Test code: it may read the clock, use test libraries and build what only the composition root may build. */
export function isTest(path: string): boolean {
  return /\.(test|suite|sim)\.tsx?$/.test(path) || path.includes('/testing/');
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The text with comments and the insides of strings and regular expressions blanked; offsets and lines stay the same. */
export function blankedCode({ text }: SourceFile): string {
  return segments(text)
    .map((segment) => blankSegment(segment.kind, text.slice(segment.start, segment.end)))
    .join('');
}

function blankSegment(kind: SegmentKind, part: string): string {
  switch (kind) {
    case 'code':
      return part;
    case 'comment':
      return blank(part);
    case 'string':
    case 'regex':
      return part.length < 2
        ? part
        : part.charAt(0) + blank(part.slice(1, -1)) + part.charAt(part.length - 1);
  }
}

/** String and template literals with their quotes. A template with holes comes as the pieces around them. */
export function stringLiterals({ text }: SourceFile): Literal[] {
  return segments(text)
    .filter((segment) => segment.kind === 'string')
    .map(({ start, end }) => ({ text: text.slice(start, end), line: lineAt(text, start) }));
}

const blank = (part: string) => part.replace(/[^\n]/g, ' ');

/** Divides TypeScript into its lexical parts. JSX text is not known to it. */
function segments(text: string): Segment[] {
  const found: Segment[] = [];
  const holes: number[] = []; // for each template hole we are in, the braces open inside it
  let codeStart = 0;
  let significantEnd = 0; // after the last character that is neither space nor comment
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at, significantEnd, holes);
    if (token === undefined) {
      at += 1;
      if (text.charAt(at - 1).trim() !== '') significantEnd = at;
      continue;
    }
    if (at > codeStart) found.push({ kind: 'code', start: codeStart, end: at });
    found.push({ kind: token.kind, start: at, end: at + token.length });
    at += token.length;
    codeStart = at;
    if (token.kind !== 'comment') significantEnd = at;
  }
  if (at > codeStart) found.push({ kind: 'code', start: codeStart, end: at });
  return found;
}

type Token = { readonly kind: SegmentKind; readonly length: number };

/** The token that begins here, undefined where code goes on; keeps count of the braces in template holes. */
function tokenAt(text: string, at: number, significantEnd: number, holes: number[]): Token | undefined {
  const depth = holes.pop();
  const reenter = (braces: number) => {
    if (depth !== undefined) holes.push(depth + braces);
  };
  switch (text[at]) {
    case '}':
      if (depth === 0) return templatePieceAt(text, at, holes);
      reenter(-1);
      return undefined;
    case '{':
      reenter(1);
      return undefined;
    case '`':
      reenter(0);
      return templatePieceAt(text, at, holes);
    case "'":
    case '"':
      reenter(0);
      return match('string', QUOTED, text, at);
    case '/':
      reenter(0);
      return (
        match('comment', COMMENT, text, at) ??
        (startsRegex(text, significantEnd) ? match('regex', REGEX, text, at) : undefined)
      );
    default:
      reenter(0);
      return undefined;
  }
}

/** From a backquote, or the brace that ends a hole, to the next hole or the closing backquote. */
function templatePieceAt(text: string, at: number, holes: number[]): Token {
  const token = match('string', TEMPLATE_PIECE, text, at) ?? { kind: 'string', length: text.length - at };
  if (text.slice(at, at + token.length).endsWith('${')) holes.push(0);
  return token;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const QUOTED = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y;
const TEMPLATE_PIECE = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

function match(kind: SegmentKind, pattern: RegExp, text: string, at: number): Token | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : { kind, length: found[0].length };
}

/** After these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX =
  /(^|[=(,:;[!&|?{}+*%~^<>-]|\b(?:return|case|typeof|in|of|void|do|else|await|yield|throw))$/;
const LONGEST_KEYWORD = 8;

function startsRegex(text: string, significantEnd: number): boolean {
  return BEFORE_REGEX.test(text.slice(Math.max(0, significantEnd - LONGEST_KEYWORD), significantEnd));
}
