/** The public face of a client: arguments checked, names resolved, the rest handed to its parts. */
import {
  CLIENT_MESSAGE_ID_BYTES,
  type RoomNumber,
  roomStream,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { readStatus } from './calls/status.ts';
import { type Account, Core } from './core.ts';
import { ClientClosed, NotConnected } from './errors.ts';
import type { ClientOptions } from './options.ts';
import { newMessageId } from './outbox/message-id.ts';
import type { Result } from './outbox/outbox.ts';
import { checkMessage } from './outbox/request.ts';
import { roomNumber } from './references.ts';
import type { ClientSnapshot, OutboxEntry } from './store.ts';
import type * as sdk from './types.ts';

const CLIENT_MESSAGE_ID = new RegExp(`^[0-9a-f]{${2 * CLIENT_MESSAGE_ID_BYTES}}$`);

/** Reads the store; the network is first used by `register`, `login` or `resume`. */
export async function createClient(options: ClientOptions): Promise<sdk.SottoClient> {
  return new Client(options, await options.store.load());
}

class Client implements sdk.SottoClient {
  readonly #core: Core;
  readonly #newMessageId: () => string;

  constructor(options: ClientOptions, snapshot: ClientSnapshot) {
    this.#core = new Core(options, snapshot);
    this.#newMessageId = () => newMessageId(options.environment);
  }

  get status(): sdk.ConnectionStatus {
    return this.#core.status;
  }

  get me(): sdk.Person | undefined {
    return this.#core.me;
  }

  get rooms(): readonly sdk.JoinedRoom[] {
    return this.#core.rooms.list();
  }

  get outboxSize(): number {
    return this.#core.outbox.size;
  }

  get paths(): readonly sdk.PathStay[] {
    return this.#core.history.stays;
  }

  register(account: Account & { code?: string }, signal?: AbortSignal): Promise<void> {
    return this.#core.register(account, signal);
  }

  login(account: Account, signal?: AbortSignal): Promise<sdk.Person> {
    return this.#core.login(account, signal);
  }

  resume(signal?: AbortSignal): Promise<sdk.Person | undefined> {
    return this.#core.resume(signal);
  }

  logout(): Promise<void> {
    return this.#core.logout();
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  events(signal?: AbortSignal): AsyncIterable<sdk.ClientEvent> {
    return this.#core.hub.subscribe(signal);
  }

  async send(room: sdk.RoomName, text: string, options: sdk.SendOptions = {}): Promise<sdk.Sent> {
    checkMessage(text);
    const number = this.#roomNow(room) ?? (await this.#roomLater(room, options.signal));
    const result = await this.#deliver({ kind: 'room', room: number }, text, options);
    if (result.kind !== 'sent') throw otherMessage();
    return result;
  }

  async sendDirect(
    recipients: readonly sdk.Recipient[],
    text: string,
    options: sdk.SendOptions & { strict?: boolean } = {},
  ): Promise<sdk.SentDirect> {
    checkMessage(text, recipients);
    const target = { kind: 'direct', recipients: [...recipients], strict: options.strict ?? false } as const;
    const result = await this.#deliver(target, text, options);
    if (result.kind !== 'sentDirect') throw otherMessage();
    return result;
  }

  flushed(signal?: AbortSignal): Promise<void> {
    return abortable(this.#core.outbox.flushed(), signal);
  }

  createRoom(name: string, options: { private?: boolean } = {}): Promise<sdk.JoinedRoom> {
    return this.#core.roomCalls.create(name, options.private ?? false);
  }

  joinRoom(room: sdk.RoomName): Promise<sdk.JoinedRoom> {
    return this.#core.roomCalls.join(room);
  }

  leaveRoom(room: sdk.RoomName): Promise<void> {
    return this.#core.roomCalls.leave(room);
  }

  addMember(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    return this.#core.roomCalls.add(room, user);
  }

  members(room: sdk.RoomName): ReturnType<sdk.SottoClient['members']> {
    return this.#core.roomCalls.members(room);
  }

  listRooms(): Promise<readonly sdk.ListedRoom[]> {
    return this.#core.roomCalls.list();
  }

  history(
    room: sdk.RoomName,
    options: { before?: Sequence; limit?: number } = {},
  ): Promise<readonly sdk.ClientEvent[]> {
    return this.#core.roomCalls.history(room, options.before ?? 0, options.limit);
  }

  markRead(room: sdk.RoomName, sequence: Sequence): void {
    const { rooms, progress, roomCalls } = this.#core;
    const stream = roomStream(roomCalls.joined(room).number);
    const read = Math.min(sequence, rooms.joined(stream)?.head ?? 0) as Sequence;
    rooms.readAt(stream, read);
    progress.read(stream, read);
  }

  roster(options: { onlineOnly?: boolean; limit?: number } = {}): Promise<readonly sdk.PersonPresence[]> {
    return this.#core.peopleCalls.roster(options);
  }

  watch(users: readonly UserNumber[]): Promise<readonly sdk.PersonPresence[]> {
    return this.#core.peopleCalls.watch(users);
  }

  lookUp(users: readonly sdk.Recipient[]): Promise<readonly (sdk.Person | undefined)[]> {
    return this.#core.peopleCalls.lookUp(users);
  }

  async serverStatus(): Promise<sdk.StatusReport> {
    const { me: user, present, rooms } = this.#core;
    if (user === undefined) throw new NotConnected('not logged in');
    return present.ask(async (opened) => {
      const told = await readStatus(opened, rooms);
      return { ...told, user, connection: this.status, outbox: this.outboxSize, paths: this.paths };
    });
  }

  async #deliver(target: OutboxEntry['target'], text: string, options: sdk.SendOptions): Promise<Result> {
    const { status, me, outbox } = this.#core;
    if (me === undefined) throw new NotConnected('not logged in');
    if (status.kind === 'stopped') throw status.reason ?? new ClientClosed();
    const clientMessageId = options.clientMessageId?.toLowerCase() ?? this.#newMessageId();
    if (!CLIENT_MESSAGE_ID.test(clientMessageId)) {
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'clientMessageId is not 32 hexadecimal digits');
    }
    options.signal?.throwIfAborted();
    return abortable(outbox.add({ clientMessageId, target, text }), options.signal);
  }

  /** Without waiting, so that messages keep the order in which they were sent; undefined before rooms are known. */
  #roomNow(room: sdk.RoomName): RoomNumber | undefined {
    const number = roomNumber(room);
    if (number !== undefined) return number;
    return this.#core.hasRooms ? this.#core.roomCalls.joined(room).number : undefined;
  }

  async #roomLater(room: sdk.RoomName, signal: AbortSignal | undefined): Promise<RoomNumber> {
    if (this.me === undefined) throw new NotConnected('not logged in');
    await abortable(this.#core.roomsKnown, signal);
    return this.#core.roomCalls.joined(room).number;
  }
}

/** Stops waiting when `signal` aborts; what was waited for goes on. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const otherMessage = () =>
  new SottoError(ErrorCode.ARGUMENT_INVALID, 'another message has this client message id');
