/** Asks the limits about connections and requests, before anything is done for them [LIMIT-2]. */
import { judge, type RoomAction, type RoomNumber } from '@sotto/model';
import type { FrameFields, Request, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sourcePrefix } from '../accounts/source.ts';
import { type Cost, costOf } from '../limits/cost.ts';
import type { Limits, RequestedRoom } from '../limits/limits.ts';
import { Unauthenticated } from '../limits/unauthenticated.ts';
import type { SentBefore } from '../messages/sent-before.ts';
import { held, type RoomDirectory, type RoomState, standing } from '../rooms/directory.ts';
import type { ClientConnection, Principal } from './connection.ts';
import { describeOutcomes } from './handlers/messages.ts';

/** Until one of those that have not logged in has, or has been given up. */
const CONNECT_AGAIN_MS = 2_000;
const REQUEST: Cost = { kind: 'request', requests: 1 };

type Sending = Extract<Request, { name: 'sendMessage' | 'sendDirect' | 'changeMessage' }>;
type Answer = FrameFields<'messageAccepted'> | FrameFields<'directAccepted'>;

const isSending = (request: Request): request is Sending =>
  request.name === 'sendMessage' || request.name === 'sendDirect' || request.name === 'changeMessage';

export interface AdmissionOptions {
  limits: Limits;
  /** Connections of one source prefix that have not logged in; undefined for any number. */
  sourceConnections: number | undefined;
  sentBefore: Pick<SentBefore, 'inRoom' | 'direct'>;
  directory: Pick<RoomDirectory, 'cached'>;
  now: () => number;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #pending: Unauthenticated<ClientConnection>;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#pending = new Unauthenticated(options.sourceConnections ?? Number.POSITIVE_INFINITY);
  }

  /** Why it has to go, if it does. */
  opened(connection: ClientConnection): SottoError | undefined {
    const source = sourceOf(connection);
    if (this.#pending.opened(connection, source)) return undefined;
    return this.#options.limits.refuse(ErrorCode.THROTTLED, 'source connections', source, CONNECT_AGAIN_MS);
  }

  closed(connection: ClientConnection): void {
    this.#pending.closed(connection);
  }

  /**
   * Throws RATE_LIMITED; or gives the answer to a message that was accepted before, which is not refused when it is sent
   * again [SEND-2]. Looking for that is a request like others.
   */
  request(connection: ClientConnection, request: Request): Promise<Answer> | undefined {
    const { claimed } = connection;
    // Attempts to log in have limits of their own.
    if (claimed === undefined) return undefined;
    const { limits } = this.#options;
    const cost = costOf(request);
    const requester = { user: claimed.user, source: sourceOf(connection) };
    const refusal = limits.take(cost, requester, this.#roomOf(request, cost, claimed));
    if (refusal === undefined) return undefined;
    if (!isSending(request) || limits.take(REQUEST, requester, undefined) !== undefined) throw refusal;
    return this.#answeredBefore(claimed, request).then((answer) => {
      if (answer === undefined) throw refusal;
      return answer;
    });
  }

  async #answeredBefore(actor: Principal, request: Sending): Promise<Answer | undefined> {
    const { sentBefore } = this.#options;
    if (request.name === 'sendDirect') {
      const { recipients, clientMessageId } = request.message;
      const outcomes = await sentBefore.direct(actor, recipients, clientMessageId.slice());
      return outcomes && describeOutcomes(outcomes);
    }
    const { room, clientMessageId } = request.message;
    return sentBefore.inRoom(actor.user.number, room as RoomNumber, clientMessageId.slice());
  }

  /** If what is asked for may be done there at all: what others say in a room is not for those to use up who may not. */
  #roomOf(request: Request, cost: Cost, { user }: Principal): RequestedRoom | undefined {
    if (cost.kind !== 'messages' || cost.room === undefined) return undefined;
    const { directory, now } = this.#options;
    const room = directory.cached(cost.room);
    if (room === undefined || !mayDo(room, user, actionOf(request), now())) return undefined;
    // Administrators read it, who are told of no private room.
    const isListed = room.record.kind === 'public' || room.record.kind === 'announcement';
    return { number: cost.room, name: isListed ? room.record.name : `room ${cost.room}` };
  }
}

/** What it needs at least. */
function actionOf(request: Request): RoomAction {
  if (request.name !== 'changeMessage') return 'send';
  return request.message.change.case === 'delete' ? 'deleteOwn' : 'react';
}

function mayDo(room: RoomState, user: Principal['user'], action: RoomAction, nowMs: number): boolean {
  const { kind, settings } = room.record;
  const muted = held(room.mutes.get(user.number), nowMs) !== undefined;
  const at = { kind, standing: standing(room, user), archived: settings.archived, muted };
  return judge(at, action) === 'allowed';
}

const sourceOf = ({ transport }: ClientConnection): string => sourcePrefix(transport.remoteAddress);
