/** The fake server's side of one connection. */
import type { RoomNumber, StreamId } from '@sotto/model';
import {
  BODY_MAX_BYTES,
  type FrameFields,
  PROTOCOL_VERSIONS,
  type ReplyName,
  type Request,
  type RequestName,
  ServerSession,
  type ServerStep,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Connection } from '@sotto/transport';
import { FakeTransfers } from './fake-files.ts';
import { historyPage } from './fake-history.ts';
import { ALICE, type FakeServer, type LogEvent } from './fake-server.ts';

type TransferRequest =
  | 'startUpload'
  | 'finishUpload'
  | 'startDownload'
  | 'fileData'
  | 'fileProgress'
  | 'endTransfer';
type RequestOf<Name extends Request['name']> = Extract<Request, { name: Name }>;

export class FakeConnection {
  readonly session: ServerSession;
  /** What was pushed last, by stream. */
  readonly cursors = new Map<StreamId, number>();
  readonly #server: FakeServer;
  readonly #connection: Connection;
  readonly transfers: FakeTransfers;
  open = true;
  /** It holds, or held, the session. */
  isGranted = false;

  constructor(server: FakeServer, connection: Connection) {
    this.#server = server;
    this.#connection = connection;
    this.transfers = new FakeTransfers(server, this);
    const { certificateSha256, endpoints } = server;
    const welcome = { agent: 'fake/1', nonce: new Uint8Array(32), certificateSha256, endpoints };
    this.session = new ServerSession({ versions: PROTOCOL_VERSIONS, welcome, now: server.now });
  }

  receive(frame: Uint8Array): void {
    this.#carryOut(this.session.receive(frame.slice(), this.#server.now));
  }

  closed(): void {
    this.open = false;
    this.session.closed();
  }

  cut(): void {
    this.#server.network.cut(this.#connection);
  }

  /** Half open: nothing passes, nobody is told. */
  vanish(): void {
    this.#server.network.vanish(this.#connection);
  }

  close(error: SottoError): void {
    this.#carryOut(this.session.close(error));
  }

