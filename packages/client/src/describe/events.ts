/** An event of the log as callers see it. */
import { type OfferedFile, type Sequence, toTimelineEvent } from '@sotto/model';
import { EventKind, type MemberChange } from '@sotto/schema';
import type { LogEntry } from '../sync/entry.ts';
import type { ClientEvent, Message, Person, Room } from '../types.ts';
import { toFileInfo } from './files.ts';
import { type Me, mentionsMe } from './me.ts';
import { toChanges, toInvitation, toRoom } from './rooms.ts';
import { toProfile, toSetting } from './settings.ts';
import { toDate, toDateOrNothing, toRole, toSequenceOrNothing } from './values.ts';

export interface Describing {
  me: Me | undefined;
  named(user: number): Person;
}

export function toMessage(entry: LogEntry, room: Room, { me, named }: Describing): Message {
  const { sequence, sender, content } = entry;
  const role = toRole(entry.role);
  const offered = offerIn(entry);
  const text = content.case === 'file' ? offered?.text : textOf(content);
  return {
    room,
    sequence,
    sender: named(sender),
    role,
    sentAt: toDate(entry.timeMs),
    text,
    file: offered && toFileInfo(offered.file, undefined),
    mine: sender === me?.number,
    replyTo: toSequenceOrNothing(entry.relatesTo),
    thread: toSequenceOrNothing(entry.thread),
    mentionsMe: mentionsMe({ text, sender, role }, room.kind, me),
    clientMessageId: entry.clientMessageId,
  };
}

/** Undefined where there is none, or what is there is no offer [OFFER-3]. */
function offerIn({ wire, content }: LogEntry): { file: OfferedFile; text: string } | undefined {
  const read = content.case === 'file' ? toTimelineEvent(wire).content : undefined;
  return read?.kind === 'file' ? read : undefined;
}

/** What is said: by a text, or about a file. */
export function textOf(content: LogEntry['content']): string | undefined {
  if (content.case === 'file') return content.value.text;
  return content.case === 'plain' ? content.value : undefined;
}

/** undefined for events that say nothing to callers, those of kinds this build does not know among them. */
export function toClientEvent(entry: LogEntry, room: Room, describing: Describing): ClientEvent | undefined {
  const { sequence, content, sender } = entry;
  const by = describing.named(sender);
  const deed = { room, sequence, by, at: toDate(entry.timeMs) };
  const about = { ...deed, target: entry.relatesTo as Sequence };
  switch (entry.kind) {
    case EventKind.MESSAGE:
      return { kind: 'message', message: toMessage(entry, room, describing) };
    case EventKind.MESSAGE_EDITED: {
      const text = content.case === 'plain' ? content.value : undefined;
      const said = { text, sender, role: toRole(entry.role) };
      return {
        kind: 'messageEdited',
        ...about,
        text,
        mentionsMe: mentionsMe(said, room.kind, describing.me),
      };
    }
    case EventKind.MESSAGE_DELETED:
      return { kind: 'messageDeleted', ...about };
    case EventKind.MESSAGE_PINNED:
      return { kind: 'messagePinned', ...about };
    case EventKind.MESSAGE_UNPINNED:
      return { kind: 'messageUnpinned', ...about };
    case EventKind.FILE_ACCEPTED:
      return { kind: 'fileAnswered', ...about, answer: 'accepted' };
    case EventKind.FILE_DECLINED:
      return { kind: 'fileAnswered', ...about, answer: 'declined' };
    case EventKind.REACTION_ADDED:
    case EventKind.REACTION_REMOVED: {
      const kind = entry.kind === EventKind.REACTION_ADDED ? 'reactionAdded' : 'reactionRemoved';
      return content.case === 'reaction' ? { kind, ...about, emoji: content.value } : undefined;
    }
    case EventKind.ROOM_CREATED:
      return { kind: 'roomCreated', room, sequence, by };
    case EventKind.ROOM_CHANGED:
      if (content.case !== 'settings') return undefined;
      return { kind: 'roomChanged', ...deed, changes: toChanges(content.value) };
    default:
      return content.case === 'member' ? aboutMember(entry.kind, content.value, deed, describing) : undefined;
  }
}

function aboutMember(
  kind: EventKind,
  { user, role, reason, untilMs }: MemberChange,
  deed: { room: Room; sequence: Sequence; by: Person; at: Date },
  { named }: Describing,
): ClientEvent | undefined {
  const { room, sequence } = deed;
  const member = named(user);
  const told = { ...deed, member, reason };
  const until = toDateOrNothing(untilMs);
  switch (kind) {
    case EventKind.MEMBER_JOINED:
      return { kind: 'memberJoined', room, sequence, member };
    case EventKind.MEMBER_LEFT:
      return { kind: 'memberLeft', room, sequence, member };
    case EventKind.MEMBER_ROLE_CHANGED:
      return { kind: 'memberRoleChanged', ...deed, member, role: toRole(role) };
    case EventKind.MEMBER_KICKED:
      return { kind: 'memberKicked', ...told };
    case EventKind.MEMBER_BANNED:
      return { kind: 'memberBanned', ...told, until };
    case EventKind.MEMBER_UNBANNED:
      return { kind: 'memberUnbanned', ...told };
    case EventKind.MEMBER_MUTED:
      return { kind: 'memberMuted', ...told, until };
    case EventKind.MEMBER_UNMUTED:
      return { kind: 'memberUnmuted', ...told };
    default:
      return undefined;
  }
}

/** What the inbox tells callers; which rooms one is in is told otherwise [SYNC-5]. */
export function toInboxEvent(
  { kind, content }: LogEntry,
  { me, named }: Describing,
): ClientEvent | undefined {
  const own = me?.number ?? 0;
  switch (kind) {
    case EventKind.ROOM_INVITED: {
      const invitation = content.case === 'invitation' ? toInvitation(content.value, own, named) : undefined;
      return invitation && { kind: 'invited', invitation };
    }
    case EventKind.INVITATION_SETTLED:
      if (content.case !== 'room') return undefined;
      return { kind: 'invitationSettled', room: toRoom(content.value, own, named) };
    case EventKind.SETTING_CHANGED: {
      const setting = content.case === 'setting' ? toSetting(content.value) : undefined;
      return setting && { kind: 'settingChanged', setting };
    }
    case EventKind.PROFILE_CHANGED: {
      if (content.case !== 'profile') return undefined;
      const profile = toProfile(content.value);
      return { kind: 'profileChanged', profile: { ...profile, user: me?.number ?? profile.user } };
    }
    default:
      return undefined;
  }
}
