/**
 * The lines of a paragraph, heading or cell as text, marks, code and what else stands in them. Goes over them once, from
 * the first character to the last.
 */
import { type CodeSpan, codeSpansOf } from './code.ts';
import { pairMarks } from './emphasis.ts';
import type { Line } from './lines.ts';
import type { Place } from './places.ts';
import { firstPlaceFrom, isSeen, type Source, targetAt } from './source.ts';
import { marksOf, type Token } from './tokens.ts';

const SPECIAL = /[\\`*_~[\]!<]/g;
const ESCAPABLE = /[!-/:-@[-`{-~]/;
const STRIKE_LENGTH = 2;

interface OpenBracket {
  /** Where its token is, where its label begins, and how many links there were. */
  token: number;
  start: number;
  links: number;
}

export function scan(source: Source, lines: readonly Line[], isCell: boolean): readonly Token[] {
  const scanner = new Scanner(source, lines, isCell);
  const tokens = scanner.run();
  pairMarks(tokens, 0, source.onWork);
  return tokens;
}

class Scanner {
  readonly #source: Source;
  readonly #text: string;
  readonly #lines: readonly Line[];
  readonly #isCell: boolean;
  readonly #codes: ReadonlyMap<number, CodeSpan>;
  readonly #tokens: Token[] = [];
  readonly #brackets: OpenBracket[] = [];
  #row = 0;
  #at = 0;
  #place: number;
  #special = -1;
  /** So far. */
  #links = 0;

  constructor(source: Source, lines: readonly Line[], isCell: boolean) {
    this.#source = source;
    this.#text = source.text;
    this.#lines = lines;
    this.#isCell = isCell;
    this.#codes = new Map(codeSpansOf(source.text, lines).map((span) => [span.start, span]));
    this.#place = firstPlaceFrom(source.places, lines[0]?.start ?? 0);
  }

  run(): Token[] {
    for (this.#row = 0; this.#row < this.#lines.length; this.#row++) {
      if (this.#row > 0) this.#tokens.push({ kind: 'span', span: { kind: 'break' } });
      this.#at = this.#lines[this.#row]?.start ?? 0;
      while (this.#at < this.#end) this.#step();
    }
    return this.#tokens;
  }

  get #end(): number {
    return this.#lines[this.#row]?.end ?? 0;
  }

  #step(): void {
    this.#source.onWork(1);
    const place = this.#nextPlace();
    if (place?.start === this.#at) {
      this.#take(place);
      return;
    }
    switch (this.#text[this.#at]) {
      case '\\':
        this.#escape();
        break;
      case '`':
        this.#code();
        break;
      case '*':
      case '_':
      case '~':
        this.#marks();
        break;
      case '!':
      case '[':
        this.#openBracket();
        break;
      case ']':
        this.#closeBracket();
        break;
      case '<':
        this.#angle();
        break;
      default:
        this.#say(this.#at, Math.min(this.#nextSpecial(), place?.start ?? this.#end, this.#end));
    }
  }

  #say(start: number, end: number): void {
    this.#tokens.push({ kind: 'text', text: this.#text.slice(start, end) });
    this.#at = end;
  }

  #nextPlace(): Place | undefined {
    const { places } = this.#source;
    while ((places[this.#place]?.start ?? this.#at) < this.#at) this.#place += 1;
    return places[this.#place];
  }

  #nextSpecial(): number {
    if (this.#special < this.#at) {
      SPECIAL.lastIndex = this.#at;
      this.#special = SPECIAL.exec(this.#text)?.index ?? this.#text.length;
    }
    return this.#special;
  }

  #take(place: Place): void {
    const end = Math.min(place.end, this.#end);
    const written = this.#text.slice(this.#at, end);
    if (place.kind === 'link') {
      const last = withoutMarks(this.#text, this.#at, end);
      this.#link(last, place.url.slice(0, place.url.length - (place.end - last)));
      return;
    }
    this.#tokens.push({ kind: 'span', span: place.toSpan(written) });
    this.#at = Math.max(end, this.#at + 1);
  }

  /** Up to `end`, with the names in it. */
  #link(end: number, url: string): void {
    this.#links += 1;
    this.#tokens.push({ kind: 'linkBegin', url });
    while (this.#at < end) {
      this.#place += 1;
      const name = this.#nextPlace();
      const isInside = name?.kind === 'name' && name.start < end;
      this.#say(this.#at, isInside ? name.start : end);
      if (isInside) this.#take({ ...name, end: Math.min(name.end, end) });
    }
    this.#tokens.push({ kind: 'linkEnd' });
  }

  #escape(): void {
    const isEscape = this.#at + 1 < this.#end && ESCAPABLE.test(this.#text.charAt(this.#at + 1));
    if (!isEscape) {
      this.#say(this.#at, this.#at + 1);
      return;
    }
    this.#at += 1;
    const place = this.#nextPlace();
    if (place?.start === this.#at && place.kind === 'name') this.#take(place);
    else this.#say(this.#at, this.#at + 1);
  }

  #runEnd(): number {
    const sign = this.#text[this.#at];
    let end = this.#at;
    while (end < this.#end && this.#text[end] === sign) end += 1;
    return end;
  }

  #code(): void {
    const span = this.#codes.get(this.#at);
    if (span === undefined) {
      this.#say(this.#at, this.#runEnd());
      return;
    }
    const inside = { start: span.start + span.ticks, end: span.end - span.ticks };
    const parts: string[] = [];
    for (; this.#row < this.#lines.length; this.#row++) {
      const line = this.#lines[this.#row];
      if (line === undefined) break;
      parts.push(this.#text.slice(Math.max(line.start, inside.start), Math.min(line.end, inside.end)));
      if (span.end <= line.end) break;
    }
    const text = codeText(parts.join(' '));
    const shown = this.#isCell ? text.replaceAll('\\|', '|') : text;
    this.#tokens.push({ kind: 'span', span: { kind: 'code', text: shown } });
    this.#at = span.end;
  }

  #marks(): void {
    const end = this.#runEnd();
    const run = this.#text.slice(this.#at, end);
    if (run.startsWith('~') && run.length !== STRIKE_LENGTH) {
      this.#say(this.#at, end);
      return;
    }
    const line = this.#lines[this.#row]?.start ?? 0;
    const before = [...this.#text.slice(Math.max(line, this.#at - 2), this.#at)].at(-1) ?? '';
    const after = [...this.#text.slice(end, Math.min(end + 2, this.#end))][0] ?? '';
    this.#tokens.push(marksOf(run, before, after));
    this.#at = end;
  }

  /** Of an image too, which is shown as the link to it. */
  #openBracket(): void {
    const isImage = this.#text[this.#at] === '!';
    const length = isImage ? 2 : 1;
    if (isImage && (this.#text[this.#at + 1] !== '[' || this.#at + 1 >= this.#end)) {
      this.#say(this.#at, this.#at + 1);
      return;
    }
    this.#brackets.push({ token: this.#tokens.length, links: this.#links, start: this.#at + length });
    this.#say(this.#at, this.#at + length);
  }

  /** A label with an address in it is none, unless it is the same: both are shown as what they are. */
  #closeBracket(): void {
    const bracket = this.#brackets.pop();
    const target = targetAt(this.#source, this.#at, this.#end);
    if (bracket === undefined || target === undefined || !this.#makeLink(bracket, target.url)) {
      this.#say(this.#at, this.#at + 1);
      return;
    }
    this.#at = target.end;
  }

  #makeLink({ token, start, links }: OpenBracket, url: string): boolean {
    const first = this.#tokens[token + 1];
    const isAddress =
      first?.kind === 'linkBegin' && first.url === url && this.#tokens.at(-1)?.kind === 'linkEnd';
    if (isAddress && this.#links === links + 1) {
      this.#tokens[token] = { kind: 'text', text: '' };
      return true;
    }
    if (this.#links !== links || !isSeen(this.#text.slice(start, this.#at))) return false;
    this.#links += 1;
    this.#tokens[token] = { kind: 'linkBegin', url };
    pairMarks(this.#tokens, token + 1, this.#source.onWork);
    this.#tokens.push({ kind: 'linkEnd' });
    return true;
  }

  #angle(): void {
    const link = this.#source.links.get(this.#at + 1);
    if (link === undefined || link.end >= this.#end || this.#text[link.end] !== '>') {
      this.#say(this.#at, this.#at + 1);
      return;
    }
    this.#at += 1;
    this.#nextPlace();
    this.#link(link.end, link.url);
    this.#at = link.end + 1;
  }
}

/** At the end of what is written as an address, marks are not part of it. */
function withoutMarks(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && '*_~'.includes(text.charAt(last - 1))) last -= 1;
  return last;
}

/** As CommonMark has it: one space on each side lets code begin or end with backticks. */
const codeText = (text: string): string =>
  text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '' ? text.slice(1, -1) : text;
