/** All commands that start with a slash: the one table for parsing, `/help` and completion. */

import { ACCOUNT_SLASHES } from './groups/account.ts';
import { ADMIN_SLASHES } from './groups/admin.ts';
import { ASSISTANT_SLASHES } from './groups/assistants.ts';
import { FILE_SLASHES } from './groups/files.ts';
import { FIND_SLASHES } from './groups/finding.ts';
import { INVITE_SLASHES } from './groups/invites.ts';
import { MESSAGE_SLASHES } from './groups/messages.ts';
import { MODERATION_SLASHES } from './groups/moderation.ts';
import { PROGRAM_SLASHES } from './groups/program.ts';
import { ROOM_SLASHES } from './groups/rooms.ts';
import { SECURITY_SLASHES } from './groups/security.ts';
import type { SlashRequest } from './request.ts';
import type { Slash, Slashes } from './slash.ts';

export type SlashCommand = Slash<SlashRequest> & { group: string };

function group<Request>(
  name: string,
  slashes: Slashes<Request>,
  wrap: (request: Request) => SlashRequest,
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
