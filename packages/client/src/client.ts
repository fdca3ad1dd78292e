/** The public face of a client: arguments checked, names resolved, the rest handed to its parts. As long as its interface. */
import {
  CLIENT_MESSAGE_ID_BYTES,
  type RoomAction,
  type RoomNumber,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { abortable } from './abortable.ts';
import type { Calls } from './calls/index.ts';
import { readStatus } from './calls/status.ts';
import { type Account, Core } from './core.ts';
import { ClientClosed, NotConnected } from './errors.ts';
import type { ClientOptions } from './options.ts';
import { newMessageId } from './outbox/message-id.ts';
import type { Result } from './outbox/outbox.ts';
import { checkMessage, checkRecipients } from './outbox/request.ts';
import { directTarget, roomTarget, sentDirect, sentTo } from './outbox/targets.ts';
import { roomNumber } from './references.ts';
import type { LiveSnapshots } from './snapshots/snapshots.ts';
import type { ClientSnapshot, KeptPages, OutboxEntry, OutboxFile } from './store.ts';
import type * as sdk from './types.ts';

const CLIENT_MESSAGE_ID = new RegExp(`^[0-9a-f]{${2 * CLIENT_MESSAGE_ID_BYTES}}$`);

/** Reads the store; the network is first used by `register`, `login` or `resume`. */
export async function createClient(options: ClientOptions): Promise<sdk.SottoClient> {
  const snapshot = await options.store.load();
  // Pages that cannot be read are no reason to do without a client.
  const pages = await options.store.loadKept().catch(() => new Map());
  return new Client(options, snapshot, pages);
}

class Client implements sdk.SottoClient {
  readonly #core: Core;
  readonly #newMessageId: () => string;
  readonly #assistants: sdk.AssistantArea;

  constructor(options: ClientOptions, snapshot: ClientSnapshot, pages: KeptPages) {
    this.#core = new Core(options, snapshot, pages);
    this.#newMessageId = () => newMessageId(options.environment);
    this.#assistants = this.#core.parts.assistants((...said) => this.send(...said));
  }

  get status(): sdk.ConnectionStatus {
    return this.#core.status;
  }

  get me(): sdk.Person | undefined {
    return this.#core.me;
  }

  get rooms(): readonly sdk.JoinedRoom[] {
    return this.snapshots.rooms.get();
  }

  get unreadRooms(): readonly sdk.JoinedRoom[] {
    return this.snapshots.unreadRooms.get();
  }

  get snapshots(): LiveSnapshots {
    return this.#core.parts.snapshots;
  }

  get moderation(): sdk.Moderation {
    return this.#calls.moderation;
  }

  get invites(): sdk.Invites {
    return this.#calls.invites;
  }

  get account(): sdk.AccountArea {
    return this.#calls.account;
  }

  get admin(): sdk.Administration {
    return this.#calls.admin;
  }

  get assistants(): sdk.AssistantArea {
    return this.#assistants;
  }

  get outboxSize(): number {
    return this.#core.outbox.size;
  }

  get outbox(): sdk.Outbox {
    return this.#core.outbox;
  }

  get paths(): readonly sdk.PathStay[] {
    return this.#core.history.stays;
  }

  register(account: Account & { code?: string }, signal?: AbortSignal): Promise<void> {
    return this.#core.register(account, signal);
  }

  login(account: sdk.LoginAccount, signal?: AbortSignal): Promise<sdk.Person> {
    return this.#core.login(account, signal);
  }

  loginWithToken(token: string, signal?: AbortSignal): Promise<sdk.Person> {
    return this.#core.loginWithToken(token, signal);
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

  get keepsRecent(): boolean {
    return this.#core.parts.kept.isOn;
  }

  keepRecent(isOn: boolean): Promise<void> {
    return this.#core.parts.kept.set(isOn);
  }

  events(signal?: AbortSignal): AsyncIterable<sdk.ClientEvent> {
    return this.#core.hub.subscribe(signal);
  }

  async send(room: sdk.RoomName, text: string, options: sdk.RoomSendOptions = {}): Promise<sdk.Sent> {
    checkMessage(text);
    const number = this.#roomNow(room) ?? (await this.#roomLater(room, options.signal));
    this.#core.parts.typing.sent(number, options.thread);
    return sentTo(await this.#deliver(roomTarget(number, options), { text }, options));
  }

  async sendDirect(
    recipients: readonly sdk.Recipient[],
    text: string,
    options: sdk.SendOptions & { strict?: boolean } = {},
  ): Promise<sdk.SentDirect> {
    checkMessage(text, recipients);
    return sentDirect(await this.#deliver(directTarget(recipients, options), { text }, options));
  }

  flushed(signal?: AbortSignal): Promise<void> {
    return abortable(this.#core.outbox.flushed(), signal);
  }

  edit(room: sdk.RoomName, message: Sequence, text: string): Promise<void> {
    return this.#calls.messages.edit(room, message, text);
  }

  delete(room: sdk.RoomName, message: Sequence): Promise<void> {
    return this.#calls.messages.delete(room, message);
  }

  react(room: sdk.RoomName, message: Sequence, emoji: string): Promise<void> {
    return this.#calls.messages.react(room, message, emoji);
  }

  unreact(room: sdk.RoomName, message: Sequence, emoji: string): Promise<void> {
    return this.#calls.messages.unreact(room, message, emoji);
  }

  pin(room: sdk.RoomName, message: Sequence): Promise<void> {
    return this.#calls.messages.pin(room, message, true);
  }

  unpin(room: sdk.RoomName, message: Sequence): Promise<void> {
    return this.#calls.messages.pin(room, message, false);
  }

  typing(room: sdk.RoomName, options: { thread?: Sequence } = {}): void {
    const { typing, names } = this.#core.parts;
    typing.tell(names.joined(room), options.thread);
  }

  async sendFile(
    room: sdk.RoomName,
    source: sdk.FileSource,
    options: sdk.SendFileOptions = {},
  ): Promise<sdk.Sent> {
    const number = this.#roomNow(room) ?? (await this.#roomLater(room, options.signal));
    return sentTo(await this.#sendFile(roomTarget(number, options), source, options));
  }

  async sendFileDirect(
    recipients: readonly sdk.Recipient[],
    source: sdk.FileSource,
    options: sdk.SendFileDirectOptions = {},
  ): Promise<sdk.SentDirect> {
    checkRecipients(recipients);
    return sentDirect(await this.#sendFile(directTarget(recipients, options), source, options));
  }

  fetchFile(
    room: sdk.RoomName,
    message: Sequence,
    options?: sdk.FetchFileOptions,
  ): Promise<sdk.FileDownload> {
    return this.#core.parts.files.fetch(room, message, options);
  }

  acceptFile(room: sdk.RoomName, message: Sequence): Promise<void> {
    return this.#calls.messages.answerFile(room, message, true);
  }

  declineFile(room: sdk.RoomName, message: Sequence): Promise<void> {
    return this.#calls.messages.answerFile(room, message, false);
  }

  fileLink(room: sdk.RoomName, message: Sequence): Promise<sdk.FileLink> {
    return this.#calls.files.link(room, message);
  }

  fileUsage(): Promise<sdk.FileUsage> {
    return this.#calls.files.usage();
  }

  timeline(room: sdk.RoomName): sdk.Timeline {
    const { timelines, names } = this.#core.parts;
    return timelines.open(names.joined(room));
  }

  history(room: sdk.RoomName, options?: sdk.PageOptions): Promise<readonly sdk.ClientEvent[]> {
    return this.#calls.reading.history(room, options);
  }

  messages(room: sdk.RoomName, options?: sdk.PageOptions): Promise<sdk.HistoryPage> {
    return this.#calls.reading.messages(room, options);
  }

  thread(
    room: sdk.RoomName,
    root: Sequence,
    options?: { after?: Sequence; limit?: number },
  ): Promise<readonly sdk.MessageView[]> {
    return this.#calls.reading.thread(room, root, options);
  }

  revisions(room: sdk.RoomName, message: Sequence): Promise<readonly sdk.Revision[]> {
    return this.#calls.reading.revisions(room, message);
  }

  pins(room: sdk.RoomName): Promise<readonly sdk.MessageView[]> {
    return this.#calls.reading.pins(room);
  }

  reactions(room: sdk.RoomName, message: Sequence): Promise<readonly sdk.Reaction[]> {
    return this.#calls.reading.reactions(room, message);
  }

  mentions(options?: sdk.CursorOptions): Promise<sdk.MessagePage> {
    return this.#calls.search.mentions(options);
  }

  search(query: string, options?: sdk.SearchOptions): Promise<sdk.MessagePage> {
    return this.#calls.search.search(query, options);
  }

  deliveryOf(message: Pick<sdk.Message, 'room' | 'sequence'>): sdk.DeliveryState {
    return this.snapshots.deliveryOf(message);
  }

  markRead(room: sdk.RoomName, sequence: Sequence): void {
    const { progress, parts } = this.#core;
    const stream = parts.names.stream(room);
    const read = Math.min(sequence, parts.rooms.joined(stream)?.head ?? 0) as Sequence;
    parts.unread.readTo(stream, read);
    progress.read(stream, read);
  }

  createRoom(name: string, options?: sdk.CreateRoomOptions): Promise<sdk.JoinedRoom> {
    return this.#calls.rooms.create(name, options);
  }

  openDirect(user: sdk.Recipient): Promise<sdk.JoinedRoom> {
    return this.#calls.rooms.openDirect(user);
  }

  joinRoom(room: sdk.RoomName | { code: string }): Promise<sdk.JoinedRoom> {
    return this.#calls.rooms.join(room);
  }

  leaveRoom(room: sdk.RoomName): Promise<void> {
    return this.#calls.rooms.leave(room);
  }

  room(room: sdk.RoomName): Promise<sdk.RoomDetails> {
    return this.#calls.rooms.details(room);
  }

  changeRoom(room: sdk.RoomName, changes: sdk.RoomChanges): Promise<sdk.RoomDetails> {
    return this.#calls.rooms.change(room, changes);
  }

  addMember(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    return this.#calls.rooms.add(room, user);
  }

  members(room: sdk.RoomName): Promise<readonly sdk.RoomMember[]> {
    return this.#calls.rooms.members(room);
  }

  listRooms(): Promise<readonly sdk.ListedRoom[]> {
    return this.#calls.rooms.list();
  }

  inviteMember(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    return this.#calls.invites.inviteMember(room, user);
  }

  invitations(): Promise<readonly sdk.Invitation[]> {
    return this.#calls.invites.invitations();
  }

  declineInvitation(room: sdk.RoomName): Promise<void> {
    return this.#calls.invites.decline(room);
  }

  can(room: sdk.RoomName, action: RoomAction): boolean {
    return this.#calls.rooms.can(room, action, this.me);
  }

  roster(options: { onlineOnly?: boolean; limit?: number } = {}): Promise<readonly sdk.PersonPresence[]> {
    return this.#calls.people.roster(options);
  }

  watch(users: readonly UserNumber[]): Promise<readonly sdk.PersonPresence[]> {
    return this.#calls.people.watch(users);
  }

  lookUp(users: readonly sdk.Recipient[]): Promise<readonly (sdk.Person | undefined)[]> {
    return this.#calls.people.lookUp(users);
  }

  async serverStatus(): Promise<sdk.StatusReport> {
    const { me: user, present, parts } = this.#core;
    if (user === undefined) throw new NotConnected('not logged in');
    return present.ask(async (opened) => {
      const told = await readStatus(opened, parts.rooms);
      return { ...told, user, connection: this.status, outbox: this.outboxSize, paths: this.paths };
    });
  }

  choose(choice: sdk.PathChoice): void {
    this.#core.choose(choice);
  }

  get #calls(): Calls {
    return this.#core.parts.calls;
  }

  async #sendFile(
    target: OutboxEntry['target'],
    source: sdk.FileSource,
    options: sdk.FileDetails & sdk.TransferOptions & sdk.SendOptions,
  ): Promise<Result> {
    this.#checkAlive();
    const named = { ...options, clientMessageId: this.#idOf(options) };
    return this.#core.parts.files.send(source, options, (file, text) =>
      this.#deliver(target, { text, file }, named),
    );
  }

  async #deliver(
    target: OutboxEntry['target'],
    said: { text: string; file?: OutboxFile },
    options: sdk.SendOptions,
  ): Promise<Result> {
    this.#checkAlive();
    const clientMessageId = this.#idOf(options);
    options.signal?.throwIfAborted();
    const kept = options.keepFailed === true ? { keepFailed: true } : {};
    return abortable(this.#core.outbox.add({ clientMessageId, target, ...said, ...kept }), options.signal);
  }

  #idOf(options: sdk.SendOptions): string {
    const clientMessageId = options.clientMessageId?.toLowerCase() ?? this.#newMessageId();
    if (!CLIENT_MESSAGE_ID.test(clientMessageId)) {
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'clientMessageId is not 32 hexadecimal digits');
    }
    return clientMessageId;
  }

  #checkAlive(): void {
    const { status, me } = this.#core;
    if (me === undefined) throw new NotConnected('not logged in');
    if (status.kind === 'stopped') throw status.reason ?? new ClientClosed();
  }

  /** Without waiting, so that messages keep the order in which they were sent; undefined before rooms are known. */
  #roomNow(room: sdk.RoomName): RoomNumber | undefined {
    const number = roomNumber(room);
    if (number !== undefined) return number;
    const { names } = this.#core.parts;
    return this.#core.areRoomsKnown ? names.joined(room).number : names.find(room)?.number;
  }

  async #roomLater(room: sdk.RoomName, signal: AbortSignal | undefined): Promise<RoomNumber> {
    if (this.me === undefined) throw new NotConnected('not logged in');
    await abortable(this.#core.roomsKnown, signal);
    return this.#core.parts.names.joined(room).number;
  }
}
