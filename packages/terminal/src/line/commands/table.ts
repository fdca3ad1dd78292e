/** All commands that start with a slash: the one table for parsing, `/help` and completion. */
import type { Command } from '../command.ts';
import { ACCOUNT_SLASHES } from './account.ts';
import { ADMIN_SLASHES } from './admin.ts';
import { ASSISTANT_SLASHES } from './assistants.ts';
import { FILE_SLASHES } from './files.ts';
import { FIND_SLASHES } from './finding.ts';
import { INVITE_SLASHES } from './invites.ts';
import { MESSAGE_SLASHES } from './messages.ts';
import { MODERATION_SLASHES } from './moderation.ts';
import { PROGRAM_SLASHES } from './program.ts';
import { ROOM_SLASHES } from './rooms.ts';
import { SECURITY_SLASHES } from './security.ts';
import type { Slash, Slashes } from './slash.ts';

export type SlashCommand = Slash<Command> & { group: string };

function group<Request>(
  name: string,
  slashes: Slashes<Request>,
  wrap: (request: Request) => Command,
): readonly (readonly [string, SlashCommand])[] {
  return Object.entries(slashes).map(([command, slash]) => [
    command,
    { ...slash, group: name, parse: (words) => wrap(slash.parse(words)) },
  ]);
}

/** By name, in the order of `/help`. */
export const SLASH_COMMANDS: ReadonlyMap<string, SlashCommand> = new Map([
  ...group('Messages', MESSAGE_SLASHES, (request) => ({ kind: 'messages', request })),
  ...group('Files', FILE_SLASHES, (request) => ({ kind: 'files', request })),
  ...group('Assistants', ASSISTANT_SLASHES, (request) => ({ kind: 'assistants', request })),
  ...group('Finding', FIND_SLASHES, (request) => ({ kind: 'finding', request })),
  ...group('Rooms', ROOM_SLASHES, (request) => ({ kind: 'rooms', request })),
  ...group('Rooms', INVITE_SLASHES, (request) => ({ kind: 'rooms', request })),
  ...group('Order in rooms', MODERATION_SLASHES, (request) => ({ kind: 'moderation', request })),
  ...group('You and others', ACCOUNT_SLASHES, (request) => ({ kind: 'account', request })),
  ...group('Security', SECURITY_SLASHES, (request) => ({ kind: 'security', request })),
  ...group('Administrators', ADMIN_SLASHES, (request) => ({ kind: 'admin', request })),
  ...group('This program', PROGRAM_SLASHES, (request) => ({ kind: 'program', request })),
]);

export function slashUsage(name: string, { usage }: SlashCommand): string {
  return `/${name} ${usage}`.trimEnd();
}
