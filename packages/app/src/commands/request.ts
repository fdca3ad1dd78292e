/** What a command that starts with a slash asks for, whichever client it is typed into. */
import type { Recipient, RoomName } from '@sotto/client';
import type { AccountRequest } from './groups/account.ts';
import type { AdminRequest } from './groups/admin.ts';
import type { AssistantRequest } from './groups/assistants.ts';
import type { FileRequest } from './groups/files.ts';
import type { FindRequest } from './groups/finding.ts';
import type { MessageRequest } from './groups/messages.ts';
import type { ModerationRequest } from './groups/moderation.ts';
import type { ProgramRequest } from './groups/program.ts';
import type { RoomRequest } from './groups/rooms.ts';
import type { SecurityRequest } from './groups/security.ts';

/** A conversation to read: a room, or the direct messages with one person. */
export type Conversation = { kind: 'room'; room: RoomName } | { kind: 'person'; person: Recipient };

/** A command of one of the groups in `groups/`. */
export type SlashRequest =
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

/** A line that cannot be a command, or not here; the message says what would be one. */
export class LineError extends Error {
  override readonly name = 'LineError';
}
