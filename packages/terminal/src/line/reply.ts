import type {
  ClientEvent,
  ConnectionStatus,
  JoinedRoom,
  ListedRoom,
  PathStay,
  Person,
  PersonPresence,
  Recipient,
  Room,
  RoomName,
  Sent,
  SentDirect,
  StatusReport,
} from '@sotto/client';

/** What a command came to. */
export type Reply =
  | { kind: 'sent'; sent: Sent; clientMessageId: string }
  | { kind: 'sentDirect'; sent: SentDirect; clientMessageId: string }
  | { kind: 'joined' | 'created'; room: JoinedRoom }
  | { kind: 'left'; room: RoomName }
  | { kind: 'added'; room: RoomName; user: Recipient }
  | { kind: 'rooms'; rooms: readonly ListedRoom[] }
  | { kind: 'members'; members: readonly Member[] }
  | { kind: 'people'; people: readonly PersonPresence[] }
  | { kind: 'history'; room: Room; events: readonly ClientEvent[] }
  | { kind: 'strict'; on: boolean }
  | { kind: 'status'; report: StatusReport }
  /** Asked while not online: what is known here. */
  | { kind: 'statusOffline'; connection: ConnectionStatus; outbox: number; paths: readonly PathStay[] }
  | { kind: 'help' };

export type Member = PersonPresence & { role: 'owner' | 'member' };

/** Why a line came to nothing. */
export type Failure =
  /** The line is no command; the message says what would be one. */
  { kind: 'usage'; message: string } | { kind: 'error'; error: unknown };

export interface Start {
  me: Person;
  connection: ConnectionStatus;
  rooms: readonly JoinedRoom[];
  /** Messages of an earlier run that are still on their way. */
  outbox: number;
}

/** Turns what happens into printable lines: one presenter for people, one for programs. */
export interface Presenter {
  /** For programs failures are output like everything else. */
  readonly failuresOn: 'output' | 'error';
  started(start: Start): readonly string[];
  event(event: ClientEvent): readonly string[];
  /** `line` counts the lines of input from 1. */
  reply(reply: Reply, line: number): readonly string[];
  failure(failure: Failure, line: number | undefined): readonly string[];
}

/** Whether somebody got nothing. */
export function failedForSome(reply: Reply): boolean {
  return (
    reply.kind === 'sentDirect' &&
    reply.sent.outcomes.some(({ delivery }) => delivery === 'unknown' || delivery === 'refused')
  );
}
