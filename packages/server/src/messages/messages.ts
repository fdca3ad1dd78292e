/** Sending: to a room, to one or several people, to everyone (M1-M4, M7). */
import {
  LOBBY,
  RECIPIENTS_MAX,
  type RoomNumber,
  roomStream,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { Delivery, ErrorCode, EventKind, type UserReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import {
  type CheckedMessage,
  checkMessage,
  checkMessageId,
  newEvent,
  type SentContent,
} from '../events/content.ts';
import type { EventLog } from '../events/log.ts';
import type { DerivedChange } from '../events/store.ts';
import type { Actor } from '../rooms/changes.ts';
import { wireRole } from '../rooms/describe.ts';
import { type DirectRooms, peerOf } from '../rooms/direct.ts';
import { authorize, type RoomDirectory, type RoomState, standing } from '../rooms/directory.ts';
import type { UserDirectory } from '../rooms/users.ts';
import { type Accepted, refuseUnlessAccepted } from './accepted.ts';
import type { BroadcastLimit } from './broadcast-limit.ts';
import type { Mentions } from './mentions.ts';
import type { ActorOrder } from './order.ts';
import type { SlowMode } from './slow-mode.ts';
import type { Targets } from './targets.ts';

export interface OutgoingMessage extends SentContent {
  clientMessageId: Uint8Array;
  relatesTo: number;
  thread: number;
}

export interface Outcome {
  delivery: Delivery;
  user?: UserRecord;
  accepted?: Accepted;
  error?: ErrorCode;
}

/** Where a direct message goes, or what became of it already. */
type DirectRoom = { user: UserRecord; state: RoomState } | Outcome;

interface Prepared {
  changes: readonly DerivedChange[];
  refusal?: unknown;
}

type Checked = OutgoingMessage & CheckedMessage;

const NOTHING_ELSE: Prepared = { changes: [] };

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
  order: ActorOrder;
  mentions: Mentions;
  targets: Targets;
  clock: Clock;
  random: Random;
}

export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /**
   * Resolves after the commit. The order of calls of one actor is the order in the room. An `answer` of an assistant mentions
   * nobody, and has limits of its own [REPLY-1].
   */
  async send(
    actor: Actor,
    room: RoomNumber,
    message: OutgoingMessage,
    as: 'message' | 'answer' = 'message',
  ): Promise<Accepted> {
    const checked = check(message);
    const text = as === 'answer' ? '' : checked.text;
    const { directory, broadcasts, slowMode, order, clock } = this.#options;
    const deliver = async (state: RoomState | undefined, prepared: Prepared): Promise<Accepted> => {
      try {
        authorize(state, actor.user, 'send', clock.now());
        if (prepared.refusal !== undefined) throw prepared.refusal;
        if (as === 'message') {
          slowMode.take(state, actor.user, clock.now());
          if (room === LOBBY) broadcasts.take(actor.user.number);
        }
      } catch (refusal) {
        return this.#acceptedBefore(actor, room, message, refusal);
      }
      return this.#append(actor, state, { ...message, ...checked }, prepared.changes);
    };
    const isAlone = message.relatesTo === 0 && message.thread === 0 && !text.includes('@');
    const known = isAlone && !order.busy(actor) ? directory.cached(room) : undefined;
    if (known !== undefined && known.record.kind !== 'direct') return deliver(known, NOTHING_ELSE);
    return order.inTurn(actor, async () => {
      const state = await directory.find(room);
      const prepared = await this.#prepare(actor, state, message, text).catch((refusal: unknown) => ({
        changes: [],
        refusal,
      }));
      return () => deliver(state, prepared);
    });
  }

  /** What has to be asked before the message can be handed over, and what follows from it. */
  async #prepare(
    actor: Actor,
    state: RoomState | undefined,
    message: OutgoingMessage,
    text: string,
  ): Promise<Prepared> {
    authorize(state, actor.user, 'send', this.#options.clock.now());
    if (!(await this.#welcome(actor, state))) throw new SottoError(ErrorCode.PERMISSION_DENIED, 'send');
    return { changes: await this.#changes(actor, state, message, text) };
  }

  /** What follows from a message that answers another, is in a thread or mentions somebody [THREAD-1] [MENTION-1]. */
  async #changes(
    actor: Actor,
    state: RoomState,
    { relatesTo, thread }: Pick<OutgoingMessage, 'relatesTo' | 'thread'>,
    text: string,
  ): Promise<DerivedChange[]> {
    const { targets, mentions, clock } = this.#options;
    const { record } = state;
    const stream = roomStream(record.number);
    const timeMs = clock.now();
    const changes: DerivedChange[] = [];
    await targets.checkRelations(record.number, actor.user, { relatesTo, thread });
    if (thread > 0) changes.push({ kind: 'threadReplied', stream, root: thread as Sequence, timeMs });
    if (!text.includes('@')) return changes;
    const users = await mentions.in(text, actor.user.number, record, standing(state, actor.user));
    if (users.length > 0) changes.push({ kind: 'mentioned', stream, target: undefined, users, timeMs });
    return changes;
  }

  /** In a direct room the other one has a say. */
  async #welcome({ user }: Actor, state: RoomState | undefined): Promise<boolean> {
    const other = state && peerOf(state.record, user.number);
    return other === undefined || this.#options.mayWriteTo(user.number, other);
  }

  #acceptedBefore(
    { user }: Actor,
    room: RoomNumber,
    { clientMessageId }: OutgoingMessage,
    refusal: unknown,
  ): Promise<Accepted> {
    const { log } = this.#options;
    return refuseUnlessAccepted(log, { room, sender: user.number, clientMessageId }, refusal);
  }

  /** One event in the direct room with each recipient, and what became of each, in order. */
  async sendDirect(
    actor: Actor,
    recipients: readonly UserReference[],
    message: OutgoingMessage,
    strict: boolean,
  ): Promise<Outcome[]> {
    const checked = check(message);
    if (recipients.length === 0 || recipients.length > RECIPIENTS_MAX) {
      throw new SottoError(
        ErrorCode.ARGUMENT_INVALID,
        `${recipients.length} recipients, at most ${RECIPIENTS_MAX}`,
      );
    }
    return this.#options.order.inTurn(actor, async () => {
      const users = await this.#options.users.findAll(recipients);
      if (strict) this.#checkReachable(users);
      const rooms = await Promise.all(users.map((user) => this.#roomWith(actor, user, message)));
      const changes = await Promise.all(rooms.map((room) => this.#mentionsIn(actor, room, checked.text)));
      const sending = { ...message, ...checked };
      return () =>
        Promise.all(rooms.map((room, index) => this.#sendTo(actor, room, sending, changes[index] ?? [])));
    });
  }

  /** The direct room with somebody who may be written to, made where there is none yet. */
  async openDirect(actor: Actor, reference: UserReference | undefined): Promise<RoomNumber> {
    const { users, direct, mayWriteTo } = this.#options;
    const user = reference && (await users.find(reference));
    if (user === undefined || user.deletedMs > 0) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
    if (!(await mayWriteTo(actor.user.number, user.number)))
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'send');
    return (await direct.between(actor, user)).record.number;
  }

  async #roomWith(actor: Actor, user: UserRecord | undefined, message: OutgoingMessage): Promise<DirectRoom> {
    if (user === undefined || user.deletedMs > 0) return { delivery: Delivery.UNKNOWN };
    try {
      if (!(await this.#options.mayWriteTo(actor.user.number, user.number)))
        return await this.#unwelcome(actor, user, message);
      return { user, state: await this.#options.direct.between(actor, user) };
    } catch (error) {
      return refused(user, error);
    }
  }

  /** To somebody who blocked the sender: only what was accepted before is not refused [SEND-2]. */
  async #unwelcome(actor: Actor, user: UserRecord, message: OutgoingMessage): Promise<Outcome> {
    const refusal = new SottoError(ErrorCode.PERMISSION_DENIED, 'send');
    const record = await this.#options.direct.existing(actor, user);
    if (record === undefined) throw refusal;
    const accepted = await this.#acceptedBefore(actor, record.number, message, refusal);
    return { delivery: Delivery.QUEUED, user, accepted };
  }

  async #mentionsIn(actor: Actor, room: DirectRoom, text: string): Promise<readonly DerivedChange[]> {
    if (!('state' in room) || !text.includes('@')) return [];
    return this.#changes(actor, room.state, { relatesTo: 0, thread: 0 }, text);
  }

  async #sendTo(
    actor: Actor,
    room: DirectRoom,
    message: Checked,
    changes: readonly DerivedChange[],
  ): Promise<Outcome> {
    if (!('state' in room)) return room;
    const { user, state } = room;
    try {
      const accepted = await this.#append(actor, state, message, changes);
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

  async #append(
    actor: Actor,
    state: RoomState,
    message: Checked,
    also: readonly DerivedChange[],
  ): Promise<Accepted> {
    const { log, clock, random } = this.#options;
    const { record } = state;
    const timeMs = clock.now();
    const stream = roomStream(record.number);
    const { offered } = message;
    const user = actor.user.number;
    const changes = offered ? [...also, { kind: 'fileOffered' as const, stream, user, ...offered }] : also;
    const head = {
      stream,
      kind: EventKind.MESSAGE,
      sender: user,
      device: actor.device,
      timeMs,
      relatesTo: message.relatesTo,
      thread: message.thread,
      role: wireRole(standing(state, actor.user)),
      countsUnread: true,
      clientMessageId: message.clientMessageId,
    };
    const result = await log.append({ events: [newEvent(head, message.content, random)], changes });
    switch (result.kind) {
      case 'appended':
        return { room: record.number, sequence: result.sequences[0] ?? 0, timeMs, duplicate: false };
      case 'duplicate':
        return { room: record.number, sequence: result.sequence, timeMs: result.timeMs, duplicate: true };
      case 'messageGone':
        throw new SottoError(ErrorCode.MESSAGE_GONE, `message ${message.thread}`);
      case 'fileGone':
        throw new SottoError(ErrorCode.FILE_GONE, 'no such upload of that size is finished');
      default:
        throw new Error(`a message cannot end in ${result.kind}`);
    }
  }
}

/** Throws SottoError. */
function check(message: OutgoingMessage): CheckedMessage {
  checkMessageId(message.clientMessageId);
  return checkMessage(message);
}

function refused(user: UserRecord, error: unknown): Outcome {
  if (!(error instanceof SottoError)) throw error;
  return { delivery: Delivery.REFUSED, user, error: error.code };
}
