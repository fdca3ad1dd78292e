/** Rooms and their members in memory, loaded when first needed. */
import {
  judge,
  LOBBY,
  type RoomAction,
  type RoomNumber,
  type RoomRole,
  SANCTIONS_MAX,
  type Sequence,
  type Standing,
  standingOf,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { RoomRecord, RoomStore, SanctionRecord } from './store.ts';

/** Rooms kept in memory; the one unused longest goes first. */
const ROOMS_MAX = 5_000;
const MEMBERS_PAGE = 5_000;

export interface MemberState {
  role: RoomRole;
  /** The sequence of the event that brought the member in. */
  since: Sequence;
}

export interface RoomState {
  /** Replaced when the room is changed. */
  record: RoomRecord;
  /** Empty for the lobby, where everyone is a member. */
  readonly members: Map<UserNumber, MemberState>;
  readonly bans: Map<UserNumber, SanctionRecord>;
  readonly mutes: Map<UserNumber, SanctionRecord>;
}

/** Who asks: `owner` and `administrator` of the server. */
export type Asker = Pick<UserRecord, 'number' | 'owner' | 'administrator'>;

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
  apply(room: RoomNumber, change: (state: RoomState) => void): void {
    const known = this.#rooms.get(room);
    if (known !== undefined) change(known);
    this.#loading.get(room)?.then(
      (state) => state !== undefined && change(state),
      () => {},
    );
  }

  setMember(room: RoomNumber, user: UserNumber, member: MemberState | undefined): void {
    this.apply(room, ({ members }) => {
      if (member === undefined) members.delete(user);
      else members.set(user, member);
    });
  }

  /** Reads the room again next time. */
  forget(room: RoomNumber): void {
    this.#rooms.delete(room);
  }

  /** Makes what memory holds what storage holds: a change failed. Whoever has looked the room up sees it too. */
  async restore(room: RoomNumber): Promise<void> {
    try {
      const known = this.#rooms.get(room) ?? (await this.#loading.get(room));
      const stored = known && (await this.#read(room));
      if (known === undefined || stored === undefined) return;
      known.record = stored.record;
      for (const part of ['members', 'bans', 'mutes'] as const) replace<unknown>(known[part], stored[part]);
    } catch {
      this.forget(room);
    }
  }

  async #load(number: RoomNumber): Promise<RoomState | undefined> {
    const state = await this.#read(number);
    if (state !== undefined) this.add(state);
    return state;
  }

  async #read(number: RoomNumber): Promise<RoomState | undefined> {
    const record = await this.#store.room(number);
    if (record === undefined) return undefined;
    const members = new Map<UserNumber, MemberState>();
    for (let after = 0 as UserNumber; number !== LOBBY; ) {
      const page = await this.#store.members(number, after, MEMBERS_PAGE);
      for (const { user, role, since } of page) members.set(user, { role, since });
      const last = page.at(-1);
      if (last === undefined || page.length < MEMBERS_PAGE) break;
      after = last.user;
    }
    const sanctions = await this.#store.sanctions(number, SANCTIONS_MAX);
    return { record, members, bans: ofKind(sanctions, 'ban'), mutes: ofKind(sanctions, 'mute') };
  }
}

function replace<Value>(held: Map<UserNumber, Value>, stored: ReadonlyMap<UserNumber, Value>): void {
  held.clear();
  for (const [user, value] of stored) held.set(user, value);
}

const ofKind = (sanctions: readonly SanctionRecord[], wanted: SanctionRecord['kind']) =>
  new Map(sanctions.filter(({ kind }) => kind === wanted).map((sanction) => [sanction.user, sanction]));

export function standing({ record, members }: RoomState, user: Asker): Standing {
  return standingOf(record.kind, members.get(user.number)?.role, user);
}

/** Of a member; of nobody else. */
export function setRole({ members }: RoomState, user: UserNumber, role: RoomRole): void {
  const member = members.get(user);
  if (member !== undefined) members.set(user, { ...member, role });
}

/** The sanction that holds now. */
export function held(sanction: SanctionRecord | undefined, nowMs: number): SanctionRecord | undefined {
  return sanction !== undefined && (sanction.untilMs === 0 || sanction.untilMs > nowMs)
    ? sanction
    : undefined;
}

/** The first sequence that the user may read of what is kept: after a room's history was closed, from its joining on [HISTORY-1]. */
export function firstVisible({ record, members }: RoomState, user: Pick<Asker, 'number'>): Sequence {
  const since = members.get(user.number)?.since ?? (1 as Sequence);
  return record.settings.history === 'all' ? (1 as Sequence) : since;
}

/** The one gate before anything happens in a room. A room one may not see is answered like one that is not there [ROOM-2]. */
export function authorize(
  state: RoomState | undefined,
  user: Asker,
  action: RoomAction,
  nowMs: number,
): asserts state is RoomState {
  if (state === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'room');
  const { kind, settings } = state.record;
  const mute = held(state.mutes.get(user.number), nowMs);
  const circumstances = {
    kind,
    standing: standing(state, user),
    archived: settings.archived,
    muted: mute !== undefined,
  };
  switch (judge(circumstances, action)) {
    case 'allowed':
      return;
    case 'hidden':
      throw new SottoError(ErrorCode.NOT_FOUND, 'room');
    case 'denied':
      throw new SottoError(ErrorCode.PERMISSION_DENIED, action);
    case 'archived':
      throw new SottoError(ErrorCode.ROOM_ARCHIVED, action);
    case 'muted':
      throw new SottoError(ErrorCode.MUTED, mute?.reason ?? '', Math.max(0, (mute?.untilMs ?? 0) - nowMs));
  }
}
