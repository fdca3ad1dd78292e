/** This account's messages on their way to one room: what waits in the outbox, and what was taken and has not come back. */
import type { Viewing } from '../describe/messages.ts';
import { userNumber } from '../references.ts';
import type { OutgoingMessage, PendingMessage, PendingState, Recipient, Room, Sent } from '../types.ts';

/** More of those that the server took are not held: they come when somebody reads what happens. */
const TAKEN_MAX = 1_000;

export interface PendingOptions {
  room(): Room;
  viewing: Viewing;
  /** In the order of sending. */
  outbox: { readonly entries: readonly OutgoingMessage[] };
}

export class Pending {
  readonly #options: PendingOptions;
  /** By client message id, in the order of the room. */
  #taken = new Map<string, { message: OutgoingMessage; sent: Sent }>();
  /** By what they were made from, so that who compares finds the same objects. */
  #shown = new WeakMap<OutgoingMessage, PendingMessage>();
  /** Of the last event that was handed over. */
  #reached = 0;

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  get reached(): number {
    return this.#reached;
  }

  /** In the order in which they stand in the room, as far as that is known. */
  list(): readonly PendingMessage[] {
    const { outbox, room } = this.#options;
    const here = room();
    const waiting = outbox.entries.filter(
      (message) => goesTo(message, here) && !this.#taken.has(message.clientMessageId),
    );
    const taken = [...this.#taken.values()].map(({ message, sent }) =>
      this.#show(message, here, { kind: 'sent', sequence: sent.sequence, at: sent.at }),
    );
    return [...taken, ...waiting.map((message) => this.#show(message, here, message.state))].flatMap(
      (shown) => shown ?? [],
    );
  }

  /** The server took it; it stays until its event is there. */
  taken(message: OutgoingMessage, sent: Sent): void {
    if (sent.sequence <= this.#reached || this.#taken.size >= TAKEN_MAX) return;
    // What was made of it before says that it is on its way.
    this.#shown.delete(message);
    this.#taken.set(message.clientMessageId, { message, sent });
    this.#taken = new Map([...this.#taken].sort(([, a], [, b]) => a.sent.sequence - b.sent.sequence));
  }

  /** What happened is in the timeline up to there. */
  happened(sequence: number): void {
    this.#reached = Math.max(this.#reached, sequence);
    for (const [id, { sent }] of this.#taken) if (sent.sequence <= sequence) this.#taken.delete(id);
  }

  /** Names changed. */
  touch(): void {
    this.#shown = new WeakMap();
  }

  clear(): void {
    this.#taken.clear();
    this.#reached = 0;
  }

  #show(message: OutgoingMessage, room: Room, state: PendingState): PendingMessage | undefined {
    const { me, named } = this.#options.viewing;
    if (me === undefined) return undefined;
    const known = this.#shown.get(message);
    if (known !== undefined && known.room === room && known.sender.number === me.number) return known;
    const { clientMessageId, text, file, replyTo, thread, at } = message;
    const sender = named(me.number);
    const shown = { room, sender, clientMessageId, text, file, replyTo, thread, at, state };
    this.#shown.set(message, shown);
    return shown;
  }
}

function goesTo({ target }: OutgoingMessage, room: Room): boolean {
  switch (target.kind) {
    case 'room':
      return target.room === room.number;
    case 'direct':
      return room.kind === 'direct' && target.recipients.some((recipient) => isPeer(recipient, room));
  }
}

function isPeer(recipient: Recipient, { peer }: Room): boolean {
  if (peer === undefined) return false;
  const number = userNumber(recipient);
  if (number !== undefined) return number === peer.number;
  const name = String(recipient).toLowerCase();
  return name === peer.name.toLowerCase() || name === peer.uuid;
}