  pump(stream: StreamId): void {
    const after = this.cursors.get(stream);
    if (after === undefined || !this.open || this.#server.holdsBack) return;
    const from = Math.max(after, this.#server.keptFrom(stream) - 1);
    for (const event of this.#server.events(stream).slice(from)) this.push(event);
    this.cursors.set(stream, this.#server.events(stream).length);
  }

  push(event: LogEvent): void {
    this.send(this.session.push('event', event));
  }

  send({ lane, bytes }: { lane: number; bytes: Uint8Array }): void {
    if (this.open) this.#connection.send(lane, bytes);
  }

  #carryOut(step: ServerStep): void {
    switch (step.kind) {
      case 'nothing':
        break;
      case 'transmit':
        this.send(step);
        break;
      case 'request':
        this.#handle(step.request);
        break;
      case 'close':
        if (step.bytes !== undefined) this.send({ lane: 0, bytes: step.bytes });
        this.#connection.close();
    }
  }

  #handle(request: Request): void {
    this.#server.requests.push(request);
    const trouble = this.#server.trouble(request);
    if (trouble === undefined) this.#answer(request);
    else if (trouble !== 'silence') this.send(this.session.refuse(request, trouble));
  }

  #answer(request: Request): void {
    const server = this.#server;
    switch (request.name) {
      case 'resume':
        this.#resume(request);
        break;
      case 'subscribe':
        this.#subscribe(request);
        break;
      case 'unsubscribe':
        for (const stream of request.message.streams) this.cursors.delete(stream as StreamId);
        this.#reply(request, {});
        break;
      case 'sendMessage':
        this.#reply(request, server.accept(request.message));
        break;
      case 'lookUpUsers': {
        const users = request.message.users.map(({ reference }) => server.lookUp(reference.value));
        this.#reply(request, { users });
        break;
      }
      case 'readMembership':
        this.#readMembership(request);
        break;
      case 'readRoster':
        this.#readRoster(request);
        break;
      case 'statusRequest':
        this.#reply(request, { sessionId: 'session', user: ALICE, generation: server.generation });
        break;
      case 'readSettings':
        this.#reply(request, server.settings());
        break;
      case 'logout':
        this.#reply(request, {});
        break;
      case 'acknowledge':
        server.acknowledged(request.message.progress);
        break;
      case 'readHistory':
        this.#reply(request, historyPage(server, request.message));
        break;
      case 'typing':
        break;
      case 'startUpload':
      case 'finishUpload':
      case 'startDownload':
      case 'fileData':
      case 'fileProgress':
      case 'endTransfer':
        this.#transfer(request);
        break;
      default: {
        const answer = server.answers.get(request.name);
        if (answer === undefined) throw new Error(`the fake server does not know ${request.name}`);
        this.#reply(request, answer(request.message as never) as never);
      }
    }
  }

  #reply<Name extends RequestName>(
    request: { name: Name; requestId: number },
    fields: FrameFields<ReplyName<Name>>,
  ): void {
    this.send(this.session.answer(request, fields, this.#server.now));
  }

  #transfer(request: RequestOf<TransferRequest>): void {
    const { transfers } = this;
    switch (request.name) {
      case 'startUpload':
        this.#reply(request, transfers.startUpload(request.message));
        break;
      case 'finishUpload': {
        const refusal = transfers.finishUpload(request.message);
        if (refusal === undefined) this.#reply(request, {});
        else this.send(this.session.refuse(request, refusal));
        break;
      }
      case 'startDownload': {
        const answer = transfers.startDownload(request.message);
        if (answer instanceof SottoError) this.send(this.session.refuse(request, answer));
        else this.#reply(request, answer);
        break;
      }
      case 'fileData':
        transfers.data(request.message);
        break;
      case 'fileProgress':
        transfers.progress(request.message);
        break;
      case 'endTransfer':
        transfers.end(request.message);
    }
  }

  #resume(request: RequestOf<'resume'>): void {
    const server = this.#server;
    const shown = new TextDecoder().decode(request.message.token);
    if (shown !== server.token && shown !== server.previousToken) {
      this.send(this.session.refuse(request, new SottoError(ErrorCode.SESSION_UNKNOWN)));
      return;
    }
    const generation = request.message.generation || server.generation + 1;
    if (generation <= server.generation) {
      this.send(this.session.refuse(request, new SottoError(ErrorCode.SESSION_TAKEN_OVER)));
      return;
    }
    server.generation = generation;
    server.previousToken = shown;
    server.token = `token-${server.generation}`;
    this.isGranted = true;
    for (const other of server.connections) {
      if (other !== this && other.isGranted) other.close(new SottoError(ErrorCode.SESSION_TAKEN_OVER));
    }
    this.#reply(request, {
      sessionId: 'session',
      token: new TextEncoder().encode(server.token),
      user: server.user(ALICE),
      generation: server.generation,
      logIncarnation: server.log,
      rooms: [...server.rooms.values()].map((room) => server.membership(room)),
    });
    this.session.granted();
    this.#connection.limitBody(BODY_MAX_BYTES);
  }

  #subscribe(request: RequestOf<'subscribe'>): void {
    const server = this.#server;
    const { cursors, logIncarnation } = request.message;
    if (logIncarnation !== server.log) {
      this.send(this.session.refuse(request, new SottoError(ErrorCode.LOG_REPLACED)));
      return;
    }
    const heads = cursors.map(({ stream }) => ({
      stream,
      head: server.events(stream as StreamId).length,
      firstKept: server.keptFrom(stream),
    }));
    this.#reply(request, { heads });
    for (const { stream, after } of cursors) {
      this.cursors.set(stream as StreamId, after);
      this.pump(stream as StreamId);
    }
  }

  /** Users 1 to `population`. */
  #readRoster({ message: { after, limit }, ...request }: RequestOf<'readRoster'>): void {
    const last = Math.min(this.#server.population, after + limit);
    const numbers = Array.from({ length: last - after }, (_, index) => after + 1 + index);
    const people = numbers.map((number) => ({ user: this.#server.user(number) }));
    this.#reply(request, { people, more: last < this.#server.population });
  }

  #readMembership(request: RequestOf<'readMembership'>): void {
    const server = this.#server;
    const room = server.rooms.get(Number(request.message.room?.reference.value) as RoomNumber);
    if (room === undefined) this.send(this.session.refuse(request, new SottoError(ErrorCode.NOT_FOUND)));
    else this.#reply(request, { membership: server.membership(room) });
  }
}
