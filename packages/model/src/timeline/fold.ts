/** What has become of one message: a state, and the lawful events about it that the state does not know yet [VIEW-1]. */
import type { OfferedFile } from '../files/offer.ts';
import type { RoomKind } from '../permissions.ts';
import { type EventContent, type SaidContent, type TimelineEvent, toSaid } from './event.ts';
import { ReactionTally } from './reactions.ts';
import { isLawful } from './rights.ts';
import type { FileAnswer, LastEdit, Reactions, TargetState } from './state.ts';

export interface Reader {
  kind: RoomKind;
  /** The number of the user who reads. */
  me: number;
}

/** Of a deleted message there is nothing else [VIEW-4]. */
export interface Folded {
  content: SaidContent;
  deleted: { by: number; at: number } | undefined;
  edit: LastEdit | undefined;
  edits: number;
  pinned: boolean;
  /** That the message offers; no edit changes it. */
  file: OfferedFile | undefined;
  /** The first answer that was given. */
  fileAnswer: FileAnswer | undefined;
  reactions: readonly Reactions[];
}

/** `about` ascends; what is about something else, or is in `state` already, does no harm in it. */
export function foldMessage(
  message: TimelineEvent,
  state: TargetState | undefined,
  about: readonly TimelineEvent[],
  { kind, me }: Reader,
): Folded {
  let { edit, edits, deleted, pinned, fileAnswer } = state ?? NOTHING_YET;
  const reactions = new ReactionTally(me, state);
  const from = Math.max(state?.asOf ?? 0, message.sequence);
  for (const event of about) {
    if (deleted !== undefined) break;
    if (event.sequence <= from || event.relatesTo !== message.sequence) continue;
    if (!isLawful(kind, event, message)) continue;
    switch (event.kind) {
      case 'edited':
        edits++;
        edit = { sequence: event.sequence, timeMs: event.timeMs, content: toSaid(event.content) };
        break;
      case 'deleted':
        deleted = { by: event.sender, at: event.timeMs };
        break;
      case 'pinned':
      case 'unpinned':
        pinned = event.kind === 'pinned';
        break;
      case 'fileAccepted':
      case 'fileDeclined':
        fileAnswer ??= event.kind === 'fileAccepted' ? 'accepted' : 'declined';
        break;
      default:
        reactions.apply(event);
    }
  }
  if (deleted !== undefined) return { ...NOTHING_YET, content: { kind: 'erased' }, deleted };
  const { content } = message;
  return {
    content: shown(content, edit),
    deleted,
    edit,
    edits,
    pinned,
    file: content.kind === 'file' ? content.file : undefined,
    fileAnswer,
    reactions: reactions.counts(),
  };
}

const NOTHING_YET = {
  edit: undefined as LastEdit | undefined,
  edits: 0,
  deleted: undefined as { by: number; at: number } | undefined,
  pinned: false,
  file: undefined,
  fileAnswer: undefined as FileAnswer | undefined,
  reactions: [],
};

/** Of a message that is erased without a word in the log, with its author's account, edits show nothing either. */
const shown = (content: EventContent, edit: LastEdit | undefined): SaidContent =>
  content.kind === 'erased' ? content : (edit?.content ?? toSaid(content));
