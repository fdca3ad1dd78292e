/** An event of the log as callers see it. */
import { type Sequence, type StreamId, streamOwner } from '@sotto/model';
import { decodeMessage } from '@sotto/protocol';
import { type Content, ContentSchema, type Event, EventKind } from '@sotto/schema';
import { toHex } from '../hex.ts';
import type { ClientEvent, Person, Room } from '../types.ts';

/** What is kept of a wire event until the names in it are known. */
export interface LogEntry {
  stream: StreamId;
  sequence: Sequence;
  kind: EventKind;
  sender: number;
  timeMs: number;
  content: Content['content'];
  clientMessageId: string;
}

const NO_CONTENT: Content['content'] = { case: undefined };

/**
 * The digest is not checked: it comes from the same server over the same authenticated channel as the content, so
 * today it proves nothing here, and a hash for each event is not free. Sealed rooms, whose digests members sign, will.
 */
export function toEntry(event: Event): LogEntry {
  return {
    stream: event.stream as StreamId,
    sequence: event.sequence as Sequence,
    kind: event.kind,
    sender: event.sender,
    timeMs: event.timeMs,
    content: contentOf(event.content),
    clientMessageId: toHex(event.clientMessageId),
  };
}

/** Users whose names the entry needs. */
export function usersIn({ sender, content }: LogEntry): number[] {
  return content.case === 'member' ? [sender, content.value.user] : [sender];
}

/** undefined for events that say nothing to callers, those of kinds this build does not know among them. */
export function toClientEvent(
  entry: LogEntry,
  room: Room,
  me: number | undefined,
  named: (user: number) => Person,
): ClientEvent | undefined {
  const { sequence, content, sender } = entry;
  switch (entry.kind) {
    case EventKind.MESSAGE:
      return {
        kind: 'message',
        message: {
          room,
          sequence,
          sender: named(sender),
          sentAt: new Date(entry.timeMs),
          text: content.case === 'plain' ? content.value : undefined,
          mine: sender === me,
          clientMessageId: entry.clientMessageId,
        },
      };
    case EventKind.ROOM_CREATED:
      return { kind: 'roomCreated', room, sequence, by: named(sender) };
    case EventKind.MEMBER_JOINED:
    case EventKind.MEMBER_LEFT: {
      if (content.case !== 'member') return undefined;
      const kind = entry.kind === EventKind.MEMBER_JOINED ? 'memberJoined' : 'memberLeft';
      return { kind, room, sequence, member: named(content.value.user) };
    }
    default:
      return undefined;
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
