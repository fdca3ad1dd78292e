/** People, accounts and devices, as lines for people. */
import type { ApiToken, Device, Person, PersonPresence, Profile, SecurityReport } from '@sotto/client';
import { sanitizeLine } from '../../sanitize.ts';
import type { AccountReply } from '../reply.ts';
import { count, personLabel, roomLabel, short, shownName, table, timeLabel } from './words.ts';

export function accountReplyLines(reply: AccountReply): readonly string[] {
  switch (reply.kind) {
    case 'people':
      return table(reply.people.map(personRow));
    case 'blocked':
      return reply.people.length === 0 ? ['* You blocked nobody.'] : table(reply.people.map(personRow));
    case 'profile':
      return profileLines(reply.person, reply.profile);
    case 'doNotDisturb':
      return [
        reply.until === undefined
          ? '* Do-not-disturb is off.'
          : `* Nothing rings until ${timeLabel(reply.until)}.`,
      ];
    case 'notify':
      return [`* ${roomLabel(reply.room)}: ${levelText(reply.level)}`];
    case 'devices':
      return table(reply.devices.map(deviceRow));
    case 'security':
      return [securityText(reply.report)];
    case 'recoveryCodes':
      return [
        '* Logging in asks for a code now. Keep these safe; each works once instead:',
        ...reply.codes.map((code) => `    ${sanitizeLine(code)}`),
      ];
    case 'tokens':
      return reply.tokens.length === 0 ? ['* There are no tokens.'] : table(reply.tokens.map(tokenRow));
    case 'tokenCreated':
      return [
        `* Token ${reply.info.id}, shown once. Programs log in with it by SOTTO_TOKEN:`,
        `    ${sanitizeLine(reply.token)}`,
      ];
    case 'limited':
      return limitedLines(reply);
  }
}

/** The user name first: what one chose to be called stands behind it, so that nobody passes for another. */
export function personRow(person: PersonPresence | Person): readonly string[] {
  const presence = [
    ...('online' in person ? [presenceText(person)] : []),
    ...(person.assistant ? ['assistant'] : []),
  ].join(', ');
  return [`${person.number}`, shownName(person), presence, person.uuid];
}

function presenceText({ online, lastSeen }: PersonPresence): string {
  if (online) return 'online';
  return lastSeen === undefined ? 'offline' : `last seen ${timeLabel(lastSeen)}`;
}

function profileLines(person: Person, profile: Profile): readonly string[] {
  const { displayName, about, statusEmoji, statusText, statusUntil, timeZone } = profile;
  const status = `${sanitizeLine(statusEmoji)} ${sanitizeLine(statusText)}`.trim();
  const until = statusUntil === undefined ? '' : `, until ${timeLabel(statusUntil)}`;
  const kinds = [
    ...(person.owner ? ['owner'] : []),
    ...(person.administrator ? ['administrator'] : []),
    ...(person.assistant ? ['assistant'] : []),
  ];
  const row = (name: string, value: string) => (value === '' ? [] : [[name, value]]);
  return table([
    ['user', [`${personLabel(person)}, number ${person.number}`, ...kinds].join(', ')],
    ...row('name', sanitizeLine(displayName)),
    ...row('about', sanitizeLine(about)),
    ...row('status', status === '' ? '' : `${status}${until}`),
    ...row('time zone', sanitizeLine(timeZone)),
  ]);
}

const LEVELS = {
  default: 'all messages ring in direct messages, mentions elsewhere.',
  all: 'all messages ring.',
  mentions: 'mentions ring.',
  nothing: 'nothing rings.',
} as const;

const levelText = (level: keyof typeof LEVELS): string => LEVELS[level];

function deviceRow(device: Device): readonly string[] {
  const seen = device.lastSeen === undefined ? '' : `last seen ${timeLabel(device.lastSeen)}`;
  return [
    `${device.number}`,
    short(device.name),
    short(device.agent),
    device.online ? 'online' : seen,
    `${device.current ? 'this one' : ''}${device.token === undefined ? '' : `token ${device.token}`}`,
  ];
}

function securityText({ secondFactor, recoveryCodesLeft }: SecurityReport): string {
  if (!secondFactor) return '* Logging in asks for the password alone. /totp on asks for a code as well.';
  return `* Logging in asks for a code. ${count(recoveryCodesLeft, 'recovery code')} left.`;
}

function tokenRow({ id, name, scopes, lastUsed, expiresAt }: ApiToken): readonly string[] {
  return [
    `${id}`,
    short(name),
    short(scopes.join(' ')),
    lastUsed === undefined ? 'never used' : `used ${timeLabel(lastUsed)}`,
    expiresAt === undefined ? '' : `until ${timeLabel(expiresAt)}`,
  ];
}

function limitedLines({ limited }: Extract<AccountReply, { kind: 'limited' }>): readonly string[] {
  if (limited.length === 0) return ['* Nothing was refused for being too much.'];
  return table(
    limited.map(({ limit, who, count: times, last }) => [
      timeLabel(last),
      short(limit),
      short(who),
      count(times, 'time'),
    ]),
  );
}
