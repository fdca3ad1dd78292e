/** Sending: to a room, to one or several people, to everyone (M1-M4, M7). */
import { LOBBY, RECIPIENTS_MAX, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { Delivery, ErrorCode, EventKind, type UserReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { checkMessage, newEvent } from '../events/content.ts';
import type { EventLog } from '../events/log.ts';
import { Turns } from '../turns.ts';
import type { Actor } from './changes.ts';
import { wireRole } from './describe.ts';
import type { DirectRooms } from './direct.ts';
import { authorize, type RoomDirectory, type RoomState, standing } from './directory.ts';
import type { BroadcastLimit } from './limits.ts';
import type { SlowMode } from './slow-mode.ts';
import type { UserDirectory } from './users.ts';

export interface OutgoingMessage {
  clientMessageId: Uint8Array;
  /** An encoded Content. */
  content: Uint8Array;
  relatesTo: number;
  thread: number;
}

export interface Accepted {
  room: RoomNumber;
  sequence: number;
  timeMs: number;
  duplicate: boolean;
}

export interface Outcome {
  delivery: Delivery;
  user?: UserRecord;
  accepted?: Accepted;
  error?: ErrorCode;
}

/** Where a direct message goes, or what became of it already. */
type DirectRoom = { user: UserRecord; state: RoomState } | Outcome;

export interface MessagesOptions {
  log: EventLog;
  directory: RoomDirectory;
  direct: DirectRooms;
  users: UserDirectory;
  online: (user: UserNumber) => boolean;
  /** Whether a direct message is taken: the recipient may have blocked the sender [BLOCK-1]. */
  mayWriteTo: (sender: UserNumber, recipient: UserNumber) => Promise<boolean>;
  broadcasts: BroadcastLimit;
  slowMode: SlowMode;
  clock: Clock;
  random: Random;
}

export class Messages {
  readonly #options: MessagesOptions;
  /** An actor is one connection's. */
  readonly #turns = new Turns<Actor>();

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Resolves after the commit. The order of calls of one actor is the order in the room. */
  async send(actor: Actor, room: RoomNumber, message: OutgoingMessage): Promise<Accepted> {
    checkMessage(message.content, message.clientMessageId);
    const { directory, broadcasts, slowMode, clock } = this.#options;
    const deliver = async (state: RoomState | undefined, welcome = true): Promise<Accepted> => {
      try {
        authorize(state, actor.user, 'send', clock.now());
        if (!welcome) throw new SottoError(ErrorCode.PERMISSION_DENIED, 'send');
        slowMode.take(state, actor.user, clock.now());
        if (room === LOBBY) broadcasts.take(actor.user.number);
      } catch (refusal) {
        return this.#acceptedBefore(actor, room, message, refusal);
      }
      return this.#append(actor, state, message);
    };
    const known = this.#turns.busy(actor) ? undefined : directory.cached(room);
    if (known !== undefined && known.record.kind !== 'direct') return deliver(known);
    return this.#inTurn(actor, async () => {
      const state = await directory.find(room);
      const welcome = await this.#welcome(actor, state);
      return () => deliver(state, welcome);
    });
  }

  /** In a direct room the other one has a say. */
  async #welcome({ user }: Actor, state: RoomState | undefined): Promise<boolean> {
    const other = state?.record.directUsers?.find((one) => one !== user.number);
    return other === undefined || this.#options.mayWriteTo(user.number, other);
  }

  /** What was accepted is not refused when it is sent again, whatever its sender may do by now [SEND-2]. */
  async #acceptedBefore(
    actor: Actor,
    room: RoomNumber,
    { clientMessageId }: OutgoingMessage,
    refusal: unknown,
  ): Promise<Accepted> {
    const earlier = await this.#options.log.accepted(roomStream(room), actor.user.number, clientMessageId);
    if (earlier === undefined) throw refusal;
    return { room, ...earlier, duplicate: true };
  }

  /** One event in the direct room with each recipient, and what became of each, in order. */
  async sendDirect(
    actor: Actor,
    recipients: readonly UserReference[],
    message: OutgoingMessage,
    strict: boolean,
  ): Promise<Outcome[]> {
    checkMessage(message.content, message.clientMessageId);
    if (recipients.length === 0 || recipients.length > RECIPIENTS_MAX) {
      throw new SottoError(
        ErrorCode.ARGUMENT_INVALID,
        `${recipients.length} recipients, at most ${RECIPIENTS_MAX}`,
      );
    }
    return this.#inTurn(actor, async () => {
      const users = await this.#options.users.findAll(recipients);
      if (strict) this.#checkReachable(users);
      const rooms = await Promise.all(users.map((user) => this.#roomWith(actor, user)));
      return () => Promise.all(rooms.map((room) => this.#sendTo(actor, room, message)));
    });
  }

  /**
   * Waits until what the actor sent earlier has been handed to the log, prepares, and hands over [SEND-3]. Nobody waits
   * for a commit but the caller.
   */
  #inTurn<T>(actor: Actor, prepare: () => Promise<() => Promise<T>>): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.#turns.take(actor, () => prepare().then((handOver) => resolve(handOver()), reject));
    });
  }

  async #roomWith(actor: Actor, user: UserRecord | undefined): Promise<DirectRoom> {
    if (user === undefined || user.deletedMs > 0) return { delivery: Delivery.UNKNOWN };
    try {
      if (!(await this.#options.mayWriteTo(actor.user.number, user.number)))
        throw new SottoError(ErrorCode.PERMISSION_DENIED, 'send');
      return { user, state: await this.#options.direct.between(actor, user) };
    } catch (error) {
      return refused(user, error);
    }
  }

  async #sendTo(actor: Actor, room: DirectRoom, message: OutgoingMessage): Promise<Outcome> {
    if (!('state' in room)) return room;
    const { user, state } = room;
    try {
      const accepted = await this.#append(actor, state, message);
      const delivery = this.#options.online(user.number) ? Delivery.DELIVERED : Delivery.QUEUED;
      return { delivery, user, accepted };
    } catch (error) {
      return refused(user, error);
    }
  }

  #checkReachable(users: readonly (UserRecord | undefined)[]): void {
    for (const [index, user] of users.entries()) {
      if (user === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `recipient ${index + 1}`);
      if (!this.#options.online(user.number)) throw new SottoError(ErrorCode.RECIPIENT_OFFLINE, user.name);
    }
  }

  async #append(actor: Actor, state: RoomState, message: OutgoingMessage): Promise<Accepted> {
    const { log, clock, random } = this.#options;
    const { record } = state;
    const timeMs = clock.now();
    const head = {
      stream: roomStream(record.number),
      kind: EventKind.MESSAGE,
      sender: actor.user.number,
      device: actor.device,
      timeMs,
      relatesTo: message.relatesTo,
      thread: message.thread,
      role: wireRole(standing(state, actor.user)),
      countsUnread: true,
      clientMessageId: message.clientMessageId,
    };
    const result = await log.append({ events: [newEvent(head, message.content, random)], changes: [] });
    switch (result.kind) {
      case 'appended':
        return { room: record.number, sequence: result.sequences[0] ?? 0, timeMs, duplicate: false };
      case 'duplicate':
        return { room: record.number, sequence: result.sequence, timeMs: result.timeMs, duplicate: true };
      default:
        throw new Error(`a message cannot end in ${result.kind}`);
    }
  }
}

function refused(user: UserRecord, error: unknown): Outcome {
  if (!(error instanceof SottoError)) throw error;
  return { delivery: Delivery.REFUSED, user, error: error.code };
}
