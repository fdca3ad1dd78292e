/** Rooms and their members in memory, loaded when first needed. */
import {
  LOBBY,
  mayInRoom,
  type RoomAction,
  type RoomNumber,
  type RoomRole,
  type Standing,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { RoomRecord, RoomStore } from './store.ts';

/** Rooms kept in memory; the one unused longest goes first. */
const ROOMS_MAX = 5_000;
const MEMBERS_PAGE = 5_000;

export interface RoomState {
  readonly record: RoomRecord;
  /** Empty for the lobby, where everyone is a member. */
  readonly members: Map<UserNumber, RoomRole>;
}

export class RoomDirectory {
  readonly #store: RoomStore;
  readonly #rooms = new Map<RoomNumber, RoomState>();
  readonly #loading = new Map<RoomNumber, Promise<RoomState | undefined>>();

  constructor(store: RoomStore) {
    this.#store = store;
  }

  /** The room if it is in memory: the way of every message but the first. */
  cached(room: RoomNumber): RoomState | undefined {
    return this.#rooms.get(room);
  }

  async find(room: RoomNumber): Promise<RoomState | undefined> {
    const state = this.#rooms.get(room);
    if (state !== undefined) {
      this.#rooms.delete(room);
      this.#rooms.set(room, state);
      return state;
    }
    let loading = this.#loading.get(room);
    if (loading === undefined) {
      loading = this.#load(room).finally(() => this.#loading.delete(room));
      this.#loading.set(room, loading);
    }
    return loading;
  }

  /** Called after the commit that created it. */
  add(state: RoomState): void {
    this.#rooms.set(state.record.number, state);
    if (this.#rooms.size <= ROOMS_MAX) return;
    const [oldest] = this.#rooms.keys();
    if (oldest !== undefined) this.#rooms.delete(oldest);
  }

  /** After the commit that changed it: the room may have been read anew, or be being read, as it was before. */
  setRole(room: RoomNumber, user: UserNumber, role: RoomRole | undefined): void {
    const apply = (state: RoomState | undefined) => {
      if (role === undefined) state?.members.delete(user);
      else state?.members.set(user, role);
    };
    apply(this.#rooms.get(room));
    this.#loading.get(room)?.then(apply, () => {});
  }

  /** Reads the room again next time: a change of it failed half-way. */
  forget(room: RoomNumber): void {
    this.#rooms.delete(room);
  }

  async #load(number: RoomNumber): Promise<RoomState | undefined> {
    const record = await this.#store.room(number);
    if (record === undefined) return undefined;
    const members = new Map<UserNumber, RoomRole>();
    for (let after = 0 as UserNumber; number !== LOBBY; ) {
      const page = await this.#store.members(number, after, MEMBERS_PAGE);
      for (const { user, role } of page) members.set(user, role);
      const last = page.at(-1);
      if (last === undefined || page.length < MEMBERS_PAGE) break;
      after = last.user;
    }
    const state = { record, members };
    this.add(state);
    return state;
  }
}

export function standing({ record, members }: RoomState, user: UserNumber): Standing {
  if (record.kind === 'lobby') return 'member';
  return members.get(user) ?? 'none';
}

/** The one gate before anything happens in a room. A room one may not see is answered like one that is not there [ROOM-2]. */
export function authorize(
  state: RoomState | undefined,
  user: UserNumber,
  action: RoomAction,
): asserts state is RoomState {
  if (state !== undefined) {
    const who = standing(state, user);
    if (mayInRoom(state.record.kind, who, action)) return;
    if (mayInRoom(state.record.kind, who, 'see')) throw new SottoError(ErrorCode.PERMISSION_DENIED, action);
  }
  throw new SottoError(ErrorCode.NOT_FOUND, 'room');
}
