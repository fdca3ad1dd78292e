/** A client without a server: one account in the lobby and "room", everybody known is in `PEOPLE`. */
import {
  type AssistantArea,
  type ClientEvent,
  type ConnectionStatus,
  ErrorCode,
  type FileDownload,
  type FileInfo,
  type FileLink,
  type FileSource,
  type FileUsage,
  type Invitation,
  type JoinedRoom,
  type ListedRoom,
  type LoginAccount,
  type PathStay,
  type Person,
  type PersonPresence,
  type Recipient,
  type RoomChanges,
  type RoomDetails,
  type RoomMember,
  type RoomName,
  type RoomSendOptions,
  type SendFileDirectOptions,
  type SendFileOptions,
  type SendOptions,
  type Sent,
  type SentDirect,
  type SottoClient,
  SottoError,
  type StatusReport,
} from '@sotto/client';
import type { Sequence, UserNumber } from '@sotto/model';
import { FakeAreas } from './fake-areas.ts';
import { FakeAssistants } from './fake-assistants.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeWindows } from './fake-windows.ts';
import { ALICE, BOB, CAM, joined, message, STATUS } from './people.ts';

export * from './people.ts';

export class FakeClient extends FakeWindows implements SottoClient {
  status: ConnectionStatus = { kind: 'online', transport: 'tls', resumed: false };
  me: Person | undefined = ALICE;
  outboxSize = 0;
  paths: PathStay[] = [{ transport: 'tls', since: new Date(0), until: undefined, left: '' }];
  /** Bob is online, cam is not. */
  readonly online = new Set<UserNumber>([BOB.number]);
  readonly areas = new FakeAreas((...words) => this.call(...words));
  readonly files = new FakeFiles((...words) => this.call(...words));
  readonly ai = new FakeAssistants(
    (...words) => this.call(...words),
    (...message) => this.send(...message),
  );
  asked: Invitation[] = [];
  topic = '';
  /** The people on the server. */
  people: Person[] = [ALICE, BOB, CAM];
  readonly #queue: ClientEvent[] = [];
  #wake: () => void = () => undefined;
  /** Of the last message that was sent. */
  lastSequence = 0;

  async openDirect(user: Recipient): Promise<JoinedRoom> {
    this.calls.push(`openDirect ${user}`);
    return joined(BOB.number + 2, BOB.name, 'direct', BOB);
  }

  readonly keepsRecent = false;

  async keepRecent(): Promise<void> {}

  choose(choice: string): void {
    this.calls.push(`choose ${choice}`);
  }

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

  async send(room: RoomName, text: string, options: RoomSendOptions = {}): Promise<Sent> {
    const { clientMessageId = '', replyTo, thread } = options;
    const about = `${replyTo === undefined ? '' : ` to ${replyTo}`}${thread === undefined ? '' : ` in ${thread}`}`;
    this.calls.push(`send ${room} ${text}${about}`);
    return this.#accept(this.roomCalled(room), text, clientMessageId, { replyTo, thread });
  }

  async sendDirect(
    recipients: readonly Recipient[],
    text: string,
    options: SendOptions & { strict?: boolean } = {},
  ): Promise<SentDirect> {
    this.calls.push(`sendDirect ${recipients.join()} ${text}`);
    return this.#deliver(recipients, text, options);
  }

