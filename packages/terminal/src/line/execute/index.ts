/** Commands that have one answer, carried out. */
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import type { Reply } from '../reply.ts';
import { account } from './account.ts';
import { administer } from './admin.ts';
import { find } from './finding.ts';
import { changeMessage, type MessageChange } from './messages.ts';
import { moderate } from './moderation.ts';
import { rooms } from './rooms.ts';
import { secure } from './security.ts';

/** What sends a message, what is about files, assistants, and this program, is the session's own. */
export type Request =
  | Exclude<Command, { kind: 'send' | 'program' | 'messages' | 'files' | 'assistants' }>
  | { kind: 'messages'; request: MessageChange };

export function execute(context: Context, command: Request): Promise<Reply> {
  switch (command.kind) {
    case 'messages':
      return changeMessage(context, command.request);
    case 'finding':
      return find(context, command.request);
    case 'rooms':
      return rooms(context, command.request);
    case 'moderation':
      return moderate(context, command.request);
    case 'account':
      return account(context, command.request);
    case 'security':
      return secure(context, command.request);
    case 'admin':
      return administer(context, command.request);
  }
}
