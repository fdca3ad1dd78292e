/** What administrators of the server read, as lines for people. */
import type { Account, AccountDetails, Health, Limit, ServerRoom } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { sanitizeLine } from '../../sanitize.ts';
import type { AdminReply } from '../reply.ts';
import {
  count,
  momentLabel,
  personLabel,
  recipientLabel,
  short,
  shownName,
  spanText,
  table,
  timeLabel,
} from './words.ts';

/** What tells codes apart, which are not kept themselves; as `sotto admin invites` does. */
export const inviteId = (id: Uint8Array): string => id.toHex().slice(0, INVITE_ID_DIGITS);
const INVITE_ID_DIGITS = 12;

const MORE = '* There are more: write a part of the name.';

export function adminReplyLines(reply: AdminReply): readonly string[] {
  switch (reply.kind) {
    case 'accounts':
      if (reply.accounts.length === 0) return ['* Nobody like that.'];
      return [...table(reply.accounts.map(accountRow)), ...(reply.more ? [MORE] : [])];
    case 'account':
      return accountLines(reply.account);
    case 'issuedCode':
      return codeLines(reply);
    case 'registrationInvites':
      return reply.invites.length === 0
        ? ['* There are no invite codes.']
        : table(
            reply.invites.map(({ id, usesLeft, createdAt, expiresAt }) => [
              inviteId(id),
              `${count(usesLeft, 'account')} left`,
              `made ${timeLabel(createdAt)}`,
              `until ${timeLabel(expiresAt)}`,
            ]),
          );
    case 'serverRooms':
      if (reply.rooms.length === 0) return ['* No such room.'];
      return [...table(reply.rooms.map(roomRow)), ...(reply.more ? [MORE] : [])];
    case 'limits':
      return reply.limits.length === 0 ? ['* There are no limits.'] : table(reply.limits.map(limitRow));
    case 'health':
      return healthLines(reply.health);
  }
}

function standing({ person, suspended, secondFactor }: Account): string {
  const rank = person.owner ? ['owner'] : person.administrator ? ['administrator'] : [];
  return [
    ...rank,
    ...(person.assistant ? ['assistant'] : []),
    ...(suspended === undefined ? [] : ['suspended']),
    ...(secondFactor ? ['second factor'] : []),
  ].join(', ');
}

const seen = ({ online, lastSeen }: Pick<Account, 'online' | 'lastSeen'>): string => {
  if (online) return 'online';
  return lastSeen === undefined ? 'never seen' : `last seen ${timeLabel(lastSeen)}`;
};

const accountRow = (account: Account): readonly string[] => [
  `${account.person.number}`,
  shownName(account.person),
  standing(account),
  seen(account),
];

function accountLines(account: AccountDetails): readonly string[] {
  const { person, suspended, createdAt, fileBytes, sessions } = account;
  const reason =
    suspended === undefined || suspended.reason === '' ? '' : `: ${sanitizeLine(suspended.reason)}`;
  return table([
    [
      'user',
      [`${personLabel(person)}, number ${person.number}`, standing(account)].filter(Boolean).join(', '),
    ],
    ...(suspended === undefined ? [] : [['suspended', `${timeLabel(suspended.since)}${reason}`]]),
    ['made', timeLabel(createdAt)],
    ['seen', seen(account)],
    ['files', formatBytes(fileBytes)],
    ...sessions.map(({ device, connected }) => [
      `device ${device.number}`,
      short(device.name),
      short(device.agent),
      connected === undefined
        ? seen({ online: false, lastSeen: device.lastSeen })
        : `${sanitizeLine(connected.transport)} from ${sanitizeLine(connected.address)}`,
    ]),
  ]);
}

function codeLines({ code: { code, expiresAt }, user }: Extract<AdminReply, { kind: 'issuedCode' }>) {
  const what =
    user === undefined
      ? 'Who registers with it gets an account'
      : `${recipientLabel(user)} registers that name with it again, and a new password`;
  return [`* Shown once, good until ${timeLabel(expiresAt)}. ${what}:`, `    ${sanitizeLine(code)}`];
}

const roomRow = (room: ServerRoom): readonly string[] => [
  `${room.number}`,
  room.name === undefined ? '' : `#${short(room.name)}`,
  [room.kind, ...(room.archived ? ['archived'] : [])].join(', '),
  count(room.members, 'member'),
  count(room.events, 'event'),
  room.fileBytes === 0 ? '' : formatBytes(room.fileBytes),
];

function limitRow({ limit, perSecond, most }: Limit): readonly string[] {
  const amount = (of: number) => (limit.endsWith('bytes') ? formatBytes(of) : `${of}`);
  return perSecond === undefined
    ? [short(limit), `${amount(most)} at a time`]
    : [short(limit), `${amount(perSecond)} a second, ${amount(most)} at once`];
}

function healthLines(health: Health): readonly string[] {
  const { log, storage, answers } = health;
  const seconds = Math.floor((health.at.getTime() - health.startedAt.getTime()) / 1_000);
  return table([
    ['server', `${sanitizeLine(health.agent)}, ${sanitizeLine(health.runtime)}`],
    ['running', `${spanText(seconds)}, since ${momentLabel(health.startedAt)}`],
    ['online', `${health.usersOnline} of ${count(health.accounts, 'account')}`],
    ...health.transports.map(({ transport, port, connections, sessions }) => [
      short(transport),
      `port ${port}, ${count(sessions, 'session')}, ${connections - sessions} not logged in`,
    ]),
    ['log', `${count(log.events, 'event')} in ${count(log.commits, 'commit')}, ${log.waiting} waiting`],
    ['database', formatBytes(storage.databaseBytes)],
    ['files', `${formatBytes(storage.fileBytes)}, room for ${formatBytes(storage.freeBytes)}`],
    ['memory', formatBytes(health.memoryBytes)],
    ['answers', `${answers.writing} being written, ${answers.waiting} waiting`],
    ['refused', count(health.refused, 'time')],
  ]);
}
