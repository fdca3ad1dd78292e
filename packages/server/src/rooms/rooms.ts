/** Rooms and who is in them (M4). */
import { PAGE_MAX, type RoomNumber, type Sequence, type UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, type RoomReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import type { Append, AppendResult } from '../events/store.ts';
import type { Actor, RoomChanges } from './changes.ts';
import {
  type Asker,
  authorize,
  type MemberState,
  type RoomDirectory,
  type RoomState,
  standing,
} from './directory.ts';
import type { MembershipLimit } from './membership-limit.ts';
import type {
  MemberRecord,
  MembershipRecord,
  RoomRecord,
  RoomSettings,
  RoomStore,
  RoomSummaryRecord,
} from './store.ts';

export const NEW_ROOM: RoomSettings = {
  topic: '',
  slowModeSeconds: 0,
  retentionDays: 0,
  archived: false,
  history: 'all',
};

export interface RoomsOptions {
  store: RoomStore;
  directory: RoomDirectory;
  changes: RoomChanges;
  limit: MembershipLimit;
  log: EventLog;
  clock: Clock;
  /** Name as written and as compared; throws SottoError NAME_INVALID. */
  parseName: (name: string) => { name: string; key: string };
}

export class Rooms {
  readonly #store: RoomStore;
  readonly #directory: RoomDirectory;
  readonly #changes: RoomChanges;
  readonly #limit: MembershipLimit;
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #parseName: RoomsOptions['parseName'];
  /** The last change under way in each room: changes of one room wait for each other. */
  readonly #turns = new Map<RoomNumber, Promise<unknown>>();

  constructor({ store, directory, changes, limit, log, clock, parseName }: RoomsOptions) {
    this.#clock = clock;
    this.#store = store;
    this.#directory = directory;
    this.#changes = changes;
    this.#limit = limit;
    this.#log = log;
    this.#parseName = parseName;
  }

  /** The room if the user may see it; NOT_FOUND otherwise, whether it exists or not [ROOM-2]. */
  async resolve(reference: RoomReference | undefined, user: Asker): Promise<RoomState> {
    const state = await this.#find(reference);
    authorize(state, user, 'see', this.#clock.now());
    return state;
  }

  async create(actor: Actor, wantedName: string, isPrivate: boolean): Promise<MembershipRecord> {
    const { name, key } = this.#parseName(wantedName);
    const number = await this.#store.allocateRoomNumber();
    const record: RoomRecord = {
      number,
      kind: isPrivate ? 'private' : 'public',
      name,
      directUsers: undefined,
      createdMs: this.#clock.now(),
      settings: { ...NEW_ROOM, history: isPrivate ? 'sinceJoined' : 'all' },
    };
    const result = await this.#limit.within([actor.user.number], () =>
      this.#log.append(this.#changes.create(record, key, actor, [{ user: actor.user, role: 'owner' }])),
    );
    if (result.kind !== 'appended') throw new SottoError(ErrorCode.NAME_TAKEN, `#${name}`);
    // After ROOM_CREATED.
    const founder: MemberState = { role: 'owner', since: 2 as Sequence };
    this.#directory.add({
      record,
      members: new Map([[actor.user.number, founder]]),
      bans: new Map(),
      mutes: new Map(),
    });
    return this.#membership(actor.user.number, number);
  }

  /** For a member this changes nothing and says where the member stands. */
  async join(actor: Actor, reference: RoomReference | undefined): Promise<MembershipRecord> {
    const state = await this.resolve(reference, actor.user);
    if (standing(state, actor.user) === 'none') {
      authorize(state, actor.user, 'join', this.#clock.now());
      await this.#enter(state, actor, actor.user);
    }
    return this.#membership(actor.user.number, state.record.number);
  }

  /** Where a member stands; changes nothing [ROOM-5]. */
  async readMembership(user: UserRecord, reference: RoomReference | undefined): Promise<MembershipRecord> {
    const state = await this.resolve(reference, user);
    authorize(state, user, 'read', this.#clock.now());
    return this.#membership(user.number, state.record.number);
  }

  async add(
    actor: Actor,
    reference: RoomReference | undefined,
    member: UserRecord | undefined,
  ): Promise<void> {
    const state = await this.resolve(reference, actor.user);
    authorize(state, actor.user, 'addMember', this.#clock.now());
    if (member === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
    await this.#enter(state, actor, member);
  }

  async leave(actor: Actor, reference: RoomReference | undefined): Promise<RoomNumber> {
    const state = await this.resolve(reference, actor.user);
    authorize(state, actor.user, 'leave', this.#clock.now());
    const { record } = state;
    const { number } = actor.user;
    await this.#inTurn(record.number, async () => {
      const { members } = (await this.#directory.find(record.number)) ?? state;
      const member = members.get(number);
      if (member === undefined) return;
      // Before the commit: what they send from here on would come after their leaving.
      members.delete(number);
      await this.#append(record, this.#changes.leave(record, actor, member.role));
      this.#directory.setMember(record.number, number, undefined);
    });
    return record.number;
  }

  async members(
    user: Asker,
    reference: RoomReference | undefined,
    after: UserNumber,
    limit: number,
  ): Promise<readonly MemberRecord[]> {
    const state = await this.resolve(reference, user);
    authorize(state, user, 'listMembers', this.#clock.now());
    return this.#store.members(state.record.number, after, limit);
  }

  /** The lobby, public rooms, and the user's own. */
  visible(user: UserNumber, after: RoomNumber, limit: number): Promise<readonly RoomSummaryRecord[]> {
    return this.#store.visibleRooms(user, after, Math.min(limit, PAGE_MAX + 1));
  }

  memberships(user: UserNumber): Promise<readonly MembershipRecord[]> {
    return this.#store.memberships(user);
  }

  async #membership(user: UserNumber, room: RoomNumber): Promise<MembershipRecord> {
    const membership = await this.#store.membership(user, room);
    if (membership === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'room');
    return membership;
  }

  async #find(reference: RoomReference | undefined): Promise<RoomState | undefined> {
    switch (reference?.reference.case) {
      case 'number':
        return this.#directory.find(reference.reference.value as RoomNumber);
      case 'name': {
        const record = await this.#store.roomByName(this.#parseName(reference.reference.value).key);
        return record === undefined ? undefined : this.#directory.find(record.number);
      }
      case undefined:
        throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'no room given');
    }
  }

  async #enter(state: RoomState, actor: Actor, member: UserRecord): Promise<void> {
    const { record } = state;
    if (state.members.has(member.number)) return;
    await this.#limit.within([member.number], () =>
      this.#inTurn(record.number, async () => {
        const { members } = (await this.#directory.find(record.number)) ?? state;
        if (members.has(member.number)) return;
        const result = await this.#append(record, this.#changes.enter(record, actor, member, 'member'));
        const since = result.kind === 'appended' ? result.sequences[0] : undefined;
        if (since !== undefined)
          this.#directory.setMember(record.number, member.number, { role: 'member', since });
      }),
    );
  }

  async #append(record: RoomRecord, append: Append): Promise<AppendResult> {
    try {
      return await this.#log.append(append);
    } catch (error) {
      this.#directory.forget(record.number);
      throw error;
    }
  }

  async #inTurn(room: RoomNumber, change: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(room) ?? Promise.resolve()).then(change, change);
    this.#turns.set(room, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(room) === turn) this.#turns.delete(room);
    }
  }
}
