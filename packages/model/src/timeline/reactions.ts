/** Who reacted with what, as far as a reader knows. */
import { EMOJI_MAX_BYTES } from '../emoji.ts';
import type { TimelineEvent } from './event.ts';
import type { Reactions, TargetState } from './state.ts';

interface Tally {
  count: number;
  /** Of those in the state; who they are is not known, but for the reader. */
  unnamed: number;
  /** Whether a user is among them, where that is known. */
  known: Map<number, boolean>;
}

/** Counts of one message, from a state and the events after it. */
export class ReactionTally {
  readonly #me: number;
  readonly #byEmoji = new Map<string, Tally>();

  constructor(me: number, state: TargetState | undefined) {
    this.#me = me;
    for (const { emoji, count, mine } of state?.reactions ?? []) {
      this.#byEmoji.set(emoji, { count, unnamed: count - Number(mine), known: new Map([[me, mine]]) });
    }
  }

  apply({ kind, sender, content }: TimelineEvent): void {
    if (content.kind !== 'emoji' || content.emoji === '' || content.emoji.length > EMOJI_MAX_BYTES) return;
    const tally = this.#of(content.emoji);
    const was = tally.known.get(sender);
    if (kind === 'reactionAdded' && was !== true) tally.count++;
    else if (kind === 'reactionRemoved' && was === true) tally.count--;
    else if (kind === 'reactionRemoved' && was === undefined && tally.unnamed > 0) {
      tally.unnamed--;
      tally.count--;
    }
    tally.known.set(sender, kind === 'reactionAdded');
  }

  clear(): void {
    this.#byEmoji.clear();
  }

  /** The most used first, those used as often in the order of their code points [VIEW-5]. */
  counts(): Reactions[] {
    return [...this.#byEmoji]
      .filter(([, { count }]) => count > 0)
      .map(([emoji, { count, known }]) => ({ emoji, count, mine: known.get(this.#me) === true }))
      .sort((one, other) => other.count - one.count || byCodePoints(one.emoji, other.emoji));
  }

  #of(emoji: string): Tally {
    const known = this.#byEmoji.get(emoji);
    if (known !== undefined) return known;
    const tally: Tally = { count: 0, unnamed: 0, known: new Map() };
    this.#byEmoji.set(emoji, tally);
    return tally;
  }
}

/** As UTF-8 sorts, which UTF-16 does not. */
function byCodePoints(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  const at = left.findIndex((character, index) => character !== right[index]);
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0) || left.length - right.length;
}
