/**
 * What counts as a word, for messages and queries alike [SEARCH-2]. Pure, so that every database finds the same: it is
 * given words split and folded already.
 */

/** A longer word is known by its beginning. */
const WORD_MAX_UNITS = 64;
/** Different words of one message: each costs as much to erase as to write, in the commit that erases the message. */
export const INDEXED_WORDS_MAX = 1_000;
/** Runs of what words are made of, or one picture. */
const RUN = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
/** Scripts that put no blanks between words: a word there is each two neighbouring characters. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]+/gu;
/** Accents and points that writers leave out; not the vowel signs of Indic scripts, without which words are others. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;

/** Words next to each other in the text. */
export interface Run {
  words: readonly string[];
  /** Of a script without blanks, where one character stands for every pair that begins with it. */
  unspaced: boolean;
}

/** Letters and digits without accents, case and width. */
function fold(text: string): string {
  const letters = text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC');
  return letters.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/** For the index: the words in order, between blanks, up to the last that is not one too many. */
export function indexedWords(text: string): string {
  const words: string[] = [];
  const different = new Set<string>();
  for (const word of wordsOf(text)) {
    different.add(word);
    if (different.size > INDEXED_WORDS_MAX) break;
    words.push(word);
  }
  return words.join(' ');
}

function* wordsOf(text: string): Generator<string> {
  for (const run of runsOf(text)) {
    yield* run.words;
    // The last character of a run begins no pair, and must be found by itself.
    const last = run.unspaced ? [...(run.words.at(-1) ?? '')].at(1) : undefined;
    if (last !== undefined) yield last;
  }
}

export function runsOf(text: string): readonly Run[] {
  const runs: Run[] = [];
  for (const [piece] of fold(text).matchAll(RUN)) {
    let from = 0;
    for (const { 0: unspaced, index } of piece.matchAll(UNSPACED)) {
      addSpaced(runs, piece.slice(from, index));
      runs.push({ words: pairsOf(unspaced), unspaced: true });
      from = index + unspaced.length;
    }
    addSpaced(runs, piece.slice(from));
  }
  return runs;
}

function addSpaced(runs: Run[], word: string): void {
  if (word !== '') runs.push({ words: [beginning(word)], unspaced: false });
}

function pairsOf(text: string): readonly string[] {
  const characters = [...text];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** Not half a character. */
const beginning = (word: string): string =>
  word.length <= WORD_MAX_UNITS ? word : word.slice(0, WORD_MAX_UNITS).replace(/[\ud800-\udbff]$/, '');
