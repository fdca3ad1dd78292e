import type { Recipient, RoomName } from '@sotto/client';
import type { AccountRequest } from './commands/account.ts';
import type { AdminRequest } from './commands/admin.ts';
import type { AssistantRequest } from './commands/assistants.ts';
import type { FileRequest } from './commands/files.ts';
import type { FindRequest } from './commands/finding.ts';
import type { MessageRequest } from './commands/messages.ts';
import type { ModerationRequest } from './commands/moderation.ts';
import type { ProgramRequest } from './commands/program.ts';
import type { RoomRequest } from './commands/rooms.ts';
import type { SecurityRequest } from './commands/security.ts';

export type Target = { kind: 'room'; room: RoomName } | { kind: 'people'; recipients: readonly Recipient[] };

/** A conversation to read: a room, or the direct messages with one person. */
export type Conversation = { kind: 'room'; room: RoomName } | { kind: 'person'; person: Recipient };

/** What one line asks for: a message, or a command of one of the groups in `commands/`. */
export type Command =
  /** Without a target: to where the last one went. */
  | { kind: 'send'; target: Target | undefined; text: string }
  | { kind: 'messages'; request: MessageRequest }
  | { kind: 'files'; request: FileRequest }
  | { kind: 'assistants'; request: AssistantRequest }
  | { kind: 'finding'; request: FindRequest }
  | { kind: 'rooms'; request: RoomRequest }
  | { kind: 'moderation'; request: ModerationRequest }
  | { kind: 'account'; request: AccountRequest }
  | { kind: 'security'; request: SecurityRequest }
  | { kind: 'admin'; request: AdminRequest }
  | { kind: 'program'; request: ProgramRequest };

export type ParsedLine =
  | { kind: 'command'; command: Command }
  | { kind: 'error'; message: string }
  | { kind: 'empty' };

/** A line that cannot be a command, or not here; the message says what would be one. */
export class LineError extends Error {
  override readonly name = 'LineError';
}
