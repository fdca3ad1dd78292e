/** How many answers the thread of a message has [VIEW-6]. */
import type { TimelineEvent } from './event.ts';
import type { Reader } from './fold.ts';
import { isLawful } from './rights.ts';
import type { TargetState } from './state.ts';

export interface Replies {
  replies: number;
  lastReply: { sequence: number; timeMs: number } | undefined;
}

/** What a timeline holds of one thread. */
export interface Thread {
  root: TimelineEvent;
  state: TargetState | undefined;
  /** Messages and deletions with the root in their `thread`, ascending. */
  events: readonly TimelineEvent[];
  message(sequence: number): TimelineEvent | undefined;
  stateOf(sequence: number): TargetState | undefined;
  isDeleted(sequence: number): boolean;
}

/**
 * Those of the state, and those written since that are still there, without those of the state that were deleted since.
 * A reader need not have the deleted message: then the server's word in the deletion's `thread` is taken.
 */
export function countReplies(thread: Thread, reader: Reader): Replies {
  const { root, state, events } = thread;
  if (root.thread !== 0) return { replies: 0, lastReply: undefined };
  let { replies, lastReply }: Replies = state ?? { replies: 0, lastReply: undefined };
  const from = Math.max(state?.asOf ?? 0, root.sequence);
  const gone = new Set<number>();
  for (const event of events) {
    if (event.sequence <= from) continue;
    if (event.kind === 'message') {
      if (!thread.isDeleted(event.sequence)) replies++;
      lastReply = { sequence: event.sequence, timeMs: event.timeMs };
    } else if (
      event.relatesTo <= from &&
      event.relatesTo > root.sequence &&
      tookAway(thread, event, reader)
    ) {
      gone.add(event.relatesTo);
    }
  }
  return { replies: Math.max(0, replies - gone.size), lastReply };
}

/** Whether it is this deletion that took an answer away, as far as one can tell. */
function tookAway(thread: Thread, event: TimelineEvent, { kind }: Reader): boolean {
  const message = thread.message(event.relatesTo);
  if (message === undefined) return true;
  if (message.kind !== 'message' || message.thread !== thread.root.sequence) return false;
  const state = thread.stateOf(event.relatesTo);
  const wasThere = state === undefined || (state.deleted === undefined) === event.sequence > state.asOf;
  return wasThere && isLawful(kind, event, message);
}
