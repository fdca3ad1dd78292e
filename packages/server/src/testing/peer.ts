/** A client reduced to the pure session: one connection, requests as promises, pushes in a list. */
import { createHash } from 'node:crypto';
import {
  ClientSession,
  type ClientStep,
  type Clock,
  type FrameFields,
  type FrameMessage,
  NO_BINDING,
  type NoticeName,
  PROTOCOL_VERSIONS,
  type Push,
  type PushName,
  proofInput,
  type ReplyName,
  type RequestName,
  type SottoError,
} from '@sotto/protocol';
import type { Event } from '@sotto/schema';
import type { CloseReason, Connection, ConnectionEvents } from '@sotto/transport';
import type { SeededSession } from './seed.ts';

export class Peer {
  readonly session: ClientSession;
  readonly pushes: Push[] = [];
  /** Why the server, or this side, ended the conversation. */
  ended: SottoError | undefined;
  closeReason: CloseReason | undefined;
  #connection: Connection | undefined;
  readonly #clock: Clock;
  readonly #waiting = new Map<
    number,
    { resolve: (message: never) => void; reject: (error: Error) => void }
  >();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.session = new ClientSession({ versions: PROTOCOL_VERSIONS, now: clock.now() });
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('not connected');
    return this.#connection;
  }

  /** For the transport's `dial`. */
  events = (connection: Connection): ConnectionEvents => {
    this.#connection = connection;
    return {
      frame: (frame) => this.#carryOut(this.session.receive(frame.slice(), this.#clock.now())),
      datagram: () => {},
      drain: () => {},
      pathChanged: () => {},
      closed: (reason) => {
        this.closeReason = reason;
        this.session.closed();
        for (const { reject } of this.#waiting.values())
          reject(this.ended ?? new Error(`connection closed: ${reason}`));
        this.#waiting.clear();
      },
    };
  };

  hello(): Promise<FrameMessage<'welcome'>> {
    const { requestId, lane, bytes } = this.session.hello({ agent: 'peer', binding: NO_BINDING.kind });
    return this.#sent(requestId, () => this.connection.send(lane, bytes));
  }

  /** Names the next generation where none is given. */
  async resume(
    { token, sign }: Pick<SeededSession, 'token' | 'sign'>,
    generation = 0,
  ): Promise<FrameMessage<'sessionGranted'>> {
    const hash = new Uint8Array(createHash('sha256').update(this.session.transcript).digest());
    const signature = sign(proofInput('sotto/1 resume', hash, NO_BINDING));
    return this.request('resume', { token, signature, generation });
  }

  request<Name extends RequestName>(
    name: Name,
    fields: FrameFields<Name>,
  ): Promise<FrameMessage<ReplyName<Name>>> {
    const { requestId, lane, bytes } = this.session.request(name, fields, this.#clock.now());
    return this.#sent(requestId, () => this.connection.send(lane, bytes));
  }

  notify<Name extends NoticeName>(name: Name, fields: FrameFields<Name>): void {
    const { lane, bytes } = this.session.notify(name, fields, this.#clock.now());
    this.connection.send(lane, bytes);
  }

  pushed<Name extends PushName>(name: Name): FrameMessage<Name>[] {
    return this.pushes
      .filter((push) => push.name === name)
      .map(({ message }) => message as FrameMessage<Name>);
  }

  /** The events of one stream, as they came. */
  eventsOf(stream: number): Event[] {
    return this.pushed('event').filter((event) => event.stream === stream);
  }

  #sent<T>(requestId: number, send: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(requestId, { resolve, reject });
      send();
    });
  }

  #carryOut(step: ClientStep): void {
    switch (step.kind) {
      case 'nothing':
      case 'roundTrip':
        return;
      case 'transmit':
        this.connection.send(step.lane, step.bytes);
        return;
      case 'welcome':
        this.connection.limitBody(2 ** 24);
        this.#settle(1)?.resolve(step.welcome as never);
        return;
      case 'reply':
        this.#settle(step.requestId)?.resolve(step.message as never);
        return;
      case 'refused':
        this.#settle(step.requestId)?.reject(step.error);
        return;
      case 'push':
        this.pushes.push(step.push);
        return;
      case 'close':
        this.ended = step.error;
        this.connection.close();
        return;
    }
  }

  #settle(requestId: number) {
    const waiting = this.#waiting.get(requestId);
    this.#waiting.delete(requestId);
    return waiting;
  }
}
