/** Replies as lines for people. */
import type { ConnectionStatus, ListedRoom, PathStay, PersonPresence, StatusReport } from '@sotto/client';
import { SLASH_COMMANDS, slashUsage } from './parse-slash.ts';
import type { Member, Reply } from './reply.ts';
import { isDurable, outcomeLines, timedLines, waitingText } from './text-events.ts';
import { pathRows } from './text-paths.ts';
import { TimeLines } from './time-lines.ts';
import {
  momentLabel,
  pathText,
  personLabel,
  recipientLabel,
  roomLabel,
  roomNameLabel,
  table,
  timeLabel,
} from './words.ts';

export function replyLines(reply: Reply): readonly string[] {
  switch (reply.kind) {
    // The message's own line says it, and the event `roomExited`, which comes when another device left as well.
    case 'sent':
    case 'left':
      return [];
    case 'sentDirect':
      return outcomeLines(reply.sent);
    case 'joined':
    case 'created':
      return [`* You are in ${roomLabel(reply.room)} now, number ${reply.room.number}.`];
    case 'added':
      return [`* Added ${recipientLabel(reply.user)} to ${roomNameLabel(reply.room)}.`];
    case 'rooms':
      return roomLines(reply.rooms);
    case 'members':
      return table(reply.members.map(memberRow));
    case 'people':
      return table(reply.people.map(personRow));
    case 'history':
      return historyLines(reply);
    case 'strict':
      return [strictText(reply.on)];
    case 'status':
      return statusLines(reply.report);
    case 'statusOffline':
      return table([
        ...connectionRows(reply.connection, reply.paths),
        ['waiting', waitingText(reply.outbox)],
        ...pathRows(reply.paths, Date.now()),
      ]);
    case 'help':
      return HELP;
  }
}

function roomLines(rooms: readonly ListedRoom[]): readonly string[] {
  const row = (room: ListedRoom) => [
    `${room.number}`,
    roomLabel(room),
    room.kind,
    room.members === 1 ? '1 member' : `${room.members} members`,
    room.joined ? 'joined' : '',
  ];
  return table(rooms.map(row));
}

function personRow(person: PersonPresence): readonly string[] {
  const lastSeen = person.lastSeen === undefined ? 'offline' : `last seen ${timeLabel(person.lastSeen)}`;
  return [`${person.number}`, personLabel(person), person.online ? 'online' : lastSeen, person.uuid];
}

function memberRow(member: Member): readonly string[] {
  return [...personRow(member), member.role];
}

function historyLines({ room, events }: Extract<Reply, { kind: 'history' }>): readonly string[] {
  const times = new TimeLines(0);
  const lines = events.filter(isDurable).flatMap((event) => timedLines(event, times));
  return lines.length === 0
    ? [`* Nothing was said in ${roomLabel(room)} yet.`]
    : [`* History of ${roomLabel(room)}:`, ...lines, '* End of history.'];
}

const strictText = (on: boolean): string =>
  on
    ? '* Strict: a message to somebody who is offline is refused.'
    : '* Not strict: a message to somebody who is offline is kept for them.';

/** Aligned, one fact a line; `sotto status` prints the same. */
export function statusLines(report: StatusReport): readonly string[] {
  return table([
    ...connectionRows(report.connection, report.paths),
    ['round trip', report.roundTripMs < 1 ? 'below 1 ms' : `${report.roundTripMs.toFixed(1)} ms`],
    ...(report.path === undefined ? [] : [['path', pathText(report.path)]]),
    ['fingerprint', report.fingerprint],
    [
      'user',
      `${personLabel(report.user)}, number ${report.user.number}${report.user.owner ? ', owner' : ''}`,
    ],
    ['uuid', report.user.uuid],
    ['session', report.sessionId],
    ['device', `${report.device}, generation ${report.generation}`],
    ['connected', timeLabel(report.connectedAt)],
    ['waiting', `${report.outbox}`],
    ...report.rooms.map(({ room, cursor, head, live }) => [
      `room ${room.number}`,
      `${roomLabel(room)}, ${cursor} of ${head} events${live ? ', live' : ', catching up'}`,
    ]),
    ...pathRows(report.paths, Date.now()),
  ]);
}

function connectionRows(
  status: ConnectionStatus,
  paths: readonly PathStay[],
): readonly (readonly string[])[] {
  switch (status.kind) {
    case 'online':
      return [
        [
          'connection',
          `online over ${status.transport}${sinceText(paths)}${status.resumed ? ', resumed' : ''}`,
        ],
      ];
    case 'connecting':
      return [['connection', `connecting, attempt ${status.attempt}`]];
    case 'offline':
      return [['connection', `offline, next attempt in ${secondsUntil(status.retryAt)} s`]];
    case 'stopped':
      return [['connection', 'stopped']];
  }
}

function sinceText(paths: readonly PathStay[]): string {
  const used = paths.at(-1);
  return used === undefined || used.until !== undefined ? '' : ` since ${momentLabel(used.since)}`;
}

const secondsUntil = (at: Date): number => Math.max(0, Math.ceil((at.getTime() - Date.now()) / 1_000));

const HELP: readonly string[] = table([
  ['0: text', 'Send to everyone; a blank follows the colon'],
  ['2: text', 'Send to user 2; a name or UUID will do as well'],
  ['1,bob: text', 'Send to several people'],
  ['#room: text', 'Send to a room, by name or number'],
  ['text', 'Send to where the last one went (in a terminal)'],
  ...Object.entries(SLASH_COMMANDS).map(([name, slash]) => [slashUsage(name, slash), slash.summary]),
]);
