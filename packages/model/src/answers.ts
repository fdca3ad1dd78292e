/** What a language model says, made harmless before anybody sees it [REPLY-2] [PROMPT-10]. */
import { piecesOf } from './certain-code.ts';
import { utf8Length, utf8Prefix } from './files/utf8.ts';
import { linksIn } from './links.ts';
import { withoutMentions } from './mentions.ts';
import { readName } from './names.ts';
import { visibleText } from './visible.ts';

/** What makes the link after it an image: of several as much as all. */
const IMAGE_MARK = /(?<!!)!+(?=\[)/g;
/** What may begin a tag, a comment, a declaration or an instruction of HTML, and a link in angle brackets. */
const TAG_BEGIN = /<(?=[A-Za-z/!?])/g;
/** `#garden/12` and `@alice/12`, unless a backslash takes their meaning; longer names there are none. */
const CITATION = /(?<!\\)[#@][^\s:,#/@]{1,64}\/\d{1,16}/gu;

const ESCAPED_CITATION = /\\(@[^\s:,#/@]{1,64}\/\d{1,16})/gu;

/**
 * What becomes a message: quiet, with what it cites marked, mentioning nobody, and of at most so many bytes. A citation of
 * `sources` stays as it is: `@alice/12` is one of a direct room, where a mention changes nothing.
 */
export function finishAnswer(text: string, sources: ReadonlySet<string>, maxBytes: number): string {
  // Cutting off what closes code makes more prose, so less may become more: steps double, lest that goes on for seconds.
  for (let most = maxBytes, step = 1; ; step *= 2) {
    // Cut first: what closes code may be cut off.
    const cut = quoteUnknownSources(quietAnswer(cutAnswer(text, most)), sources);
    const answer = withCitations(withoutMentions(cut), sources);
    const bytes = utf8Length(answer);
    if (bytes <= maxBytes) return answer;
    most = Math.max(0, Math.min(most - step, Math.floor((most * maxBytes) / bytes)));
  }
}

/**
 * Images become links, tags of HTML text: `<b>` is `< b>`. What controls, draws nothing or changes the writing direction
 * is left out. At most twice as long; doing it again changes nothing.
 */
export function quietAnswer(text: string): string {
  return mapProse(visibleText(text), (prose) => prose.replace(IMAGE_MARK, '').replace(TAG_BEGIN, '< '));
}

/**
 * Puts in quotes what looks like a message and is none of `sources`, which are written as prompts name messages. Code and
 * links stay as they are. At most twice as long; doing it again changes nothing.
 */
export function quoteUnknownSources(text: string, sources: ReadonlySet<string>): string {
  const known = new Set([...sources].map(sourceKey));
  return mapProse(text, (prose) => quoted(prose, known));
}

/** Known ones without the backslash that takes their meaning. */
function withCitations(text: string, sources: ReadonlySet<string>): string {
  const known = new Set([...sources].map(sourceKey));
  return mapProse(text, (prose) =>
    prose.replace(ESCAPED_CITATION, (escaped, citation: string) =>
      known.has(sourceKey(citation)) ? citation : escaped,
    ),
  );
}

function mapProse(text: string, change: (prose: string) => string): string {
  return piecesOf(text)
    .map((piece) => (piece.isCode ? piece.text : change(piece.text)))
    .join('');
}

function quoted(text: string, known: ReadonlySet<string>): string {
  const links = linksIn(text);
  return text.replace(CITATION, (citation, offset: number) => {
    const end = offset + citation.length;
    const isQuoted = text[offset - 1] === '"' && text[end] === '"';
    const isInLink = links.some((link) => link.start <= offset && end <= link.end);
    return isQuoted || isInLink || known.has(sourceKey(citation)) ? citation : `"${citation}"`;
  });
}

/** As names are compared. */
function sourceKey(source: string): string {
  const at = source.lastIndexOf('/');
  const reading = readName(source.slice(1, at));
  return reading.kind === 'valid' ? `${source.charAt(0)}${reading.key}${source.slice(at)}` : source;
}

/** The longest beginning of at most so many bytes of UTF-8, without half a character. */
export const cutAnswer = (text: string, maxBytes: number): string => utf8Prefix(text, maxBytes);
