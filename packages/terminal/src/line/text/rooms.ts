/** Rooms and who is in them, as lines for people. */
import type {
  ListedRoom,
  RoomChanges,
  RoomDetails,
  RoomInvite,
  RoomMember,
  RoomSettings,
  Sanction,
} from '@sotto/client';
import { sanitizeLine } from '../../sanitize.ts';
import type { RoomsReply } from '../reply.ts';
import { personRow } from './account.ts';
import {
  count,
  MORE,
  personLabel,
  reasonText,
  recipientLabel,
  roomLabel,
  roomNameLabel,
  short,
  spanText,
  table,
  timeLabel,
} from './words.ts';

const YEAR_MAX = 10_000;

export function roomsReplyLines(reply: RoomsReply): readonly string[] {
  switch (reply.kind) {
    case 'joined':
    case 'created':
      return enteredLines(reply);
    // The event `roomExited` says it, which comes when another device left as well.
    case 'left':
      return [];
    case 'added':
      return [`* Added ${recipientLabel(reply.user)} to ${roomNameLabel(reply.room)}.`];
    case 'rooms':
      return table(reply.rooms.map(roomRow));
    case 'room':
      return detailLines(reply.details);
    case 'topic':
      return [topicText(reply)];
    case 'members':
      return reply.members.length === 0 ? [EVERYBODY] : table(reply.members.map(memberRow));
    case 'invite':
      return inviteLines(reply.invite, reply.code);
    case 'invites':
      return invitesLines(reply);
    case 'invitations':
      return invitationLines(reply);
    case 'sanctions':
      return sanctionLines(reply);
    case 'audit':
      return auditLines(reply);
  }
}

/** Only of the lobby nobody is listed. */
const EVERYBODY = '* Everybody is in the lobby; /who lists them.';

function enteredLines({
  room,
  topic,
}: Extract<RoomsReply, { kind: 'joined' | 'created' }>): readonly string[] {
  const entered = `* You are in ${roomLabel(room)} now, number ${room.number}.`;
  return topic === '' ? [entered] : [entered, `* Topic: ${sanitizeLine(topic)}`];
}

const topicText = ({ room, topic }: Extract<RoomsReply, { kind: 'topic' }>): string =>
  topic === ''
    ? `* ${roomLabel(room)} has no topic.`
    : `* Topic of ${roomLabel(room)}: ${sanitizeLine(topic)}`;

function roomRow(room: ListedRoom): readonly string[] {
  return [
    `${room.number}`,
    roomLabel(room),
    room.kind,
    count(room.members, 'member'),
    `${room.joined ? 'joined' : ''}${room.archived ? ' archived' : ''}`.trim(),
    short(room.topic),
  ];
}

function memberRow(member: RoomMember): readonly string[] {
  const muted = member.mutedUntil === undefined ? '' : `, muted${mutedText(member.mutedUntil)}`;
  return [...personRow(member), `${member.role}${muted}`];
}

/** A mute without an end has one that nobody lives to see. */
const mutedText = (until: Date): string =>
  until.getFullYear() < YEAR_MAX ? ` until ${timeLabel(until)}` : '';

function detailLines({
  room,
  settings,
  members,
  createdAt,
  role,
  mutedUntil,
}: RoomDetails): readonly string[] {
  return table([
    ['room', `${roomLabel(room)}, number ${room.number}, ${room.kind}`],
    ['topic', settings.topic === '' ? 'none' : sanitizeLine(settings.topic)],
    ['members', `${members}`],
    ['made', timeLabel(createdAt)],
    ['you', `${role ?? 'not a member'}${mutedUntil === undefined ? '' : `, muted${mutedText(mutedUntil)}`}`],
    ['slow mode', slowText(settings.slowModeSeconds)],
    ['retention', retentionText(settings.retentionDays)],
    ['history', historyText(settings.history)],
    ['archived', settings.archived ? 'yes' : 'no'],
    ...(room.kind === 'direct' ? [] : assistantRows(settings)),
  ]);
}

const slowText = (seconds: number): string => (seconds === 0 ? 'off' : spanText(seconds));
const retentionText = (days: number): string => (days === 0 ? 'for ever' : count(days, 'day'));
const historyText = (access: 'all' | 'sinceJoined'): string =>
  access === 'all' ? 'members see everything' : 'members see what came after they joined';

