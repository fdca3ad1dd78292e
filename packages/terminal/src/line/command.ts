import type { SlashRequest } from '@sotto/app/commands';
import type { Recipient, RoomName } from '@sotto/client';

export { type Conversation, LineError } from '@sotto/app/commands';

export type Target = { kind: 'room'; room: RoomName } | { kind: 'people'; recipients: readonly Recipient[] };

/** What one line asks for: a message, or a command that starts with a slash. */
export type Command =
  /** Without a target: to where the last one went. */
  { kind: 'send'; target: Target | undefined; text: string } | SlashRequest;

export type ParsedLine =
  | { kind: 'command'; command: Command }
  | { kind: 'error'; message: string }
  | { kind: 'empty' };
