/** A client without a server: one account in the lobby and "room", everybody known is in `PEOPLE`. */
import {
  type ClientEvent,
  type ConnectionStatus,
  ErrorCode,
  type JoinedRoom,
  type ListedRoom,
  type Message,
  type PathStay,
  type Person,
  type PersonPresence,
  type Recipient,
  type RoomName,
  type SendOptions,
  type Sent,
  type SentDirect,
  type SottoClient,
  SottoError,
  type StatusReport,
} from '@sotto/client';
import {
  LOBBY,
  type RoomKind,
  type RoomNumber,
  type Sequence,
  type UserNumber,
  type UserUuid,
} from '@sotto/model';

export const person = (number: number, name: string): Person => ({
  number: number as UserNumber,
  uuid: `00000000-0000-4000-8000-00000000000${number}` as UserUuid,
  name,
  owner: number === 1,
});
export const ALICE = person(1, 'alice');
export const BOB = person(2, 'bob');
export const CAM = person(3, 'cam');

export const joined = (
  number: number,
  name: string,
  kind: RoomKind = 'public',
  peer?: Person,
): JoinedRoom => ({
  number: number as RoomNumber,
  kind,
  name,
  peer,
  role: 'member',
  head: 0 as Sequence,
  read: 0 as Sequence,
});
export const LOBBY_ROOM = joined(LOBBY, 'lobby', 'lobby');
export const ROOM = joined(3, 'room');
export const WITH_BOB = joined(4, 'bob', 'direct', BOB);

export function message(room: JoinedRoom, sender: Person, text: string | undefined): Message {
  return {
    room,
    sequence: 1 as Sequence,
    sender,
    sentAt: new Date(0),
    text,
    mine: sender.number === ALICE.number,
    clientMessageId: '00',
  };
}

export class FakeClient implements SottoClient {
  status: ConnectionStatus = { kind: 'online', transport: 'tls', resumed: false };
  me: Person | undefined = ALICE;
  rooms: JoinedRoom[] = [LOBBY_ROOM, ROOM, WITH_BOB];
  outboxSize = 0;
  paths: PathStay[] = [{ transport: 'tls', since: new Date(0), until: undefined, left: '' }];
  /** What was asked for, in order: `send 3 hello`. */
  readonly calls: string[] = [];
  /** Bob is online, cam is not. */
  readonly online = new Set<UserNumber>([BOB.number]);
  readonly #queue: ClientEvent[] = [];
  #wake: () => void = () => undefined;
  #sequence = 0;

  push(...events: ClientEvent[]): void {
    this.#queue.push(...events);
    this.#wake();
  }

  async *events(signal?: AbortSignal): AsyncGenerator<ClientEvent> {
    signal?.addEventListener('abort', () => this.#wake());
    while (signal?.aborted !== true) {
      const event = this.#queue.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async send(room: RoomName, text: string, { clientMessageId = '' }: SendOptions = {}): Promise<Sent> {
    this.calls.push(`send ${room} ${text}`);
    const found = this.rooms.find(({ number, name }) => number === room || name === room);
    if (found === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `room ${room}`);
    return this.#accept(found, text, clientMessageId);
  }

  async sendDirect(
    recipients: readonly Recipient[],
    text: string,
    { strict = false, clientMessageId = '' }: SendOptions & { strict?: boolean } = {},
  ): Promise<SentDirect> {
    this.calls.push(`sendDirect ${recipients.join()} ${text}`);
    const outcomes = recipients.map((recipient) => {
      const to = [BOB, CAM].find((one) => [one.number, one.name, one.uuid].includes(recipient as never));
      if (to === undefined)
        return { recipient, delivery: 'unknown' as const, person: to, sent: undefined, error: undefined };
      const here = this.online.has(to.number);
      if (strict && !here) throw new SottoError(ErrorCode.RECIPIENT_OFFLINE, to.name);
      const sent = this.#accept(joined(to.number + 2, to.name, 'direct', to), text, clientMessageId);
      const delivery = here ? ('delivered' as const) : ('queued' as const);
      return { recipient, delivery, person: to, sent, error: undefined };
    });
    return { kind: 'sentDirect', outcomes };
  }

  #accept(room: JoinedRoom, text: string, clientMessageId: string): Sent {
    this.#sequence += 1;
    const sequence = this.#sequence as Sequence;
    this.push({ kind: 'message', message: { ...message(room, ALICE, text), sequence, clientMessageId } });
    return { kind: 'sent', room: room.number, sequence, at: new Date(0) };
  }

  async flushed(): Promise<void> {
    this.calls.push('flushed');
  }

  async logout(): Promise<void> {
    this.calls.push('logout');
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  async register({ name, code }: { name: string; code?: string }): Promise<void> {
    this.calls.push(`register ${name}${code === undefined ? '' : ` ${code}`}`);
  }

  async login({ name, password }: { name: string; password: string }): Promise<Person> {
    this.calls.push(`login ${name}`);
    if (password !== 'right') throw new SottoError(ErrorCode.LOGIN_FAILED);
    return ALICE;
  }

  async resume(): Promise<Person | undefined> {
    this.calls.push('resume');
    return undefined;
  }

  async createRoom(name: string, { private: closed = false } = {}): Promise<JoinedRoom> {
    this.calls.push(`createRoom ${name}${closed ? ' private' : ''}`);
    const room = joined(9, name, closed ? 'private' : 'public');
    this.rooms.push(room);
    return room;
  }

  async joinRoom(room: RoomName): Promise<JoinedRoom> {
    this.calls.push(`joinRoom ${room}`);
    return joined(7, String(room));
  }

  async leaveRoom(room: RoomName): Promise<void> {
    this.calls.push(`leaveRoom ${room}`);
  }

  async addMember(room: RoomName, user: Recipient): Promise<void> {
    this.calls.push(`addMember ${room} ${user}`);
  }

  async members(): Promise<readonly (PersonPresence & { role: 'owner' | 'member' })[]> {
    return this.#people().map((one) => ({ ...one, role: one.owner ? 'owner' : 'member' }));
  }

  async listRooms(): Promise<readonly ListedRoom[]> {
    return [
      { ...LOBBY_ROOM, members: 3, joined: true },
      { ...ROOM, members: 1, joined: true },
    ];
  }

  async history(): Promise<readonly ClientEvent[]> {
    return [{ kind: 'message', message: message(ROOM, BOB, 'earlier') }];
  }

  markRead(room: RoomName, sequence: Sequence): void {
    this.calls.push(`markRead ${room} ${sequence}`);
  }

  async roster(): Promise<readonly PersonPresence[]> {
    return this.#people();
  }

  async watch(users: readonly UserNumber[]): Promise<readonly PersonPresence[]> {
    return this.#people().filter((one) => users.includes(one.number));
  }

  async lookUp(): Promise<readonly (Person | undefined)[]> {
    return [];
  }

  async serverStatus(): Promise<StatusReport> {
    return {
      connection: this.status,
      user: ALICE,
      sessionId: 'session-1',
      device: 5,
      generation: 2,
      transport: 'tls',
      connectedAt: new Date(0),
      roundTripMs: 1.25,
      fingerprint: 'AB:CD',
      paths: this.paths,
      rooms: [{ room: ROOM, cursor: 4 as Sequence, head: 4 as Sequence, live: true }],
      outbox: 0,
    };
  }

  #people(): PersonPresence[] {
    return [ALICE, BOB, CAM].map((one) => {
      const online = one === ALICE || this.online.has(one.number);
      return { ...one, online, lastSeen: online ? undefined : new Date(0) };
    });
  }
}
