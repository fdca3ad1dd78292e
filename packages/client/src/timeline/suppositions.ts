/** Changes of messages that count here before the server has said so, and not any more where it refuses them [TIMELINE-6]. */
import { readContent, type Standing, type TimelineEvent } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import type { UnconfirmedChange } from '../types.ts';

type Change = NonNullable<FrameFields<'changeMessage'>['change']>;

export interface Supposition {
  readonly kind: UnconfirmedChange;
  /** As it would be in the log, behind everything. */
  readonly event: TimelineEvent;
  /** Its place in the log, once the server took it. */
  sequence: number | undefined;
}

export interface Changer {
  sender: number;
  role: Standing;
  timeMs: number;
}

/** undefined for what is not shown before it is so. */
export function suppose(
  { change, target, clientMessageId }: { change: Change; target: number; clientMessageId: Uint8Array },
  by: Changer,
): Supposition | undefined {
  const supposed = toEvent(change);
  if (supposed === undefined) return undefined;
  const { shown, ...rest } = supposed;
  const place = { sequence: Number.MAX_SAFE_INTEGER, relatesTo: target, thread: 0, clientMessageId };
  return { kind: shown, event: { ...place, ...by, ...rest }, sequence: undefined };
}

type Supposed = Pick<TimelineEvent, 'kind' | 'content'> & { shown: UnconfirmedChange };

function toEvent(change: Change): Supposed | undefined {
  switch (change.case) {
    case 'edit':
      return { shown: 'edit', kind: 'edited', content: readContent(change.value) };
    case 'delete':
      return { shown: 'delete', kind: 'deleted', content: { kind: 'erased' } };
    case 'addReaction':
    case 'removeReaction': {
      const kind = change.case === 'addReaction' ? 'reactionAdded' : 'reactionRemoved';
      return { shown: 'reaction', kind, content: { kind: 'emoji', emoji: change.value } };
    }
    case 'pin':
      return { shown: 'pin', kind: change.value ? 'pinned' : 'unpinned', content: { kind: 'none' } };
    case 'acceptFile':
    case undefined:
      return undefined;
  }
}

/** Those of one timeline, by what they are about. */
export class Suppositions {
  readonly #all = new Set<Supposition>();

  add(supposition: Supposition): void {
    this.#all.add(supposition);
  }

  delete(supposition: Supposition): boolean {
    return this.#all.delete(supposition);
  }

  /** What of the message is unconfirmed; undefined where nothing is. */
  of(target: number): readonly UnconfirmedChange[] | undefined {
    if (this.#all.size === 0) return undefined;
    const kinds = [...this.#all].filter(({ event }) => event.relatesTo === target).map(({ kind }) => kind);
    return kinds.length === 0 ? undefined : [...new Set(kinds)];
  }

  where(isIt: (supposition: Supposition) => boolean): readonly Supposition[] {
    return [...this.#all].filter(isIt);
  }

  clear(): void {
    this.#all.clear();
  }
}
