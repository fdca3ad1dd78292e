/** Asks the limits about connections and requests, before anything is done for them [LIMIT-2]. */
import { type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import type { Request, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sourcePrefix } from '../accounts/source.ts';
import type { EventLog } from '../events/log.ts';
import { type Cost, costOf } from '../limits/cost.ts';
import type { Limits, RequestedRoom } from '../limits/limits.ts';
import { Unauthenticated } from '../limits/unauthenticated.ts';
import { type RoomDirectory, standing } from '../rooms/directory.ts';
import type { Accepted } from '../rooms/messages.ts';
import type { ClientConnection, Principal } from './connection.ts';

/** Until one of those that have not logged in has, or has been given up. */
const CONNECT_AGAIN_MS = 2_000;
const REQUEST: Cost = { kind: 'request', requests: 1 };

export interface AdmissionOptions {
  limits: Limits;
  /** Connections of one source prefix that have not logged in; undefined for any number. */
  sourceConnections: number | undefined;
  log: Pick<EventLog, 'accepted'>;
  directory: Pick<RoomDirectory, 'cached'>;
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
  request(connection: ClientConnection, request: Request): Promise<Accepted> | undefined {
    const { claimed } = connection;
    // Attempts to log in have limits of their own.
    if (claimed === undefined) return undefined;
    const { limits } = this.#options;
    const cost = costOf(request);
    const requester = { user: claimed.user, source: sourceOf(connection) };
    const refusal = limits.take(cost, requester, this.#roomOf(cost, claimed));
    if (refusal === undefined) return undefined;
    if (request.name !== 'sendMessage' && request.name !== 'changeMessage') throw refusal;
    if (limits.take(REQUEST, requester, undefined) !== undefined) throw refusal;
    return this.#acceptedBefore(claimed.user.number, request.message, refusal);
  }

  async #acceptedBefore(
    sender: UserNumber,
    { room: number, clientMessageId }: { room: number; clientMessageId: Uint8Array },
    refusal: SottoError,
  ): Promise<Accepted> {
    const room = number as RoomNumber;
    const earlier = await this.#options.log.accepted(roomStream(room), sender, clientMessageId);
    if (earlier === undefined) throw refusal;
    return { room, ...earlier, duplicate: true };
  }

  #roomOf(cost: Cost, { user }: Principal): RequestedRoom | undefined {
    if (cost.kind !== 'messages' || cost.room === undefined) return undefined;
    const room = this.#options.directory.cached(cost.room);
    if (room === undefined || standing(room, user) === 'none') return undefined;
    return { number: cost.room, name: room.record.name || `room ${cost.room}` };
  }
}

const sourceOf = ({ transport }: ClientConnection): string => sourcePrefix(transport.remoteAddress);