function assistantRows({ assistants, assistantInstructions: told }: RoomSettings): readonly string[][] {
  const row = ['assistants', assistantsText(assistants)];
  return told === '' ? [row] : [row, ['told', oneLine(told)]];
}

function assistantsText(access: RoomSettings['assistants']): string {
  switch (access) {
    case 'allowed':
      return 'answer knowing what was said';
    case 'noHistory':
      return 'answer knowing the question alone';
    case 'forbidden':
      return 'do not answer';
  }
}

const oneLine = (text: string): string => sanitizeLine(text.replace(/\s*\n\s*/gu, ' '));

/** What changed, in words. */
export function settingsText(changes: RoomChanges): string {
  const { name, topic, kind, slowModeSeconds, retentionDays, archived, history } = changes;
  const { assistants, assistantInstructions: told } = changes;
  const parts = [
    ...(name === undefined ? [] : [`name #${sanitizeLine(name)}`]),
    ...(kind === undefined ? [] : [kind]),
    ...(slowModeSeconds === undefined ? [] : [`slow mode ${slowText(slowModeSeconds)}`]),
    ...(retentionDays === undefined ? [] : [`messages are kept ${retentionText(retentionDays)}`]),
    ...(history === undefined ? [] : [historyText(history)]),
    ...(archived === undefined ? [] : [archived ? 'archived' : 'not archived any more']),
    ...(assistants === undefined ? [] : [`assistants ${assistantsText(assistants)}`]),
    ...(told === undefined
      ? []
      : [told === '' ? 'assistants are told nothing' : `assistants are told: ${oneLine(told)}`]),
    ...(topic === undefined ? [] : [topic === '' ? 'no topic' : `topic ${sanitizeLine(topic)}`]),
  ];
  return parts.join(', ');
}

const usesText = ({ usesLeft }: RoomInvite): string =>
  usesLeft === undefined ? 'as often as wanted' : count(usesLeft, 'time');

function inviteLines(invite: RoomInvite, code: string): readonly string[] {
  return [
    `* Whoever has this code may enter ${roomLabel(invite.room)} as ${invite.role}, ${usesText(invite)}, until ${timeLabel(invite.expiresAt)}:`,
    `* /join ${sanitizeLine(code)}`,
    `* It is shown once. /uninvite ${roomLabel(invite.room)} ${invite.id} takes it back.`,
  ];
}

function invitesLines({ room, invites }: Extract<RoomsReply, { kind: 'invites' }>): readonly string[] {
  if (invites.length === 0) return [`* There are no invite links to ${roomNameLabel(room)}.`];
  return table(
    invites.map((invite) => [
      `${invite.id}`,
      invite.role,
      usesText(invite),
      `until ${timeLabel(invite.expiresAt)}`,
      `by ${personLabel(invite.by)}`,
    ]),
  );
}

function invitationLines({ invitations }: Extract<RoomsReply, { kind: 'invitations' }>): readonly string[] {
  if (invitations.length === 0) return ['* Nobody asked you into a room.'];
  return table(
    invitations.map(({ room, by, at }) => [roomLabel(room), `by ${personLabel(by)}`, timeLabel(at)]),
  );
}

function sanctionLines({ room, sanctions }: Extract<RoomsReply, { kind: 'sanctions' }>): readonly string[] {
  if (sanctions.length === 0) return [`* Nobody is banned or muted in ${roomNameLabel(room)}.`];
  const what = ({ banned, muted }: Sanction) =>
    [...(banned ? ['banned'] : []), ...(muted ? ['muted'] : [])].join(', ');
  return table(
    sanctions.map((sanction) => [
      `@${personLabel(sanction.person)}`,
      what(sanction),
      sanction.until === undefined ? 'for ever' : `until ${timeLabel(sanction.until)}`,
      `by ${personLabel(sanction.by)}${reasonText(sanction.reason)}`,
    ]),
  );
}

function auditLines({ entries, more }: Extract<RoomsReply, { kind: 'audit' }>): readonly string[] {
  if (entries.length === 0) return ['* Nothing is on record.'];
  const rows = entries.map(({ at, actor, action, target, room, detail }) => [
    timeLabel(at),
    personLabel(actor),
    short(action),
    target === undefined ? '' : personLabel(target),
    room === undefined ? '' : `#${room}`,
    sanitizeLine(detail),
  ]);
  return [...table(rows), ...(more ? [MORE] : [])];
}
