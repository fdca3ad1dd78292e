/** Events as the fold takes them: decoded, and without what it does not need. */
import { fromBinary } from '@bufbuild/protobuf';
import { ContentSchema, type Event, EventKind, type FileOffer, Role } from '@sotto/schema';
import { type OfferedFile, readReceivedOffer } from '../files/offer.ts';
import type { Standing } from '../permissions.ts';

export type TimelineEventKind =
  | 'message'
  | 'edited'
  | 'deleted'
  | 'reactionAdded'
  | 'reactionRemoved'
  | 'pinned'
  | 'unpinned'
  | 'fileAccepted'
  | 'fileDeclined'
  /** Says nothing about messages. */
  | 'other';

export type EventContent =
  | { kind: 'text'; text: string }
  /** `text` is what is said about it, may be empty. */
  | { kind: 'file'; file: OfferedFile; text: string }
  | { kind: 'sealed' }
  /** It is gone: with the message that it is about, or with its sender's account. */
  | { kind: 'erased' }
  | { kind: 'emoji'; emoji: string }
  /** Nothing that this build can read. */
  | { kind: 'none' };

export interface TimelineEvent {
  sequence: number;
  kind: TimelineEventKind;
  sender: number;
  /** What the sender was in the room then. */
  role: Standing;
  timeMs: number;
  /** The message it is about, or that it answers; 0 for none. */
  relatesTo: number;
  /** The first message of the thread that it, or the message it is about, belongs to; 0 for none. */
  thread: number;
  content: EventContent;
  clientMessageId: Uint8Array;
}

const KINDS: Readonly<Partial<Record<EventKind, TimelineEventKind>>> = {
  [EventKind.MESSAGE]: 'message',
  [EventKind.MESSAGE_EDITED]: 'edited',
  [EventKind.MESSAGE_DELETED]: 'deleted',
  [EventKind.REACTION_ADDED]: 'reactionAdded',
  [EventKind.REACTION_REMOVED]: 'reactionRemoved',
  [EventKind.MESSAGE_PINNED]: 'pinned',
  [EventKind.MESSAGE_UNPINNED]: 'unpinned',
  [EventKind.FILE_ACCEPTED]: 'fileAccepted',
  [EventKind.FILE_DECLINED]: 'fileDeclined',
};

const STANDINGS: Readonly<Partial<Record<Role, Standing>>> = {
  [Role.OWNER]: 'owner',
  [Role.ADMIN]: 'admin',
  [Role.MODERATOR]: 'moderator',
  [Role.MEMBER]: 'member',
  [Role.GUEST]: 'guest',
};

/** 'none' for a role that is not given, or not known to this build: it may nothing. */
const toStanding = (role: Role): Standing => STANDINGS[role] ?? 'none';

/** Never throws, whatever the bytes of the content are. */
export function toTimelineEvent(event: Event): TimelineEvent {
  const { sequence, sender, timeMs, relatesTo, thread, clientMessageId } = event;
  const kind = KINDS[event.kind] ?? 'other';
  return {
    sequence,
    kind,
    sender,
    role: toStanding(event.role),
    timeMs,
    relatesTo,
    thread,
    content: kind === 'other' ? { kind: 'none' } : readContent(event.content),
    clientMessageId,
  };
}

export function readContent(bytes: Uint8Array): EventContent {
  if (bytes.length === 0) return { kind: 'erased' };
  try {
    const { content } = fromBinary(ContentSchema, bytes);
    if (content.case === 'plain') return { kind: 'text', text: content.value };
    if (content.case === 'reaction') return { kind: 'emoji', emoji: content.value };
    if (content.case === 'file') return readFile(content.value);
    return { kind: content.case === 'sealed' ? 'sealed' : 'none' };
  } catch {
    return { kind: 'none' };
  }
}

function readFile(offer: FileOffer): EventContent {
  const reading = readReceivedOffer(offer);
  if (reading.kind === 'invalid') return { kind: 'none' };
  return { kind: 'file', file: reading.file, text: reading.text };
}

/** Without a file: what a message says, or an edit, which says something else about a file and never offers another one. */
export type SaidContent = Exclude<EventContent, { kind: 'file' }>;

export const toSaid = (content: EventContent): SaidContent =>
  content.kind === 'file' ? { kind: 'text', text: content.text } : content;
