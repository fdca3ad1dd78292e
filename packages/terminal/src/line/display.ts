import type { ClientEvent, ConnectionStatus, Message, SottoClient } from '@sotto/client';
import type { LineIo } from './io.ts';
import type { OwnMessages } from './own-messages.ts';
import { PresenceWatch } from './presence-watch.ts';
import type { Presenter } from './reply.ts';

export interface DisplayParts {
  client: SottoClient;
  io: LineIo;
  presenter: Presenter;
  own: OwnMessages;
}

/** Shows events as they come. What is shown counts as read. */
export class Display {
  readonly #parts: DisplayParts;
  readonly #presence: PresenceWatch;

  constructor(parts: DisplayParts) {
    this.#parts = parts;
    this.#presence = new PresenceWatch(parts.client);
  }

  watchPresence(): void {
    inBackground(this.#presence.start());
  }

  /** Resolves when the client stops, with the reason where there is one. */
  async show(events: AsyncIterable<ClientEvent>): Promise<Stopped | undefined> {
    for await (const event of events) {
      await this.#showOne(event);
      if (event.kind === 'connection' && event.state.kind === 'stopped') return event.state;
    }
    return undefined;
  }

  async #showOne(event: ClientEvent): Promise<void> {
    if (event.kind === 'message') return this.#showMessage(event.message);
    if (event.kind !== 'presence') return this.#print(event);
    const people = this.#presence.changes(event.people);
    if (people.length > 0) await this.#print({ kind: 'presence', people });
  }

  async #showMessage(message: Message): Promise<void> {
    const { client, io, own } = this.#parts;
    const ofThisRun = message.mine && own.arrived(message.clientMessageId);
    const shownWhenTyped = ofThisRun && io.interactive;
    if (!shownWhenTyped) await this.#print({ kind: 'message', message });
    // Somebody may have left the room since.
    const inRoom = client.rooms.some(({ number }) => number === message.room.number);
    if (inRoom) client.markRead(message.room.number, message.sequence);
    if (!message.mine) inBackground(this.#presence.meet(message.sender));
  }

  #print(event: ClientEvent): Promise<void> {
    return this.#parts.io.print(this.#parts.presenter.event(event));
  }
}

export type Stopped = Extract<ConnectionStatus, { kind: 'stopped' }>;

/** Presence is a nicety: where asking for it fails, the conversation goes on. */
function inBackground(work: Promise<void>): void {
  work.catch(() => undefined);
}
