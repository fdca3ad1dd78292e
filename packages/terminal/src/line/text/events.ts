/** What happens in rooms as lines for people: `* ` is before what the program says itself. */
import type { ClientEvent, Room } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import { sanitizeLines } from '../../sanitize.ts';
import type { Surroundings } from '../reply.ts';
import { fileNameLabel } from './files.ts';
import { headed, messageLines, quotedText } from './messages.ts';
import { settingsText } from './rooms.ts';
import { messageLabel, personLabel, reasonText, roleText, roomLabel, timeLabel } from './words.ts';

/** What a room's log holds. */
export type LogEvent = Extract<ClientEvent, { sequence: unknown } | { kind: 'message' }>;

export function isOfLog(event: ClientEvent): event is LogEvent {
  return event.kind === 'message' || 'sequence' in event;
}

export function logLines(event: LogEvent, around: Surroundings): readonly string[] {
  switch (event.kind) {
    case 'message':
      return messageLines(event.message, around);
    case 'messageEdited':
    case 'messageDeleted':
    case 'messagePinned':
    case 'messageUnpinned':
    case 'reactionAdded':
    case 'reactionRemoved':
    case 'fileAnswered':
      return changeLines(event, around);
    default:
      // The rows that set up a conversation of two say nothing to either.
      return event.room.kind === 'direct' ? [] : [roomText(event)];
  }
}

type Change = Extract<LogEvent, { target: unknown }>;

function changeLines(event: Change, around: Surroundings): readonly string[] {
  const { by, room, target } = event;
  const who = `* ${personLabel(by)}`;
  const message = messageLabel(room, target);
  const quoted = quotedText(room, target, around);
  const about = quoted === undefined ? '.' : ` (${quoted})`;
  switch (event.kind) {
    case 'messageEdited': {
      const hidden = event.text === undefined || around.isBlocked(by.number);
      const toYou = event.mentionsMe && !hidden ? ' to you' : '';
      return hidden
        ? [`${who} edited ${message}.`]
        : headed(`${who} edited ${message}${toYou}:`, sanitizeLines(event.text ?? ''));
    }
    case 'messageDeleted':
      return [`${who} deleted ${message}.`];
    case 'messagePinned':
      return [`${who} pinned ${message}${about}`];
    case 'messageUnpinned':
      return [`${who} took ${message} off the pinned ones.`];
    case 'reactionAdded':
      return [`${who} reacted ${sanitizeLines(event.emoji).join(' ')} to ${message}${about}`];
    case 'fileAnswered':
      return [`${who} ${event.answer} ${fileWords(room, target, around)} (${message}).`];
    case 'reactionRemoved':
      return [`${who} took back ${sanitizeLines(event.emoji).join(' ')} from ${message}.`];
  }
}

/** Its name, where the message was seen. */
function fileWords(room: Room, target: Sequence, around: Surroundings): string {
  const name = around.find(room, target)?.file?.name;
  return name === undefined ? 'the file' : fileNameLabel(name);
}

type RoomEvent = Exclude<LogEvent, Change | { kind: 'message' }>;

function roomText(event: RoomEvent): string {
  const room = roomLabel(event.room);
  switch (event.kind) {
    case 'memberJoined':
      return `* ${personLabel(event.member)} joined ${room}.`;
    case 'memberLeft':
      return `* ${personLabel(event.member)} left ${room}.`;
    case 'roomCreated':
      return `* ${personLabel(event.by)} made ${room}.`;
    case 'roomChanged':
      return `* ${personLabel(event.by)} changed ${room}: ${settingsText(event.changes)}`;
    case 'memberRoleChanged':
      return `* ${personLabel(event.by)} made ${personLabel(event.member)} ${roleText(event.role)} in ${room}.`;
    default:
      return sanctionText(event);
  }
}

type SanctionEvent = Extract<RoomEvent, { reason: unknown }>;

function sanctionText(event: SanctionEvent): string {
  const [room, by, member] = [roomLabel(event.room), personLabel(event.by), personLabel(event.member)];
  const reason = reasonText(event.reason);
  switch (event.kind) {
    case 'memberKicked':
      return `* ${by} kicked ${member} from ${room}${reason}`;
    case 'memberBanned':
      return `* ${by} banned ${member} from ${room}${untilText(event.until)}${reason}`;
    case 'memberUnbanned':
      return `* ${by} lets ${member} into ${room} again${reason}`;
    case 'memberMuted':
      return `* ${by} muted ${member} in ${room}${untilText(event.until)}${reason}`;
    case 'memberUnmuted':
      return `* ${by} lets ${member} write in ${room} again${reason}`;
  }
}

const untilText = (until: Date | undefined): string =>
  until === undefined ? '' : ` until ${timeLabel(until)}`;