  #deliver(
    recipients: readonly Recipient[],
    text: string,
    { strict = false, clientMessageId = '', file }: SendOptions & { strict?: boolean; file?: FileInfo },
  ): SentDirect {
    const outcomes = recipients.map((recipient) => {
      const to = this.people.find(
        (one) => one !== ALICE && [one.number, one.name, one.uuid].includes(recipient as never),
      );
      if (to === undefined)
        return { recipient, delivery: 'unknown' as const, person: to, sent: undefined, error: undefined };
      const here = this.online.has(to.number);
      if (strict && !here) throw new SottoError(ErrorCode.RECIPIENT_OFFLINE, to.name);
      const room = joined(to.number + 2, to.name, 'direct', to);
      const sent = this.#accept(room, text, clientMessageId, { file });
      const delivery = here ? ('delivered' as const) : ('queued' as const);
      return { recipient, delivery, person: to, sent, error: undefined };
    });
    return { kind: 'sentDirect', outcomes };
  }

  #accept(
    room: JoinedRoom,
    text: string,
    clientMessageId: string,
    about: {
      replyTo?: Sequence | undefined;
      thread?: Sequence | undefined;
      file?: FileInfo | undefined;
    } = {},
  ): Sent {
    this.lastSequence += 1;
    const sent = { ...message(room, ALICE, text, this.lastSequence), ...about, clientMessageId };
    this.push({ kind: 'message', message: sent });
    return { kind: 'sent', room: room.number, sequence: sent.sequence, at: new Date(0) };
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

  async login({ name, password, code, secondFactor }: LoginAccount): Promise<Person> {
    this.calls.push(`login ${name}`);
    if (password !== 'right') throw new SottoError(ErrorCode.LOGIN_FAILED);
    if (this.secondFactor === undefined) return ALICE;
    const given = code ?? (await secondFactor?.());
    if (given === undefined) throw new SottoError(ErrorCode.SECOND_FACTOR_REQUIRED);
    if (given !== this.secondFactor) throw new SottoError(ErrorCode.SECOND_FACTOR_WRONG);
    return ALICE;
  }

  /** What logging in asks for besides the password. */
  secondFactor: string | undefined;

  async loginWithToken(token: string): Promise<Person> {
    this.calls.push(`loginWithToken ${token}`);
    return ALICE;
  }

  async resume(): Promise<Person | undefined> {
    this.calls.push('resume');
    return undefined;
  }

  async createRoom(
    name: string,
    { private: closed = false, announcement = false, topic = '' } = {},
  ): Promise<JoinedRoom> {
    this.call(
      'createRoom',
      name,
      closed ? 'private' : undefined,
      announcement ? 'announcement' : undefined,
      topic || undefined,
    );
    const room = joined(9, name, closed ? 'private' : 'public');
    this.rooms.push(room);
    return room;
  }

  async joinRoom(room: RoomName | { code: string }): Promise<JoinedRoom> {
    this.call('joinRoom', typeof room === 'object' ? room.code : room);
    return joined(7, typeof room === 'object' ? 'secret' : String(room));
  }

  async leaveRoom(room: RoomName): Promise<void> {
    this.calls.push(`leaveRoom ${room}`);
  }

  async addMember(room: RoomName, user: Recipient): Promise<void> {
    this.calls.push(`addMember ${room} ${user}`);
  }

  async inviteMember(room: RoomName, user: Recipient): Promise<void> {
    this.call('inviteMember', room, user);
  }

  async declineInvitation(room: RoomName): Promise<void> {
    this.call('decline', room);
  }

  async invitations(): Promise<readonly Invitation[]> {
    return this.asked;
  }

  async room(name: RoomName): Promise<RoomDetails> {
    const room = this.roomCalled(name);
    return {
      room,
      settings: {
        name: room.name,
        topic: this.topic,
        kind: room.kind,
        slowModeSeconds: 0,
        retentionDays: 0,
        archived: false,
        history: 'all',
        assistants: 'allowed',
        assistantInstructions: '',
      },
      members: 3,
      createdAt: new Date(0),
      role: room.role,
      mutedUntil: undefined,
    };
  }

  async changeRoom(room: RoomName, changes: RoomChanges): Promise<RoomDetails> {
    this.call('changeRoom', room, JSON.stringify(changes));
    return this.room(room);
  }

  can(_room: RoomName): boolean {
    return true;
  }

  async members(): Promise<readonly RoomMember[]> {
    return this.#people().map((one) => ({
      ...one,
      role: one.owner ? 'owner' : 'member',
      mutedUntil: undefined,
    }));
  }

  async listRooms(): Promise<readonly ListedRoom[]> {
    return this.rooms
      .filter(({ kind }) => kind !== 'direct')
      .map((room) => ({
        ...room,
        members: room.kind === 'lobby' ? 3 : 1,
        joined: true,
        topic: this.topic,
        archived: false,
      }));
  }

  async edit(room: RoomName, at: Sequence, text: string): Promise<void> {
    this.call('edit', room, at, text);
  }

  async delete(room: RoomName, at: Sequence): Promise<void> {
    this.call('delete', room, at);
  }

  async react(room: RoomName, at: Sequence, emoji: string): Promise<void> {
    this.call('react', room, at, emoji);
  }

  async unreact(room: RoomName, at: Sequence, emoji: string): Promise<void> {
    this.call('unreact', room, at, emoji);
  }

  async pin(room: RoomName, at: Sequence): Promise<void> {
    this.call('pin', room, at);
  }

  async unpin(room: RoomName, at: Sequence): Promise<void> {
    this.call('unpin', room, at);
  }

  typing(room: RoomName): void {
    this.call('typing', room);
  }

  async sendFile(room: RoomName, source: FileSource, options: SendFileOptions = {}): Promise<Sent> {
    const to = this.roomCalled(room);
    this.call('sendFile', room, options.name, options.text || undefined);
    const file = await this.files.upload(source, options);
    return this.#accept(to, options.text ?? '', options.clientMessageId ?? '', { file });
  }

  async sendFileDirect(
    recipients: readonly Recipient[],
    source: FileSource,
    options: SendFileDirectOptions = {},
  ): Promise<SentDirect> {
    this.call('sendFileDirect', recipients.join(), options.name, options.text || undefined);
    const file = await this.files.upload(source, options);
    return this.#deliver(recipients, options.text ?? '', { ...options, file });
  }

  async fetchFile(room: RoomName, at: Sequence): Promise<FileDownload> {
    this.call('fetchFile', room, at);
    return this.files.download(this.stored.find(({ sequence }) => sequence === at));
  }

  async acceptFile(room: RoomName, at: Sequence): Promise<void> {
    this.call('acceptFile', room, at);
  }

  async declineFile(room: RoomName, at: Sequence): Promise<void> {
    this.call('declineFile', room, at);
  }

  async fileLink(room: RoomName, at: Sequence): Promise<FileLink> {
    this.call('fileLink', room, at);
    const path = '/files/secret';
    return {
      path,
      url: this.files.webAddress && `${this.files.webAddress}${path}`,
      expiresAt: new Date(60_000),
    };
  }

  async fileUsage(): Promise<FileUsage> {
    return this.files.usage;
  }

  get unreadRooms(): readonly JoinedRoom[] {
    return this.rooms.filter(({ unread }) => unread > 0);
  }

  get moderation() {
    return this.areas.moderation;
  }

  get invites() {
    return this.areas.inviteLinks;
  }

  get account() {
    return this.areas.account;
  }

  get admin() {
    return this.areas.admin;
  }

  get assistants(): AssistantArea {
    return this.ai.area;
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

  async lookUp(users: readonly Recipient[]): Promise<readonly (Person | undefined)[]> {
    return users.map((user) => this.people.find(({ number, name }) => number === user || name === user));
  }

  async serverStatus(): Promise<StatusReport> {
    return { ...STATUS, connection: this.status, paths: this.paths };
  }

  #people(): PersonPresence[] {
    return this.people.map((one) => {
      const online = one.number === ALICE.number || this.online.has(one.number);
      return { ...one, online, lastSeen: online ? undefined : new Date(0) };
    });
  }
}
