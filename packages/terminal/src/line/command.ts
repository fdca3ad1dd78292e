import type { Recipient, RoomName } from '@sotto/client';

export type Target = { kind: 'room'; room: RoomName } | { kind: 'people'; recipients: readonly Recipient[] };

/** A conversation to read: a room, or the direct messages with one person. */
export type Conversation = { kind: 'room'; room: RoomName } | { kind: 'person'; person: Recipient };

/** What one line asks for. */
export type Command =
  /** Without a target: to where the last one went. */
  | { kind: 'send'; target: Target | undefined; text: string }
  | { kind: 'join'; room: RoomName }
  | { kind: 'leave'; room: RoomName }
  | { kind: 'create'; name: string; private: boolean }
  | { kind: 'add'; room: RoomName; user: Recipient }
  | { kind: 'rooms' }
  | { kind: 'members'; room: RoomName }
  | { kind: 'who' }
  | { kind: 'history'; of: Conversation; limit: number }
  | { kind: 'strict'; on: boolean }
  | { kind: 'status' }
  | { kind: 'help' }
  /** Ends the session; the next start asks for the password again. */
  | { kind: 'logout' }
  /** Leaves and keeps the session. */
  | { kind: 'quit' };

export type ParsedLine =
  | { kind: 'command'; command: Command }
  | { kind: 'error'; message: string }
  | { kind: 'empty' };

/** A line that cannot be a command; the message says what would be one. Never leaves `parseLine`. */
export class LineError extends Error {
  override readonly name = 'LineError';
}
