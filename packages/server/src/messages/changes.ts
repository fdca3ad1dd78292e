/** What is done to messages that are there: editing, deleting, reacting, pinning (M9). */
import { isInlineSize, type RoomAction, type RoomNumber, readEmoji, type UserNumber } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { type ChangeMessage, ErrorCode, EventKind } from '@sotto/schema';
import { checkEdit, checkMessageId, encodeContent, newEvent, readContent } from '../events/content.ts';
import type { EventLog } from '../events/log.ts';
import type { AppendResult, DerivedChange, StoredEvent } from '../events/store.ts';
import type { Actor } from '../rooms/changes.ts';
import { wireRole } from '../rooms/describe.ts';
import { peerOf } from '../rooms/direct.ts';
import { authorize, type RoomState, standing } from '../rooms/directory.ts';
import { type Accepted, refuseUnlessAccepted } from './accepted.ts';
import type { Mentions } from './mentions.ts';
import type { ActorOrder } from './order.ts';
import type { Targets } from './targets.ts';

/** As the request has it, checked. */
type Change =
  | { kind: 'edit'; content: Uint8Array; text: string }
  | { kind: 'delete' }
  | { kind: 'react'; emoji: string; on: boolean }
  | { kind: 'pin'; on: boolean }
  | { kind: 'answerFile'; accepted: boolean };

export interface MessageChangesOptions {
  log: EventLog;
  order: ActorOrder;
  targets: Targets;
  mentions: Mentions;
  /** Whether something that is said in a direct room is taken: the other may have blocked the one who says it [BLOCK-1]. */
  mayWriteTo: (sender: UserNumber, recipient: UserNumber) => Promise<boolean>;
  clock: Clock;
  random: Random;
}

export type ChangeRequest = Pick<ChangeMessage, 'sequence' | 'clientMessageId' | 'change'>;

/** One change of one message, by somebody. */
interface Deed {
  actor: Actor;
  state: RoomState;
  message: StoredEvent;
  change: Change;
  clientMessageId: Uint8Array;
}

export class MessageChanges {
  readonly #options: MessageChangesOptions;

  constructor(options: MessageChangesOptions) {
    this.#options = options;
  }

  /** Resolves after the commit; in the order of what the actor does, messages among it [CHANGE-5]. */
  change(actor: Actor, room: RoomNumber, request: ChangeRequest): Promise<Accepted> {
    const { order, targets } = this.#options;
    const change = readChange(request);
    const clientMessageId = request.clientMessageId.slice();
    return order.inTurn(actor, async () => {
      try {
        const found = await targets.message(room, actor.user, request.sequence);
        await this.#needWelcome(actor, found.state, change);
        const deed: Deed = { ...found, actor, change, clientMessageId };
        const derived = await this.#derived(deed);
        return () => this.#carryOut(deed, derived);
      } catch (refusal) {
        return () => this.#acceptedBefore(actor, room, clientMessageId, refusal);
      }
    });
  }

  /** What one wrote one may always take back; what was offered one may answer. */
  async #needWelcome({ user }: Actor, { record }: RoomState, change: Change): Promise<void> {
    const other = peerOf(record, user.number);
    if (other === undefined || change.kind === 'delete' || change.kind === 'answerFile') return;
    if (await this.#options.mayWriteTo(user.number, other)) return;
    throw new SottoError(ErrorCode.PERMISSION_DENIED, change.kind);
  }

  /** What follows, with the mentions of the new text. */
  async #derived(deed: Deed): Promise<DerivedChange[]> {
    const { actor, state, message, change } = deed;
    const stream = message.stream;
    const target = message.sequence;
    const by = actor.user.number;
    const timeMs = this.#options.clock.now();
    switch (change.kind) {
      case 'edit': {
        const { mentions } = this.#options;
        const users = await mentions.in(change.text, by, state.record, standing(state, actor.user));
        return [
          { kind: 'messageEdited', stream, target },
          { kind: 'mentioned', stream, target, users, timeMs: message.timeMs },
        ];
      }
      case 'delete':
        return [
          { kind: 'messageDeleted', stream, target, by, timeMs },
          ...audit(actor, state, message, timeMs),
        ];
      case 'react':
        return [{ kind: 'reactionSet', stream, target, user: by, emoji: change.emoji, on: change.on }];
      case 'pin':
        return [{ kind: 'pinSet', stream, target, by, timeMs, on: change.on }];
      case 'answerFile': {
        const { accepted } = change;
        authorizeDeed(deed, timeMs);
        return [{ kind: 'fileAnswered', stream, target, accepted, stored: !isInMessage(message) }];
      }
    }
  }

  /** The rights are those of the moment in which the log is handed the event. */
  async #carryOut(deed: Deed, changes: readonly DerivedChange[]): Promise<Accepted> {
    const { log, clock, random } = this.#options;
    const { actor, state, message, change, clientMessageId } = deed;
    const room = state.record.number;
    const timeMs = clock.now();
    try {
      authorizeDeed(deed, timeMs);
    } catch (refusal) {
      return this.#acceptedBefore(actor, room, clientMessageId, refusal);
    }
    const head = {
      stream: message.stream,
      kind: eventKind(change),
      sender: actor.user.number,
      device: actor.device,
      timeMs,
      relatesTo: message.sequence,
      thread: message.thread,
      role: wireRole(standing(state, actor.user)),
      clientMessageId,
    };
    const result = await log.append({ events: [newEvent(head, contentOf(change), random)], changes });
    return answer(result, deed, room, timeMs);
  }

  #acceptedBefore(
    { user }: Actor,
    room: RoomNumber,
    clientMessageId: Uint8Array,
    refusal: unknown,
  ): Promise<Accepted> {
    const { log } = this.#options;
    return refuseUnlessAccepted(log, { room, sender: user.number, clientMessageId }, refusal);
  }
}

