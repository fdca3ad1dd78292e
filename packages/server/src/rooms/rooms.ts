/** Rooms and who is in them (M4, M10). */
import {
  checkTopic,
  PAGE_MAX,
  type RoomNumber,
  roomStream,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { nameSkeleton } from '@sotto/model/names-skeleton';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, type RoomReference } from '@sotto/schema';
import { codeHash } from '../accounts/codes.ts';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import type { RoomSettings } from '../events/store.ts';
import { type Actor, type RoomChanges, together } from './changes.ts';
import type { RoomDesk } from './desk.ts';
import { type Asker, authorize, type RoomDirectory, type RoomState, setRole, standing } from './directory.ts';
import { type Entrance, refuseArchived } from './entrance.ts';
import type { ParseName, RoomFinder } from './finder.ts';
import type { MembershipLimit } from './membership-limit.ts';
import type {
  CountedMembership,
  MemberRecord,
  MembershipRecord,
  RoomRecord,
  RoomStore,
  RoomSummaryRecord,
  UnreadRecord,
  UnreadStore,
} from './store.ts';
import { heirOf } from './succession.ts';
import type { UserDirectory } from './users.ts';

export const NEW_ROOM: RoomSettings = {
  topic: '',
  slowModeSeconds: 0,
  retentionDays: 0,
  archived: false,
  history: 'all',
  assistants: 'allowed',
  assistantInstructions: '',
};

export interface RoomsOptions {
  store: RoomStore;
  directory: RoomDirectory;
  finder: RoomFinder;
  desk: RoomDesk;
  entrance: Entrance;
  changes: RoomChanges;
  limit: MembershipLimit;
  log: EventLog;
  clock: Clock;
  parseName: ParseName;
  users: Pick<UserDirectory, 'byNumbers'>;
  messages: UnreadStore;
  /** Whether somebody may bring another into rooms: the other may have blocked them. */
  mayInvite: (by: UserNumber, user: UserNumber) => Promise<boolean>;
}

export interface NewRoom {
  name: string;
  private: boolean;
  announcement: boolean;
  topic: string;
}

export class Rooms {
  readonly #options: RoomsOptions;

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** The room if the user may see it; NOT_FOUND otherwise, whether it exists or not [ROOM-2]. */
  resolve(reference: RoomReference | undefined, user: Asker): Promise<RoomState> {
    return this.#options.finder.resolve(reference, user);
  }

  async create(actor: Actor, wanted: NewRoom): Promise<CountedMembership> {
    const { store, limit, log, directory, changes, clock, parseName } = this.#options;
    const kind = kindOf(wanted);
    const topic = checkTopic(wanted.topic);
    if (topic.kind === 'invalid') throw new SottoError(ErrorCode.ARGUMENT_INVALID, `topic: ${topic.reason}`);
    const { name, key } = parseName(wanted.name);
    const number = await store.allocateRoomNumber();
    const record: RoomRecord = {
      number,
      kind,
      name,
      directUsers: undefined,
      createdMs: clock.now(),
      settings: { ...NEW_ROOM, topic: topic.text, history: kind === 'private' ? 'sinceJoined' : 'all' },
    };
    const names = { nameKey: key, nameSkeleton: nameSkeleton(name) };
    const owner = { ...actor, standing: 'owner' as const };
    const append = together(
      changes.create(record, names, owner, [{ user: actor.user, role: 'owner' }]),
      changes.audited(actor.user, record, 'room.created', { detail: kind }),
    );
    const result = await limit.within([actor.user.number], () => log.append(append));
    if (result.kind !== 'appended') throw new SottoError(ErrorCode.NAME_TAKEN, `#${name}`);
    // Those it begins with may read all of it [HISTORY-2].
    const members = new Map([[actor.user.number, { role: 'owner' as const, since: 1 as Sequence }]]);
    directory.add({ record, members, bans: new Map(), mutes: new Map() });
    return this.#membership(actor.user.number, number);
  }

  /** For a member this changes nothing and says where the member stands. With the code of a link, its room is entered. */
  async join(actor: Actor, reference: RoomReference | undefined, code: string): Promise<CountedMembership> {
    const { finder, entrance, clock } = this.#options;
    if (code !== '') return this.#joinByLink(actor, code);
    const state = await finder.find(reference);
    if (state === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'room');
    if (standing(state, actor.user) === 'none') {
      const check = (room: RoomState, invited: boolean) =>
        invited ? refuseArchived(room) : authorize(room, actor.user, 'join', clock.now());
      await entrance.enter(state, { by: actor, member: actor.user, role: 'member', check });
    }
    return this.#membership(actor.user.number, state.record.number);
  }

  /** Where a member stands; changes nothing [ROOM-5]. */
  async readMembership(user: UserRecord, reference: RoomReference | undefined): Promise<CountedMembership> {
    const state = await this.resolve(reference, user);
    authorize(state, user, 'read', this.#options.clock.now());
    return this.#membership(user.number, state.record.number);
  }

  /** Of somebody who is a member. */
  membership(user: UserNumber, room: RoomNumber): Promise<CountedMembership> {
    return this.#membership(user, room);
  }

  async add(
    actor: Actor,
    reference: RoomReference | undefined,
    member: UserRecord | undefined,
  ): Promise<void> {
    const { entrance, mayInvite, clock } = this.#options;
    const check = (room: RoomState) => authorize(room, actor.user, 'addMember', clock.now());
    const state = await this.resolve(reference, actor.user);
    check(state);
    if (member === undefined || member.deletedMs > 0) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
    if (!(await mayInvite(actor.user.number, member.number)))
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'this user takes no invitations from you');
    await entrance.enter(state, { by: actor, member, role: 'member', check });
  }

