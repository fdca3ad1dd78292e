/** What became of messages that are sent again, for those who may not send them anew at the moment [SEND-2]. */
import { RECIPIENTS_MAX, type RoomNumber, type UserNumber } from '@sotto/model';
import { Delivery, type UserReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import type { Actor } from '../rooms/changes.ts';
import type { DirectRooms } from '../rooms/direct.ts';
import type { UserDirectory } from '../rooms/users.ts';
import { type Accepted, acceptedBefore } from './accepted.ts';
import type { Outcome } from './messages.ts';

export interface SentBeforeOptions {
  log: Pick<EventLog, 'accepted'>;
  direct: Pick<DirectRooms, 'existing'>;
  users: UserDirectory;
  online: (user: UserNumber) => boolean;
}

export class SentBefore {
  readonly #options: SentBeforeOptions;

  constructor(options: SentBeforeOptions) {
    this.#options = options;
  }

  inRoom(sender: UserNumber, room: RoomNumber, clientMessageId: Uint8Array): Promise<Accepted | undefined> {
    return acceptedBefore(this.#options.log, { room, sender, clientMessageId });
  }

  /** Undefined unless it was accepted for each of the recipients: looks no further than the first it was not. */
  async direct(
    actor: Actor,
    recipients: readonly UserReference[],
    clientMessageId: Uint8Array,
  ): Promise<Outcome[] | undefined> {
    if (recipients.length === 0 || recipients.length > RECIPIENTS_MAX) return undefined;
    const outcomes: Outcome[] = [];
    for (const recipient of recipients) {
      const [user] = await this.#options.users.findAll([recipient]);
      const outcome = user && (await this.#outcome(actor, user, clientMessageId));
      if (outcome === undefined) return undefined;
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async #outcome(actor: Actor, user: UserRecord, id: Uint8Array): Promise<Outcome | undefined> {
    const room = await this.#options.direct.existing(actor, user);
    const accepted = room && (await this.inRoom(actor.user.number, room.number, id));
    if (accepted === undefined) return undefined;
    const isOnline = this.#options.online(user.number);
    return { delivery: isOnline ? Delivery.DELIVERED : Delivery.QUEUED, user, accepted };
  }
}
