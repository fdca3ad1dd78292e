import type { Recipient, RoomName, RoomSendOptions, Sent, SottoClient } from '@sotto/client';
import { CLIENT_MESSAGE_ID_BYTES } from '@sotto/model';
import type { Target } from './command.ts';
import type { OwnMessages } from './own-messages.ts';
import type { Reply } from './reply.ts';

/** Messages sent and not yet acknowledged before the next line is read. */
const PENDING_MAX = 256;

export interface Outgoing {
  target: Target;
  text: string;
  /** What it answers; in rooms only. */
  about?: Pick<RoomSendOptions, 'replyTo' | 'thread'>;
  /** It stands there already, as it was typed. */
  shown: boolean;
  /** Whom it asks by name; in rooms only. */
  assistant?: Recipient;
  /** An assistant will answer it. */
  asks?: boolean;
}

/**
 * Sends without waiting for each acknowledgement; the SDK keeps the order. `done` gets every outcome and must not
 * throw.
 */
export class Sender {
  readonly #client: SottoClient;
  readonly #own: OwnMessages;
  readonly #pending = new Set<Promise<void>>();
  strict = false;

  constructor(client: SottoClient, own: OwnMessages) {
    this.#client = client;
    this.#own = own;
  }

  /** Resolves when there is room for another one. */
  async send(message: Outgoing, done: (reply: Promise<Reply>) => Promise<void>): Promise<void> {
    const clientMessageId = crypto.getRandomValues(new Uint8Array(CLIENT_MESSAGE_ID_BYTES)).toHex();
    this.#own.sending(clientMessageId, message.shown);
    const reply = this.#reply(message, clientMessageId);
    const settled = done(reply).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    if (this.#pending.size >= PENDING_MAX) await Promise.race(this.#pending);
  }

  /** Resolves when everything sent so far was acknowledged or refused, and said so. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #reply(message: Outgoing, clientMessageId: string): Promise<Reply> {
    const { target, text } = message;
    let copies = 0;
    try {
      if (target.kind === 'room') {
        const sent = await this.#sendTo(target.room, message, clientMessageId);
        copies = 1;
        return { kind: 'sent', sent, clientMessageId };
      }
      const options = { clientMessageId, strict: this.strict };
      const sent = await this.#client.sendDirect(target.recipients, text, options);
      copies = new Set(sent.outcomes.flatMap((outcome) => outcome.sent?.room ?? [])).size;
      return { kind: 'sentDirect', sent, clientMessageId };
    } finally {
      this.#own.settled(clientMessageId, copies);
    }
  }

  #sendTo(room: RoomName, { text, about, assistant }: Outgoing, clientMessageId: string): Promise<Sent> {
    const options = { ...about, clientMessageId };
    return assistant === undefined
      ? this.#client.send(room, text, options)
      : this.#client.assistants.ask(room, text, { ...options, assistant });
  }
}
