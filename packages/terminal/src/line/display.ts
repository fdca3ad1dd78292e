import type { ClientEvent, ConnectionStatus, Message, SottoClient } from '@sotto/client';
import { noteMessage } from './context.ts';
import type { LineIo } from './io.ts';
import type { OwnMessages } from './own-messages.ts';
import { PresenceWatch } from './presence-watch.ts';
import type { Presenter, Surroundings } from './reply.ts';
import type { Seen } from './seen.ts';

export interface DisplayParts {
  client: SottoClient;
  io: LineIo;
  presenter: Presenter;
  own: OwnMessages;
  seen: Seen;
  around: Surroundings;
  /** After it was shown. */
  onEvent(event: ClientEvent): Promise<void>;
}

/** Shows events as they come. What is shown counts as read. */
export class Display {
  readonly #parts: DisplayParts;
  readonly #presence: PresenceWatch;

  constructor(parts: DisplayParts) {
    this.#parts = parts;
    this.#presence = new PresenceWatch(parts.client, parts.seen);
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
    if (event.kind === 'message') {
      await this.#showMessage(event.message);
      return this.#parts.onEvent(event);
    }
    if (event.kind === 'presence') {
      const people = this.#presence.changes(event.people);
      if (people.length > 0) await this.#print({ kind: 'presence', people });
      return;
    }
    // Before it is noted: what is quoted is what the message said until now.
    await this.#print(event);
    this.#note(event);
    await this.#parts.onEvent(event);
  }

  #note(event: ClientEvent): void {
    const { seen } = this.#parts;
    if (event.kind === 'messageEdited') seen.edited(event.room.number, event.target, event.text);
    else if (event.kind === 'messageDeleted') seen.deleted(event.room.number, event.target);
    else if (event.kind === 'fileAnswered') seen.answered(event.room.number, event.target, event.answer);
    else if (event.kind === 'roomExited') seen.forget(event.room.number);
    else if (event.kind === 'logReplaced') seen.forget();
  }

  async #showMessage(message: Message): Promise<void> {
    const { client, io, own, seen } = this.#parts;
    noteMessage(seen, message);
    const stands = message.mine && own.arrived(message.clientMessageId) && io.interactive;
    if (!stands) await this.#print({ kind: 'message', message });
    if (!message.mine && client.account.settings.notifies(message)) io.seat?.ring();
    // Somebody may have left the room since.
    const inRoom = client.rooms.some(({ number }) => number === message.room.number);
    if (inRoom) client.markRead(message.room.number, message.sequence);
    if (!message.mine) inBackground(this.#presence.meet(message.sender));
  }

  #print(event: ClientEvent): Promise<void> {
    const { io, presenter, around } = this.#parts;
    return io.print(presenter.event(event, around));
  }
}

export type Stopped = Extract<ConnectionStatus, { kind: 'stopped' }>;

/** Presence is a nicety: where asking for it fails, the conversation goes on. */
function inBackground(work: Promise<void>): void {
  work.catch(() => undefined);
}
