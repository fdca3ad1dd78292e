/** A direct message is a room keyed by the sorted pair of its two users, made when first written to. */
import type { UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import type { Actor, RoomChanges } from './changes.ts';
import type { RoomDirectory, RoomState } from './directory.ts';
import type { MembershipLimit } from './membership-limit.ts';
import { NEW_ROOM } from './rooms.ts';
import type { RoomRecord, RoomStore } from './store.ts';

/** Pairs whose room's number is remembered. */
const PAIRS_MAX = 50_000;

/** The other one of a direct room. */
export const peerOf = ({ directUsers }: RoomRecord, user: UserNumber): UserNumber | undefined =>
  directUsers?.find((one) => one !== user);

export interface DirectRoomsOptions {
  store: RoomStore;
  directory: RoomDirectory;
  changes: RoomChanges;
  limit: MembershipLimit;
  log: EventLog;
  clock: Clock;
}

export class DirectRooms {
  readonly #store: RoomStore;
  readonly #directory: RoomDirectory;
  readonly #changes: RoomChanges;
  readonly #limit: MembershipLimit;
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #pairs = new Map<string, Promise<RoomRecord>>();

  constructor(options: DirectRoomsOptions) {
    this.#store = options.store;
    this.#directory = options.directory;
    this.#changes = options.changes;
    this.#limit = options.limit;
    this.#log = options.log;
    this.#clock = options.clock;
  }

  /** Undefined where the two have written each other nothing yet. */
  existing(actor: Actor, other: UserRecord): Promise<RoomRecord | undefined> {
    return this.#store.directRoom(...pairOf(actor, other));
  }

  async between(actor: Actor, other: UserRecord): Promise<RoomState> {
    const record = await this.#record(pairOf(actor, other), actor, other);
    const state = await this.#directory.find(record.number);
    if (state === undefined) throw new Error(`direct room ${record.number} is gone`);
    return state;
  }

  #record(pair: [UserNumber, UserNumber], actor: Actor, other: UserRecord): Promise<RoomRecord> {
    const key = pair.join(':');
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const record = this.#findOrCreate(pair, actor, other);
    record.catch(() => this.#pairs.delete(key));
    this.#pairs.set(key, record);
    if (this.#pairs.size > PAIRS_MAX) this.#pairs.delete(this.#pairs.keys().next().value ?? '');
    return record;
  }

  async #findOrCreate(pair: [UserNumber, UserNumber], actor: Actor, other: UserRecord): Promise<RoomRecord> {
    const existing = await this.#store.directRoom(...pair);
    if (existing !== undefined) return existing;
    const number = await this.#store.allocateRoomNumber();
    const createdMs = this.#clock.now();
    const record: RoomRecord = {
      number,
      kind: 'direct',
      name: '',
      directUsers: pair,
      createdMs,
      settings: NEW_ROOM,
    };
    const users = actor.user.number === other.number ? [other] : [actor.user, other];
    const members = users.map((user) => ({ user, role: 'member' as const }));
    const result = await this.#limit.within(pair, () =>
      this.#log.append(this.#changes.create(record, undefined, { ...actor, standing: 'member' }, members)),
    );
    if (result.kind === 'appended') return record;
    const theirs = await this.#store.directRoom(...pair);
    if (theirs === undefined) throw new Error(`no direct room although ${result.kind}`);
    return theirs;
  }
}

function pairOf({ user }: Actor, other: UserRecord): [UserNumber, UserNumber] {
  return user.number < other.number ? [user.number, other.number] : [other.number, user.number];
}
