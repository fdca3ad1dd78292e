/** How people come into rooms: by joining, by being added, by a link, by an invitation. */
import type { RoomNumber, RoomRole, UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import { type Actor, type RoomChanges, together } from './changes.ts';
import type { RoomDesk } from './desk.ts';
import { held, type RoomDirectory, type RoomState, standing } from './directory.ts';
import type { MembershipLimit } from './membership-limit.ts';
import type { RoomStore } from './store.ts';

export interface EntranceOptions {
  store: Pick<RoomStore, 'invitation'>;
  directory: RoomDirectory;
  desk: RoomDesk;
  changes: RoomChanges;
  limit: MembershipLimit;
  log: EventLog;
  clock: Clock;
}

export interface Entry {
  by: Actor;
  member: UserRecord;
  role: RoomRole;
  /** Throws where the way in is closed; `invited` says whether a personal invitation is open. */
  check: (state: RoomState, invited: boolean) => void;
  /** Of the link that is used up by this. */
  codeHash?: Uint8Array;
}

export class Entrance {
  readonly #options: EntranceOptions;

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  /** For a member this changes nothing. */
  async enter(state: RoomState, entry: Entry): Promise<void> {
    const { limit, desk } = this.#options;
    const { member } = entry;
    const { number } = state.record;
    if (state.members.has(member.number)) return;
    // Before the limit is looked at, which would tell that there is such a room.
    this.#check(state, entry, await this.#invited(member.number, number));
    await limit.within([member.number], () => desk.change(number, (now) => this.#enter(now, entry)));
  }

  async #enter(state: RoomState, entry: Entry): Promise<void> {
    const { log, directory, changes, clock } = this.#options;
    const { record, members } = state;
    const { by, member, role, codeHash } = entry;
    if (members.has(member.number)) return;
    const invited = await this.#invited(member.number, record.number);
    this.#check(state, entry, invited);
    const doer = { ...by, standing: by.user.number === member.number ? role : standing(state, by.user) };
    const append = together(
      changes.enter(record, doer, member, role),
      invited ? changes.settle(record, doer, member.number) : undefined,
      codeHash && { events: [], changes: [{ kind: 'roomInviteUsed', codeHash, nowMs: clock.now() }] },
    );
    const result = await log.append(append);
    if (result.kind === 'codeInvalid') throw new SottoError(ErrorCode.CODE_INVALID);
    const since = result.kind === 'appended' ? result.sequences[0] : undefined;
    if (since === undefined) throw new Error(`entering a room cannot end in ${result.kind}`);
    directory.setMember(record.number, member.number, { role, since });
  }

  #check(state: RoomState, { by, member, check }: Entry, invited: boolean): void {
    check(state, invited);
    refuseBanned(state, member.number, this.#options.clock.now(), by.user.number);
  }

  async #invited(user: UserNumber, room: RoomNumber): Promise<boolean> {
    return (await this.#options.store.invitation(user, room)) !== undefined;
  }
}

/** Throws BANNED while a ban of the user holds; the reason and the end are for the user alone [SANCTION-1]. */
export function refuseBanned({ bans }: RoomState, user: UserNumber, nowMs: number, asker: UserNumber): void {
  const ban = held(bans.get(user), nowMs);
  if (ban === undefined) return;
  if (asker !== user) throw new SottoError(ErrorCode.BANNED);
  throw new SottoError(ErrorCode.BANNED, ban.reason, ban.untilMs === 0 ? 0 : ban.untilMs - nowMs);
}

/** For those whom an invitation or a link lets in, whatever kind of room it is. */
export function refuseArchived({ record }: RoomState): void {
  if (record.settings.archived) throw new SottoError(ErrorCode.ROOM_ARCHIVED, 'join');
}