  async leave(actor: Actor, reference: RoomReference | undefined): Promise<void> {
    const state = await this.resolve(reference, actor.user);
    authorize(state, actor.user, 'leave', this.#options.clock.now());
    await this.#exit(state.record.number, actor);
  }

  /** Every room but the lobby and direct ones, with invitations and links: the account is deleted. Answers which. */
  async leaveAll(actor: Actor): Promise<readonly RoomNumber[]> {
    const { store, log } = this.#options;
    const memberships = await store.memberships(actor.user.number);
    const left = memberships
      .map(({ room }) => room)
      .filter(({ kind }) => kind !== 'lobby' && kind !== 'direct');
    for (const { number } of left) await this.#exit(number, actor);
    const user = actor.user.number;
    const invited = await store.invitations(user);
    const dropped = invited.map(({ room }) => ({
      kind: 'invitationDropped' as const,
      room: room.number,
      user,
    }));
    const links = left.map(({ number: room }) => ({ kind: 'roomInvitesDropped' as const, room, by: user }));
    await log.append({ events: [], changes: [...dropped, ...links] });
    return left.map(({ number }) => number);
  }

  async members(
    user: Asker,
    reference: RoomReference | undefined,
    after: UserNumber,
    limit: number,
  ): Promise<{ state: RoomState; members: readonly MemberRecord[] }> {
    const { store, clock } = this.#options;
    const state = await this.resolve(reference, user);
    authorize(state, user, 'listMembers', clock.now());
    return { state, members: await store.members(state.record.number, after, limit) };
  }

  /** The lobby, public rooms, and the user's own. */
  visible(user: UserNumber, after: RoomNumber, limit: number): Promise<readonly RoomSummaryRecord[]> {
    return this.#options.store.visibleRooms(user, after, Math.min(limit, PAGE_MAX + 1));
  }

  /** With what is unread in each. */
  async memberships(user: UserNumber): Promise<readonly CountedMembership[]> {
    const { store, messages } = this.#options;
    const [memberships, counts] = await Promise.all([
      store.memberships(user),
      messages.unread(user, undefined),
    ]);
    const byStream = new Map(counts.map((count) => [count.stream, count]));
    return memberships.map((membership) =>
      counted(membership, byStream.get(roomStream(membership.room.number))),
    );
  }

  /** Also by somebody who may not see the room [INVITE-2]. */
  async #joinByLink(actor: Actor, code: string): Promise<CountedMembership> {
    const { store, directory, entrance, clock } = this.#options;
    const hash = codeHash(code);
    const invite = await store.roomInviteByCode(hash, clock.now());
    const state = invite && (await directory.find(invite.room));
    if (invite === undefined || state === undefined) throw new SottoError(ErrorCode.CODE_INVALID);
    const { role, room } = invite;
    await entrance.enter(state, {
      by: actor,
      member: actor.user,
      role,
      check: refuseArchived,
      codeHash: hash,
    });
    return this.#membership(actor.user.number, room);
  }

  #exit(room: RoomNumber, actor: Actor): Promise<void> {
    const { desk, changes } = this.#options;
    const { number } = actor.user;
    return desk.change(room, async (state) => {
      const { record, members } = state;
      const member = members.get(number);
      if (member === undefined) return;
      const doer = { ...actor, standing: member.role };
      const named = await this.#heir(members, number);
      const append = together(
        named && changes.role(record, undefined, named, 'owner'),
        // Last: who leaves hears of nothing after it [CUT-1].
        changes.exit(record, doer, actor.user, { kind: EventKind.MEMBER_LEFT, role: member.role }),
      );
      const atOnce = (room: RoomState) => room.members.delete(number);
      const afterwards = (room: RoomState): void => {
        atOnce(room);
        if (named !== undefined) setRole(room, named.number, 'owner');
      };
      await desk.append(state, append, { atOnce, afterwards });
    });
  }

  /** No assistant: nobody speaks for it who could care for a room. */
  async #heir(members: RoomState['members'], leaving: UserNumber): Promise<UserRecord | undefined> {
    const assistants = new Set<UserNumber>();
    for (;;) {
      const heir = heirOf(members, leaving, assistants);
      const [named] = heir === undefined ? [] : await this.#options.users.byNumbers([heir]);
      if (!named?.assistant) return named;
      assistants.add(named.number);
    }
  }

  async #membership(user: UserNumber, room: RoomNumber): Promise<CountedMembership> {
    const { store, messages } = this.#options;
    const [membership, [count]] = await Promise.all([
      store.membership(user, room),
      messages.unread(user, [room]),
    ]);
    if (membership === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'room');
    return counted(membership, count);
  }
}

/** The counts are those of their own moment, so head and cursor are those of that moment too [UNREAD-11]. */
function counted(membership: MembershipRecord, count: UnreadRecord | undefined): CountedMembership {
  if (count === undefined) return { ...membership, unread: 0, mentions: 0 };
  const { read, head, unread, mentions } = count;
  return { ...membership, read, head, unread, mentions };
}

function kindOf({ private: isPrivate, announcement }: NewRoom): 'public' | 'private' | 'announcement' {
  if (isPrivate && announcement)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'a room is private or for announcements');
  if (isPrivate) return 'private';
  return announcement ? 'announcement' : 'public';
}
