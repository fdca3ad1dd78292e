/** What a line is to the session that carries it out. */

import { SLASH_COMMANDS } from '@sotto/app/commands';
import type { Command } from './command.ts';

export type SendingRequest = Extract<Command, { kind: 'messages' }>['request'] & { kind: 'reply' | 'thread' };

/** A file may be called like one; then it is the command that is meant. */
export const isCommand = (line: string): boolean => SLASH_COMMANDS.has(/^\s*\/(\S+)/u.exec(line)?.[1] ?? '');

/** Files and answers go their own way: what is about those on it does not wait for messages that are not acknowledged. */
export const isAtOnce = (command: Command): boolean =>
  (command.kind === 'files' || command.kind === 'assistants') && AT_ONCE.has(command.request.kind);

const AT_ONCE: ReadonlySet<string> = new Set(['sendFile', 'transfers', 'cancel', 'stopAnswer']);

/** What goes the way of messages. */
export function asSending(command: Command): (SendingRequest & { text: string }) | undefined {
  if (command.kind !== 'messages') return undefined;
  const { request } = command;
  if (request.kind !== 'reply' && request.kind !== 'thread') return undefined;
  const { text } = request;
  return text === undefined ? undefined : { ...request, text };
}
