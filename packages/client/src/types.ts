/**
 * The SDK as its callers see it. `node.ts` makes it for Bun and Node.js, `browser.ts` for browsers; the terminal
 * client, the graphical client and programs use nothing else.
 */
import type { RoomKind, RoomNumber, RoomRole, Sequence, UserNumber, UserUuid } from '@sotto/model';
import type { SottoError } from '@sotto/protocol';
import type { PathFacts } from '@sotto/transport';

export type { PathFacts };

export interface Person {
  number: UserNumber;
  uuid: UserUuid;
  name: string;
  owner: boolean;
}

export interface PersonPresence extends Person {
  online: boolean;
  /** undefined while online or never seen. */
  lastSeen: Date | undefined;
}

export interface Room {
  number: RoomNumber;
  kind: RoomKind;
  /** Without "#"; for a direct room the other person's name. */
  name: string;
  /** Direct rooms: the other person. */
  peer: Person | undefined;
}

export interface JoinedRoom extends Room {
  role: RoomRole;
  head: Sequence;
  read: Sequence;
}

export interface ListedRoom extends Room {
  members: number;
  joined: boolean;
}

/** A message as the reducers see it: durable, at one place in its room. */
export interface Message {
  room: Room;
  sequence: Sequence;
  sender: Person;
  sentAt: Date;
  /** undefined where the content is sealed or erased. */
  text: string | undefined;
  /** This account sent it, from this or another device. */
  mine: boolean;
  /** Hex of the 16-byte client message id. */
  clientMessageId: string;
}

/** Each room's events come in order, without gaps, exactly once. */
export type ClientEvent =
  | { kind: 'message'; message: Message }
  | { kind: 'memberJoined' | 'memberLeft'; room: Room; sequence: Sequence; member: Person }
  | { kind: 'roomCreated'; room: Room; sequence: Sequence; by: Person }
  /** This account is now in, or out of, the room. */
  | { kind: 'roomEntered' | 'roomExited'; room: Room }
  | {
      kind: 'receipts';
      room: Room;
      receipts: readonly { user: UserNumber; delivered: Sequence; read: Sequence }[];
    }
  | { kind: 'presence'; people: readonly PersonPresence[] }
  | { kind: 'connection'; state: ConnectionStatus }
  /** A message from the outbox of an earlier run was accepted or refused. */
  | { kind: 'outboxSettled'; clientMessageId: string; result: Sent | SentDirect | SottoError }
  /** The server's log was replaced by a restored one: cursors were dropped, rooms are read again. */
  | { kind: 'logReplaced' };

export type ConnectionStatus =
  | { kind: 'connecting'; attempt: number }
  | { kind: 'online'; transport: string; resumed: boolean }
  /** Tries again by itself at `retryAt`. */
  | { kind: 'offline'; retryAt: Date; reason: string }
  /** Ends for good: logged out, session revoked, server identity changed, closed. */
  | { kind: 'stopped'; reason: SottoError | Error | undefined };

export interface Sent {
  kind: 'sent';
  room: RoomNumber;
  sequence: Sequence;
  at: Date;
}

export type Delivery = 'delivered' | 'queued' | 'unknown' | 'refused';

export interface SentDirect {
  kind: 'sentDirect';
  /** One for each recipient, in the order given. */
  outcomes: readonly {
    recipient: Recipient;
    delivery: Delivery;
    person: Person | undefined;
    sent: Sent | undefined;
    error: SottoError | undefined;
  }[];
}

/** A user's number, UUID, or name. */
export type Recipient = UserNumber | string;
/** A room's number or name, with or without "#". */
export type RoomName = RoomNumber | string;

export interface HelloReport {
  transport: string;
  port: number;
  server: string;
  protocolVersion: number;
  /** The least of several. */
  roundTripMs: number;
  medianRoundTripMs: number;
  /** From the first packet until the server has answered Hello. */
  handshakeMs: number;
  /** Where the transport watches its path: UDP and QUIC. */
  path?: PathFacts;
  tlsProtocol: string;
  cipher: string;
  /** The key exchange, "X25519MLKEM768"; empty where the runtime does not tell. */
  group: string;
  /** As `formatFingerprint` writes it; empty where the runtime does not tell (browsers). */
  fingerprint: string;
  registration: 'open' | 'invite' | 'closed' | 'owner-code';
}

/** What came of asking over one transport; `port` is where it was asked last, 0 where the server does not offer it. */
export type HelloAnswer = { transport: string; port: number } & ({ report: HelloReport } | { error: Error });

