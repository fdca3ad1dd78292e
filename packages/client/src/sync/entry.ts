/** An event of the log, read. */
import { type Sequence, type StreamId, streamOwner } from '@sotto/model';
import { decodeMessage } from '@sotto/protocol';
import { type Content, ContentSchema, type Event, type EventKind, type Role } from '@sotto/schema';
import { toHex } from '../hex.ts';

/** A wire event and what is in it, kept until the names are known. */
export interface LogEntry {
  wire: Event;
  stream: StreamId;
  sequence: Sequence;
  kind: EventKind;
  sender: number;
  timeMs: number;
  content: Content['content'];
  clientMessageId: string;
  /** The message that it is about, or answers; 0: none. */
  relatesTo: number;
  /** The first message of its thread; 0: none. */
  thread: number;
  /** The sender's, in the room, then. */
  role: Role;
  countsUnread: boolean;
}

const NO_CONTENT: Content['content'] = { case: undefined };

/**
 * The digest is not checked: it comes from the same server over the same authenticated channel as the content, so
 * today it proves nothing here, and a hash for each event is not free. Sealed rooms, whose digests members sign, will.
 */
export function toEntry(event: Event): LogEntry {
  return {
    wire: event,
    stream: event.stream as StreamId,
    sequence: event.sequence as Sequence,
    kind: event.kind,
    sender: event.sender,
    timeMs: event.timeMs,
    content: contentOf(event.content),
    clientMessageId: toHex(event.clientMessageId),
    relatesTo: event.relatesTo,
    thread: event.thread,
    role: event.role,
    countsUnread: event.countsUnread,
  };
}

/** Users whose names the entry needs. */
export function usersIn({ sender, content }: LogEntry): number[] {
  switch (content.case) {
    case 'member':
      return [sender, content.value.user];
    case 'invitation':
      return [sender, content.value.by, ...(content.value.room?.directUsers ?? [])];
    case 'room':
      return [sender, ...content.value.directUsers];
    default:
      return [sender];
  }
}

export const isRoomStream = (stream: StreamId): boolean => streamOwner(stream)?.kind === 'room';

function contentOf(bytes: Uint8Array): Content['content'] {
  if (bytes.length === 0) return NO_CONTENT;
  try {
    return decodeMessage(ContentSchema, bytes, 'content').content;
  } catch {
    return NO_CONTENT;
  }
}
