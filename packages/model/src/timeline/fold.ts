/** What has become of one message: a state, and the lawful events about it that the state does not know yet [VIEW-1]. */
import type { RoomKind } from '../permissions.ts';
import type { EventContent, TimelineEvent } from './event.ts';
import { ReactionTally } from './reactions.ts';
import { isLawful } from './rights.ts';
import type { LastEdit, Reactions, TargetState } from './state.ts';

export interface Reader {
  kind: RoomKind;
  /** The number of the user who reads. */
  me: number;
}

/** Of a deleted message there is nothing else [VIEW-4]. */
export interface Folded {
  content: EventContent;
  deleted: { by: number; at: number } | undefined;
  edit: LastEdit | undefined;
  edits: number;
  pinned: boolean;
  reactions: readonly Reactions[];
}

/** `about` ascends; what is about something else, or is in `state` already, does no harm in it. */
export function foldMessage(
  message: TimelineEvent,
  state: TargetState | undefined,
  about: readonly TimelineEvent[],
  { kind, me }: Reader,
): Folded {
  let { edit, edits, deleted, pinned } = state ?? NOTHING_YET;
  const reactions = new ReactionTally(me, state);
  const from = Math.max(state?.asOf ?? 0, message.sequence);
  for (const event of about) {
    if (deleted !== undefined) break;
    if (event.sequence <= from || event.relatesTo !== message.sequence) continue;
    if (!isLawful(kind, event, message.sender)) continue;
    switch (event.kind) {
      case 'edited':
        edits++;
        edit = { sequence: event.sequence, timeMs: event.timeMs, content: event.content };
        break;
      case 'deleted':
        deleted = { by: event.sender, at: event.timeMs };
        break;
      case 'pinned':
      case 'unpinned':
        pinned = event.kind === 'pinned';
        break;
      default:
        reactions.apply(event);
    }
  }
  if (deleted !== undefined) return { ...NOTHING_YET, content: { kind: 'erased' }, deleted };
  return { content: shown(message, edit), deleted, edit, edits, pinned, reactions: reactions.counts() };
}

const NOTHING_YET = {
  edit: undefined as LastEdit | undefined,
  edits: 0,
  deleted: undefined as { by: number; at: number } | undefined,
  pinned: false,
  reactions: [],
};

/** Of a message that is erased without a word in the log, with its author's account, edits show nothing either. */
const shown = (message: TimelineEvent, edit: LastEdit | undefined): EventContent =>
  message.content.kind === 'erased' ? message.content : (edit?.content ?? message.content);
