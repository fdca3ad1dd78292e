/** How much fits a page [PAGE-2]. */
import type { StoredEvent } from '../events/store.ts';
import { PAGE_MAX_BYTES } from '../fitting.ts';
import type { MessageStateRecord } from './store.ts';

/** An envelope without content, and a state without its edit and reactions, rounded up. */
const ENVELOPE_BYTES = 128;
const STATE_BYTES = 96;
const REACTION_BYTES = 16;

export function weigh(event: StoredEvent, state: MessageStateRecord | undefined): number {
  const bytes = ENVELOPE_BYTES + event.content.length;
  if (state === undefined) return bytes;
  const reactions = state.reactions.reduce((sum, { emoji }) => sum + 3 * emoji.length + REACTION_BYTES, 0);
  return bytes + STATE_BYTES + (state.edit?.content.length ?? 0) + reactions;
}

/** Those around the one at `keep`, which stays, that fit together: grown to both sides in turn. */
export function within<T>(items: readonly T[], keep: number, weight: (item: T) => number): readonly T[] {
  const at = Math.max(0, Math.min(keep, items.length - 1));
  const kept = items[at];
  if (kept === undefined) return [];
  let bytes = weight(kept);
  let from = at;
  let to = at + 1;
  const take = (item: T | undefined): boolean => {
    if (item === undefined || bytes + weight(item) > PAGE_MAX_BYTES) return false;
    bytes += weight(item);
    return true;
  };
  for (let before = true, after = true; before || after; ) {
    before = before && take(items[from - 1]);
    if (before) from--;
    after = after && take(items[to]);
    if (after) to++;
  }
  return items.slice(from, to);
}
