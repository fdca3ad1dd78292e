/** Words as people use them: few of them most of the time. Everything is drawn from one seed, so that runs can be compared. */
const SYLLABLES = [
  'ba',
  'ce',
  'di',
  'fo',
  'gu',
  'ha',
  'ke',
  'li',
  'mo',
  'nu',
  'pa',
  're',
  'si',
  'to',
  'vu',
  'wa',
];
export const VOCABULARY = 50_000;
/** Of the rest, which are seldom. */
const RARE_FROM = 20_000;
const COMMON_BELOW = 30;

export class Words {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** At least 0, less than 1. */
  random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }

  below(most: number): number {
    return Math.floor(this.random() * most);
  }

  /** The word of rank n comes n times less often than the first. */
  word(): string {
    return wordOf(
      Math.min(VOCABULARY - 1, Math.floor(Math.exp(this.random() * Math.log(VOCABULARY + 1)) - 1)),
    );
  }

  rare(): string {
    return wordOf(RARE_FROM + this.below(VOCABULARY - RARE_FROM));
  }

  common(): string {
    return wordOf(this.below(COMMON_BELOW));
  }

  /** Neither. */
  usual(): string {
    return wordOf(100 + this.below(1_000));
  }

  sentence(): string {
    return Array.from({ length: 3 + this.below(18) }, () => this.word()).join(' ');
  }
}

/** Numbers in base 16 as syllables, the rank mixed up so that ranks do not show in the alphabet. */
function wordOf(rank: number): string {
  let text = '';
  for (let left = (rank * 48_271) % 65_537; left > 0 || text === ''; left = Math.floor(left / 16))
    text += SYLLABLES[left % 16] ?? '';
  return text;
}
