/** What is done to messages that are there. Each carries an id, so that doing it twice is doing it once. */
import type { Sequence } from '@sotto/model';
import { encodeMessage, type FrameFields } from '@sotto/protocol';
import { ContentSchema } from '@sotto/schema';
import { fromHex } from '../hex.ts';
import { checkMessage } from '../outbox/request.ts';
import type { RoomName } from '../types.ts';
import { ask, type CallContext } from './context.ts';

type Change = FrameFields<'changeMessage'>['change'];

export class MessageCalls {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  async edit(room: RoomName, message: Sequence, text: string): Promise<void> {
    checkMessage(text);
    const value = encodeMessage(ContentSchema, { content: { case: 'plain', value: text } });
    await this.#change(room, message, { case: 'edit', value });
  }

  delete(room: RoomName, message: Sequence): Promise<void> {
    return this.#change(room, message, { case: 'delete', value: {} });
  }

  react(room: RoomName, message: Sequence, emoji: string): Promise<void> {
    return this.#change(room, message, { case: 'addReaction', value: emoji });
  }

  unreact(room: RoomName, message: Sequence, emoji: string): Promise<void> {
    return this.#change(room, message, { case: 'removeReaction', value: emoji });
  }

  pin(room: RoomName, message: Sequence, pinned: boolean): Promise<void> {
    return this.#change(room, message, { case: 'pin', value: pinned });
  }

  answerFile(room: RoomName, message: Sequence, accepted: boolean): Promise<void> {
    return this.#change(room, message, { case: 'acceptFile', value: accepted });
  }

  async #change(name: RoomName, sequence: Sequence, change: NonNullable<Change>): Promise<void> {
    const { names, newMessageId, timelines } = this.#context;
    const room = names.joined(name);
    const clientMessageId = fromHex(newMessageId());
    const shown = timelines.suppose(room, { change, target: sequence, clientMessageId });
    const asked = { room: room.number, sequence, clientMessageId, change };
    try {
      shown.confirmed((await ask(this.#context, 'changeMessage', asked)).sequence);
    } catch (error) {
      shown.refused();
      throw error;
    }
  }
}
