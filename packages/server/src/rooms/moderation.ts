/** What members of a room do to others: kick, ban, mute, and roles (M10). */
import { higher, mayGrant, outranks, type RoomRole, type Standing } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { type ChangeMember, ErrorCode, EventKind, type RoomReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { Append } from '../events/store.ts';
import { type Actor, type RoomChanges, together } from './changes.ts';
import { readRole } from './describe.ts';
import { type Edits, type RoomDesk, takenAway } from './desk.ts';
import { type Asker, authorize, held, type RoomState, setRole, standing } from './directory.ts';
import type { RoomFinder } from './finder.ts';
import {
  holding,
  newSanction,
  readReason,
  readTerms,
  type Sanction,
  sanctionsOf,
  type Terms,
  withEnd,
} from './sanctions.ts';
import type { RoomRecord, RoomStore, SanctionRecord } from './store.ts';
import { isLastOwner } from './succession.ts';

export interface ModerationOptions {
  store: Pick<RoomStore, 'invitation'>;
  finder: RoomFinder;
  desk: RoomDesk;
  changes: RoomChanges;
  clock: Clock;
}

export type WantedChange = ChangeMember['change'];

/** One change under way. */
interface Case {
  state: RoomState;
  by: Actor & { standing: Standing };
  target: UserRecord;
}

/** What is appended, and what changes in memory; undefined where nothing changes. */
type Outcome = { append: Append; edits: Edits } | undefined;

export class Moderation {
  readonly #options: ModerationOptions;

  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  /** Whoever is removed by it is refused, and followed no more, from here on; answers the room. */
  async change(
    actor: Actor,
    reference: RoomReference | undefined,
    target: UserRecord | undefined,
    change: WantedChange,
  ): Promise<void> {
    const { finder, desk } = this.#options;
    const { record } = await finder.resolve(reference, actor.user);
    if (change.case === undefined) throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'no change given');
    await desk.change(record.number, async (state) => {
      const by = { ...actor, standing: standing(state, actor.user) };
      const outcome = await this.#outcome(state, by, target, change);
      if (outcome === undefined) return;
      const result = await desk.append(state, outcome.append, outcome.edits);
      if (result.kind !== 'appended') throw new Error(`a member's change cannot end in ${result.kind}`);
    });
  }

  /** Who is banned or muted now, the newest first. */
  async sanctions(user: Asker, reference: RoomReference | undefined): Promise<readonly SanctionRecord[]> {
    const { finder, clock } = this.#options;
    const state = await finder.resolve(reference, user);
    authorize(state, user, 'mute', clock.now());
    return holding(state, clock.now()).sort((a, b) => b.atMs - a.atMs);
  }

  async #outcome(
    state: RoomState,
    by: Case['by'],
    target: UserRecord | undefined,
    change: WantedChange,
  ): Promise<Outcome> {
    const now = this.#options.clock.now();
    const needs = (action: 'kick' | 'ban' | 'mute'): Case => {
      authorize(state, by.user, action, now);
      const found = known(target);
      if (!outranks(by.standing, standing(state, found)))
        throw new SottoError(ErrorCode.PERMISSION_DENIED, `${action}: not below you`);
      return { state, by, target: found };
    };
    switch (change.case) {
      case 'kick':
        return this.#kick(needs('kick'), readReason(change.value.reason));
      case 'ban':
        return this.#ban(needs('ban'), readTerms(change.value, now));
      case 'unban':
        return this.#lift(needs('ban'), 'ban');
      case 'mute':
        return this.#mute(needs('mute'), readTerms(change.value, now));
      case 'unmute':
        return this.#lift(needs('mute'), 'mute');
      case 'role':
        return this.#role(state, by, target, readRole(change.value));
      case undefined:
        return undefined;
    }
  }

  #kick({ state, by, target }: Case, reason: string): Outcome {
    const { changes } = this.#options;
    const { record, members } = state;
    const member = members.get(target.number);
    if (member === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'member');
    const event = { kind: EventKind.MEMBER_KICKED, role: member.role, reason };
    const append = together(
      changes.exit(record, by, target, event),
      this.#withoutLinks(record, target),
      this.#audited(by, record, 'member.kicked', target, reason),
    );
    return { append, edits: takenAway((room) => room.members.delete(target.number)) };
  }

  async #ban({ state, by, target }: Case, { untilMs, reason }: Terms): Promise<Outcome> {
    const { changes, store, clock } = this.#options;
    const { record, members } = state;
    const sanction = newSanction(state, 'ban', { by: by.user, target, untilMs, reason, nowMs: clock.now() });
    const invitation = await store.invitation(target.number, record.number);
    const member = members.get(target.number);
    const event = { kind: EventKind.MEMBER_BANNED, role: member?.role ?? ('none' as const), untilMs, reason };
    const append = together(
      member === undefined
        ? { events: [changes.aboutMember(record, by, target, event)], changes: [] }
        : changes.exit(record, by, target, event),
      invitation && changes.settle(record, by, target.number),
      sanction.append,
      this.#withoutLinks(record, target),
      this.#audited(by, record, 'member.banned', target, withEnd(reason, untilMs, clock.now())),
    );
    const edits = takenAway((room) => {
      room.members.delete(target.number);
      room.bans.set(target.number, sanction.record);
    });
    return { append, edits };
  }

  #mute({ state, by, target }: Case, { untilMs, reason }: Terms): Outcome {
    const { changes, clock } = this.#options;
    const { record } = state;
    const sanction = newSanction(state, 'mute', { by: by.user, target, untilMs, reason, nowMs: clock.now() });
    const role = standing(state, target);
    const event = { kind: EventKind.MEMBER_MUTED, role, untilMs, reason };
    const append = together(
      { events: [changes.aboutMember(record, by, target, event)], changes: [] },
      sanction.append,
      this.#audited(by, record, 'member.muted', target, withEnd(reason, untilMs, clock.now())),
    );
    return { append, edits: takenAway((room) => room.mutes.set(target.number, sanction.record)) };
  }

  #lift({ state, by, target }: Case, sanction: Sanction): Outcome {
    const { changes, clock } = this.#options;
    const { record } = state;
    if (held(sanctionsOf(state, sanction).get(target.number), clock.now()) === undefined) return undefined;
    const kind = sanction === 'ban' ? EventKind.MEMBER_UNBANNED : EventKind.MEMBER_UNMUTED;
    const event = changes.aboutMember(record, by, target, { kind, role: standing(state, target) });
    const lifted = { kind: 'sanctionLifted', room: record.number, user: target.number, sanction } as const;
    const append = together(
      { events: [event], changes: [lifted] },
      this.#audited(by, record, sanction === 'ban' ? 'member.unbanned' : 'member.unmuted', target, ''),
    );
    return { append, edits: { afterwards: (room) => sanctionsOf(room, sanction).delete(target.number) } };
  }

  #role(state: RoomState, by: Case['by'], wanted: UserRecord | undefined, role: RoomRole): Outcome {
    const { changes, clock } = this.#options;
    const { record, members } = state;
    const own = members.get(by.user.number)?.role;
    const self = wanted?.number === by.user.number;
    const stepsDown = self && own !== undefined && outranks(own, role);
    if (!stepsDown) authorize(state, by.user, 'setRole', clock.now());
    const target = known(wanted);
    const from = members.get(target.number)?.role;
    if (from === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'member');
    if (role === 'owner' && target.assistant)
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'assistants own no room');
    if (stepsDown && isLastOwner(members, target.number))
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'the last owner');
    // Administrators of the server stand higher than their role in the room says.
    const stands = self ? from : withRole(from, standing(state, target));
    if (!stepsDown && !mayGrant(by.standing, stands, role))
      throw new SottoError(ErrorCode.PERMISSION_DENIED, 'setRole: not below you');
    if (from === role) return undefined;
    const append = together(
      changes.role(record, by, target, role),
      this.#audited(by, record, 'member.role', target, role),
    );
    const edit = (room: RoomState) => setRole(room, target.number, role);
    return { append, edits: outranks(role, from) ? { afterwards: edit } : takenAway(edit) };
  }

  #withoutLinks({ number: room }: RoomRecord, { number: by }: UserRecord): Append {
    return { events: [], changes: [{ kind: 'roomInvitesDropped', room, by }] };
  }

  #audited(by: Actor, record: RoomRecord, action: string, { number }: UserRecord, detail: string): Append {
    return this.#options.changes.audited(by.user, record, action, { target: number, detail });
  }
}

function known(target: UserRecord | undefined): UserRecord {
  if (target === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'user');
  return target;
}

const withRole = (role: RoomRole, stands: Standing): RoomRole =>
  stands === 'none' || higher(role, stands) === role ? role : stands;