/** One stay on one path [PATH-11]. */
export interface PathStay {
  transport: string;
  since: Date;
  /** undefined while it is used. */
  until: Date | undefined;
  /** Why it was left, in words; empty while it is used. */
  left: string;
}

export interface StatusReport {
  connection: ConnectionStatus;
  user: Person;
  sessionId: string;
  device: number;
  generation: number;
  transport: string;
  connectedAt: Date;
  /** Measured for this report, in whole milliseconds. */
  roundTripMs: number;
  /** Where the transport watches its path: UDP and QUIC. */
  path?: PathFacts;
  fingerprint: string;
  /** Oldest first; the last one is used now. */
  paths: readonly PathStay[];
  rooms: readonly { room: Room; cursor: Sequence; head: Sequence; live: boolean }[];
  outbox: number;
}

export interface SendOptions {
  /** Hex of 16 bytes; a new one by default. Sending the same id again is harmless. */
  clientMessageId?: string;
  /** Stops waiting; the message stays in the outbox and goes out all the same. */
  signal?: AbortSignal;
}

/** Rejections are SottoError where the server refused, Error otherwise. */
export interface SottoClient {
  readonly status: ConnectionStatus;
  /** The logged-in user; undefined before. */
  readonly me: Person | undefined;
  /** The rooms this account is in, the lobby first; kept up to date by events. */
  readonly rooms: readonly JoinedRoom[];
  /** Messages not yet acknowledged by the server, those of earlier runs included. */
  readonly outboxSize: number;
  /** The paths this client has used since it was made, oldest first; the last 32 [PATH-11]. */
  readonly paths: readonly PathStay[];

  register(account: { name: string; password: string; code?: string }, signal?: AbortSignal): Promise<void>;
  /** Starts a session, keeps it in the store, and follows every room. */
  login(account: { name: string; password: string }, signal?: AbortSignal): Promise<Person>;
  /**
   * Goes on with the stored session; undefined when there is none or the server does not know it any more. While the
   * server cannot be reached it tries again, until `signal` aborts; `status` and `events` tell.
   */
  resume(signal?: AbortSignal): Promise<Person | undefined>;
  /** Ends the session on the server, where it can be told, forgets it and the outbox here, and closes the client. */
  logout(): Promise<void>;
  /** Keeps the session for `resume`. Waits for nothing but the connection's orderly end. */
  close(): Promise<void>;

  /**
   * Everything from now on, until the client stops or `signal` aborts; call it before logging in to miss nothing. Asking
   * for the next event says that the last one was taken, and only what every consumer took is acknowledged. Each has
   * its own pace, but at most 2,048 events wait for the slowest: then the client reads no further until it catches up
   * [EVENTS-1] [EVENTS-2]. End what you do not read to its end, by `return` or `signal`.
   */
  events(signal?: AbortSignal): AsyncIterable<ClientEvent>;

  /** Resolves when the message is durable on the server; survives reconnects and, through the outbox, crashes. */
  send(room: RoomName, text: string, options?: SendOptions): Promise<Sent>;
  sendDirect(
    recipients: readonly Recipient[],
    text: string,
    options?: SendOptions & { strict?: boolean },
  ): Promise<SentDirect>;
  /** Resolves when the outbox is empty. */
  flushed(signal?: AbortSignal): Promise<void>;

  createRoom(name: string, options?: { private?: boolean }): Promise<JoinedRoom>;
  joinRoom(room: RoomName): Promise<JoinedRoom>;
  leaveRoom(room: RoomName): Promise<void>;
  addMember(room: RoomName, user: Recipient): Promise<void>;
  members(room: RoomName): Promise<readonly (PersonPresence & { role: RoomRole })[]>;
  listRooms(): Promise<readonly ListedRoom[]>;
  /** Ascending; the last `limit` messages, or those before a sequence number. */
  history(room: RoomName, options?: { before?: Sequence; limit?: number }): Promise<readonly ClientEvent[]>;
  markRead(room: RoomName, sequence: Sequence): void;

  /** Ascending by number; everybody, or the first `limit`. */
  roster(options?: { onlineOnly?: boolean; limit?: number }): Promise<readonly PersonPresence[]>;
  /** Pushes `presence` events for these people (at most 200) from now on. */
  watch(users: readonly UserNumber[]): Promise<readonly PersonPresence[]>;
  lookUp(users: readonly Recipient[]): Promise<readonly (Person | undefined)[]>;
  serverStatus(): Promise<StatusReport>;
}
