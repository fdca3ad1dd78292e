/** Replies as lines for people. */
import type { ConnectionStatus, FileUsage, PathStay } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import type { Deed, Reply, Surroundings } from '../reply.ts';
import { accountReplyLines } from './account.ts';
import { adminReplyLines } from './admin.ts';
import { assistantsReplyLines } from './assistants.ts';
import { outcomeLines, WAITS, waitingText } from './connection.ts';
import { fileNameLabel } from './files.ts';
import { helpLines } from './help.ts';
import { messagesReplyLines } from './pages.ts';
import { pathRows } from './paths.ts';
import { roomsReplyLines } from './rooms.ts';
import { linkLines, transferRows } from './transfers.ts';
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

export function replyLines(reply: Reply, around: Surroundings): readonly string[] {
  switch (reply.kind) {
    // The message's own line says it.
    case 'sent':
      return [];
    case 'sentDirect':
      return outcomeLines(reply.sent);
    case 'history':
    case 'context':
    case 'thread':
    case 'pins':
    case 'unreadMessages':
    case 'search':
    case 'mentions':
    case 'unreadRooms':
    case 'revisions':
    case 'reactions':
    case 'end':
      return messagesReplyLines(reply, around);
    case 'sendingFile':
      return reply.waits ? [WAITS] : [];
    case 'notSent':
      return [`* Not sent: ${fileNameLabel(reply.name)}.`];
    case 'transfers':
      return transferRows(reply.transfers);
    case 'fileLink':
      return linkLines(reply);
    case 'joined':
    case 'created':
    case 'left':
    case 'added':
    case 'rooms':
    case 'room':
    case 'topic':
    case 'members':
    case 'invite':
    case 'invites':
    case 'invitations':
    case 'sanctions':
    case 'audit':
      return roomsReplyLines(reply);
    case 'people':
    case 'blocked':
    case 'profile':
    case 'doNotDisturb':
    case 'notify':
    case 'devices':
    case 'security':
    case 'recoveryCodes':
    case 'tokens':
    case 'tokenCreated':
    case 'limited':
      return accountReplyLines(reply);
    case 'accounts':
    case 'account':
    case 'issuedCode':
    case 'registrationInvites':
    case 'serverRooms':
    case 'limits':
    case 'health':
      return adminReplyLines(reply);
    case 'assistants':
    case 'assistantCosts':
    case 'nothingSaid':
      return assistantsReplyLines(reply);
    case 'strict':
      return [strictText(reply.on)];
    case 'numbers':
      return [reply.on ? '* Each message has its number: [#room/12].' : '* Messages have no numbers.'];
    case 'status':
      return statusLines(reply);
    case 'statusOffline':
      return table([
        ...connectionRows(reply.connection, reply.paths),
        ['waiting', waitingText(reply.outbox)],
        ...pathRows(reply.paths, Date.now()),
      ]);
    case 'help':
      return helpLines(reply.command);
    case 'done':
      return deedLines(reply.did);
  }
}

/** Where the room's own event says it, nothing more is said. */
function deedLines(did: Deed): readonly string[] {
  switch (did.kind) {
    case 'edit':
    case 'delete':
    case 'pin':
    case 'unpin':
    case 'react':
    case 'set':
    case 'kick':
    case 'unban':
    case 'unmute':
    case 'ban':
    case 'mute':
    case 'role':
      return [];
    case 'declineFile':
    case 'stopAnswer':
      return [];
    case 'unreact':
      return did.emoji.length === 0 ? ['* You had not reacted.'] : [];
    case 'inviteMember':
      return [`* Asked ${recipientLabel(did.user)} into ${roomNameLabel(did.room)}.`];
    case 'revokeInvite':
      return [`* Invite link ${did.invite} of ${roomNameLabel(did.room)} works no more.`];
    case 'decline':
      return [`* Declined to enter ${roomNameLabel(did.room)}.`];
    default:
      return [`* ${accountDeedText(did)}`];
  }
}

type AccountDeed = Extract<
  Deed,
  | { kind: 'block' | 'unblock' | 'nameDevice' | 'revokeDevice' | 'password' | 'totpOff' | 'deleteAccount' }
  | { kind: 'revokeToken' | 'suspend' | 'restore' | 'administrator' }
  | { kind: 'endSessions' | 'resetSecondFactor' | 'deleteUser' | 'revokeRegistrationInvite' }
>;

function accountDeedText(did: AccountDeed): string {
  switch (did.kind) {
    case 'block':
      return `Blocked ${recipientLabel(did.user)}.`;
    case 'unblock':
      return `${recipientLabel(did.user)} is not blocked.`;
    case 'nameDevice':
      return `Device ${did.device} has a new name.`;
    case 'revokeDevice':
      return `Device ${did.device} is signed out.`;
    case 'password':
      return 'Your password is changed. Your other devices are signed out.';
    case 'totpOff':
      return 'Logging in asks for the password alone.';
    case 'deleteAccount':
      return 'Your account is deleted.';
    case 'revokeToken':
      return `Token ${did.token} works no more.`;
    case 'suspend':
      return `Suspended ${recipientLabel(did.user)}; all sessions of theirs ended.`;
    case 'restore':
      return `Restored ${recipientLabel(did.user)}.`;
    case 'revokeRegistrationInvite':
      return `Invite code ${did.invite} makes no more accounts.`;
    case 'endSessions':
      return `${recipientLabel(did.user)} is signed out everywhere.`;
    case 'resetSecondFactor':
      return `${recipientLabel(did.user)} logs in with the password alone.`;
    case 'deleteUser':
      return `The account of ${recipientLabel(did.user)} is deleted.`;
    case 'administrator':
      return `${recipientLabel(did.user)} is ${did.on ? 'an administrator' : 'no administrator'} of this server.`;
  }
}

const strictText = (on: boolean): string =>
  on
    ? '* Strict: a message to somebody who is offline is refused.'
    : '* Not strict: a message to somebody who is offline is kept for them.';

/** Aligned, one fact a line; `sotto status` prints the same. */
export function statusLines({ report, files }: Extract<Reply, { kind: 'status' }>): readonly string[] {
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
    ...(files === undefined ? [] : [['files', usageText(files)]]),
    ...report.rooms.map(({ room, cursor, head, live }) => [
      `room ${room.number}`,
      `${roomLabel(room)}, ${cursor} of ${head} events${live ? ', live' : ', catching up'}`,
    ]),
    ...pathRows(report.paths, Date.now()),
  ]);
}

function usageText({ usedBytes, accountMaxBytes, fileMaxBytes }: FileUsage): string {
  const most = accountMaxBytes === undefined ? '' : ` of ${formatBytes(accountMaxBytes)}`;
  const each = fileMaxBytes === undefined ? '' : `, at most ${formatBytes(fileMaxBytes)} each`;
  return `${formatBytes(usedBytes)}${most}${each}`;
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
