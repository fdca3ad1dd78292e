/** Invite links, and asking people into rooms (M10). */
import {
  INVITATIONS_MAX,
  mayInRoom,
  ROOM_INVITE_LIFETIME_MAX_MS,
  ROOM_INVITE_USES_MAX,
  ROOM_INVITES_MAX,
  type RoomRole,
  type UserNumber,
} from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode, type RoomReference } from '@sotto/schema';
import { codeHash, makeCode } from '../accounts/codes.ts';
import type { UserRecord } from '../accounts/store.ts';
import type { EventLog } from '../events/log.ts';
import { KeyedLock } from '../keyed-lock.ts';
import { type Actor, type RoomChanges, together } from './changes.ts';
import type { RoomDesk } from './desk.ts';
import { type Asker, authorize, type RoomState, standing } from './directory.ts';
import { refuseBanned } from './entrance.ts';
import type { RoomFinder } from './finder.ts';
import type { InvitationRecord, RoomInviteRecord, RoomRecord, RoomStore } from './store.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;

export interface InvitationsOptions {
  store: RoomStore;
  finder: RoomFinder;
  desk: RoomDesk;
  changes: RoomChanges;
  log: EventLog;
  clock: Clock;
  random: Random;
  /** Whether somebody may ask another into rooms: the other may have blocked them. */
  mayInvite: (by: UserNumber, user: UserNumber) => Promise<boolean>;
}

export interface WantedLink {
  /** 0: as often as wanted. */
  uses: number;
  /** 0: a week. */
  lifetimeMs: number;
  role: RoomRole;
}

export class Invitations {
  readonly #options: InvitationsOptions;
  /** One invitation of a user at a time, so that none slips by the limit. */
  readonly #inviting = new KeyedLock();

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** The code is told here and never again: its hash is stored. */
  async createLink(
    actor: Actor,
    reference: RoomReference | undefined,
    wanted: WantedLink,
  ): Promise<{ code: string; room: RoomRecord; invite: RoomInviteRecord }> {
    const { store, desk, changes, clock, random } = this.#options;
    const { record: found } = await this.#authorized(actor.user, reference);
    const { usesLeft, expiresMs, role } = readTerms(wanted, clock.now());
    // In turn with what may remove its maker, which takes back the links that there are then [INVITE-3].
    return desk.change(found.number, async (state) => {
      authorize(state, actor.user, 'makeInvite', clock.now());
      const { record } = state;
      const open = await store.roomInvites(record.number, clock.now());
      if (open.length >= ROOM_INVITES_MAX)
        throw new SottoError(ErrorCode.LIMIT_REACHED, `${open.length} invite links`);
      const code = makeCode(random);
      const invite = { room: record.number, role, usesLeft, expiresMs, by: actor.user.number };
      const entry = changes.entry(actor.user, record, 'invite.made', { detail: role });
      const stored = { ...invite, codeHash: codeHash(code), createdMs: clock.now() };
      return { code, room: record, invite: { ...invite, id: await store.createRoomInvite(stored, entry) } };
    });
  }

  /** Those that can be used; who may not see the audit log sees those of their own. */
  async links(
    user: Asker,
    reference: RoomReference | undefined,
  ): Promise<{ room: RoomRecord; invites: readonly RoomInviteRecord[] }> {
    const { store, clock } = this.#options;
    const state = await this.#authorized(user, reference);
    const invites = await store.roomInvites(state.record.number, clock.now());
    const own = this.#ownOnly(state, user);
    return { room: state.record, invites: own ? invites.filter(({ by }) => by === user.number) : invites };
  }

  async revokeLink(actor: Actor, reference: RoomReference | undefined, id: number): Promise<void> {
    const { store, changes } = this.#options;
    const state = await this.#authorized(actor.user, reference);
    const by = this.#ownOnly(state, actor.user) ? actor.user.number : undefined;
    const entry = changes.entry(actor.user, state.record, 'invite.revoked', { detail: String(id) });
    if (!(await store.revokeRoomInvite(state.record.number, id, by, entry)))
      throw new SottoError(ErrorCode.NOT_FOUND, `invite link ${id}`);
  }

  /** Of a member, or of whom is asked already, this changes nothing. */
  async invite(
    actor: Actor,
    reference: RoomReference | undefined,
    invitee: UserRecord | undefined,
  ): Promise<void> {
    const { finder, desk, mayInvite, clock } = this.#options;
    const { record } = await finder.resolve(reference, actor.user);
    const check = (state: RoomState) => authorize(state, actor.user, 'addMember', clock.now());
    await desk.change(record.number, async (state) => check(state));
    if (invitee === undefined || invitee.deletedMs > 0) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
    if (invitee.assistant)
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'assistants answer no invitations; add it instead');
    if (!(await mayInvite(actor.user.number, invitee.number)))
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'this user takes no invitations from you');
    await this.#inviting.run([String(invitee.number)], () =>
      desk.change(record.number, async (state) => {
        check(state);
        await this.#invite(state, actor, invitee);
      }),
    );
  }

  /** Of the user, the newest first. */
  open(user: Asker): Promise<readonly InvitationRecord[]> {
    return this.#options.store.invitations(user.number);
  }

  async decline(actor: Actor, reference: RoomReference | undefined): Promise<void> {
    const { finder, store, desk, changes, log } = this.#options;
    const found = await finder.find(reference);
    const none = new SottoError(ErrorCode.NOT_FOUND, 'invitation');
    if (found === undefined) throw none;
    await desk.change(found.record.number, async (state) => {
      if ((await store.invitation(actor.user.number, state.record.number)) === undefined) throw none;
      const doer = { ...actor, standing: 'none' as const };
      await log.append(changes.settle(state.record, doer, actor.user.number));
    });
  }

  async #invite(state: RoomState, actor: Actor, { number }: UserRecord): Promise<void> {
    const { store, log, changes, clock } = this.#options;
    const { record, members } = state;
    if (members.has(number)) return;
    refuseBanned(state, number, clock.now(), actor.user.number);
    const open = await store.invitations(number);
    if (open.some(({ room }) => room.number === record.number)) return;
    if (open.length >= INVITATIONS_MAX)
      throw new SottoError(ErrorCode.LIMIT_REACHED, `${open.length} invitations`);
    const append = together(
      changes.invite(record, actor, number),
      changes.audited(actor.user, record, 'member.invited', { target: number }),
    );
    await log.append(append);
  }

  async #authorized(user: Asker, reference: RoomReference | undefined): Promise<RoomState> {
    const state = await this.#options.finder.resolve(reference, user);
    authorize(state, user, 'makeInvite', this.#options.clock.now());
    return state;
  }

  #ownOnly(state: RoomState, user: Asker): boolean {
    return !mayInRoom(state.record.kind, standing(state, user), 'seeAudit');
  }
}

function readTerms({ uses, lifetimeMs, role }: WantedLink, nowMs: number) {
  if (uses > ROOM_INVITE_USES_MAX)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${uses} uses, at most ${ROOM_INVITE_USES_MAX}`);
  // Comparisons with NaN are false.
  if (!(lifetimeMs >= 0 && lifetimeMs <= ROOM_INVITE_LIFETIME_MAX_MS))
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `lifetime_ms: ${lifetimeMs}`);
  if (role !== 'member' && role !== 'guest')
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${role}: a link makes members or guests`);
  const expiresMs = Math.ceil(nowMs + (lifetimeMs === 0 ? WEEK_MS : lifetimeMs));
  return { usesLeft: uses === 0 ? undefined : uses, expiresMs, role };
}