/** Throws SottoError. */
function readChange({ change, clientMessageId }: ChangeRequest): Change {
  checkMessageId(clientMessageId);
  switch (change.case) {
    case 'edit': {
      const content = change.value.slice();
      return { kind: 'edit', content, text: checkEdit(content) };
    }
    case 'delete':
      return { kind: 'delete' };
    case 'addReaction':
    case 'removeReaction': {
      const emoji = readEmoji(change.value);
      if (emoji === undefined) throw new SottoError(ErrorCode.CONTENT_INVALID, 'not one emoji');
      return { kind: 'react', emoji, on: change.case === 'addReaction' };
    }
    case 'pin':
      return { kind: 'pin', on: change.value };
    case 'acceptFile':
      return { kind: 'answerFile', accepted: change.value };
    case undefined:
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'no change given');
  }
}

/** The file that it offers; throws FILE_GONE where it can be seen to offer none. A sealed one may, as storage knows. */
function isInMessage({ content }: StoredEvent): boolean {
  const body = readContent(content);
  switch (body.case) {
    case 'file':
      return isInlineSize(body.value.size);
    case 'sealed':
      return false;
    default:
      throw new SottoError(ErrorCode.FILE_GONE, 'the message offers none');
  }
}

/** Throws SottoError. */
function authorizeDeed({ actor, state, message, change }: Deed, nowMs: number): void {
  const isOwn = message.sender === actor.user.number;
  authorize(state, actor.user, actionOf(change, isOwn), nowMs);
  if (change.kind === 'edit' && !isOwn)
    throw new SottoError(ErrorCode.PERMISSION_DENIED, 'edit what others wrote');
  if (change.kind === 'answerFile' && isOwn)
    throw new SottoError(ErrorCode.PERMISSION_DENIED, 'answer for others');
}

function actionOf(change: Change, isOwn: boolean): RoomAction {
  switch (change.kind) {
    case 'edit':
      return 'editOwn';
    case 'delete':
      return isOwn ? 'deleteOwn' : 'deleteAny';
    case 'react':
      return 'react';
    case 'pin':
      return 'pin';
    case 'answerFile':
      return 'answerFile';
  }
}

function eventKind(change: Change): EventKind {
  switch (change.kind) {
    case 'edit':
      return EventKind.MESSAGE_EDITED;
    case 'delete':
      return EventKind.MESSAGE_DELETED;
    case 'react':
      return change.on ? EventKind.REACTION_ADDED : EventKind.REACTION_REMOVED;
    case 'pin':
      return change.on ? EventKind.MESSAGE_PINNED : EventKind.MESSAGE_UNPINNED;
    case 'answerFile':
      return change.accepted ? EventKind.FILE_ACCEPTED : EventKind.FILE_DECLINED;
  }
}

function contentOf(change: Change): Uint8Array {
  switch (change.kind) {
    case 'edit':
      return change.content;
    case 'react':
      return encodeContent({ case: 'reaction', value: change.emoji });
    case 'delete':
    case 'pin':
    case 'answerFile':
      return NO_BYTES;
  }
}

/** What somebody deletes of somebody else's is in the audit log. */
function audit(
  { user }: Actor,
  { record }: RoomState,
  message: StoredEvent,
  timeMs: number,
): DerivedChange[] {
  if (message.sender === user.number) return [];
  const detail = `message ${message.sequence}`;
  const entry = { timeMs, actor: user.number, target: message.sender, room: record.number, detail };
  return [{ kind: 'audited', entry: { ...entry, action: 'message.deleted' } }];
}

function answer(result: AppendResult, { message, change }: Deed, room: RoomNumber, timeMs: number): Accepted {
  switch (result.kind) {
    case 'appended':
      return { room, sequence: result.sequences[0] ?? 0, timeMs, duplicate: false };
    case 'duplicate':
      return { room, sequence: result.sequence, timeMs: result.timeMs, duplicate: true };
    case 'unchanged':
      return { room, sequence: message.sequence, timeMs: message.timeMs, duplicate: true };
    case 'messageGone':
      throw new SottoError(ErrorCode.MESSAGE_GONE, `message ${message.sequence}`);
    case 'tooMany':
      throw new SottoError(ErrorCode.LIMIT_REACHED, 'reactions, emoji or pins');
    case 'fileGone':
      throw new SottoError(ErrorCode.FILE_GONE, `message ${message.sequence}`);
    case 'answered':
      if (change.kind === 'answerFile' && change.accepted)
        throw new SottoError(ErrorCode.FILE_GONE, `message ${message.sequence}: declined before`);
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'accepted before');
    default:
      throw new Error(`a change of a message cannot end in ${result.kind}`);
  }
}

const NO_BYTES = new Uint8Array(0);
