import { describe, expect, test } from 'bun:test';
import type { ClientEvent, RoomDetails } from '@sotto/client';
import type { RoomKind, RoomRole } from '@sotto/model';
import { Slice } from '../slice.ts';
import { ALICE, BOB, minutesAfterNoon, NOON, person, ROOM, sequence } from '../testing/index.ts';
import { Details } from './details.ts';
import { Removals } from './removals.ts';
import { mayHere, rightsOver } from './rights.ts';

const deed = { room: ROOM, sequence: sequence(9), by: BOB, at: NOON };
const muted = (member = ALICE): ClientEvent => ({
  kind: 'memberMuted',
  ...deed,
  member,
  reason: '',
  until: undefined,
});

describe('what a room is like (C1, M10)', () => {
  function opened() {
    const status = new Slice<{ kind: string }>({ kind: 'online' });
    const answers: ((details: RoomDetails) => void)[] = [];
    const read = () => new Promise<RoomDetails>((resolve) => answers.push(resolve));
    const details = new Details({ read, me: () => ALICE.number, status });
    const answer = async (at: number, members: number) => {
      answers[at]?.({ members } as RoomDetails);
      await Promise.resolve();
    };
    return { details, status, answers, answer };
  }

  test('is asked while somebody looks, and again after what changes it and after a reconnect', async () => {
    const { details, status, answers, answer } = opened();
    details.take(muted());
    expect(answers).toHaveLength(0);
    const end = details.of(ROOM.number).subscribe(() => {});
    expect(answers).toHaveLength(1);
    await answer(0, 2);
    expect(details.of(ROOM.number).get()?.members).toBe(2);
    details.take(muted(BOB));
    expect(answers).toHaveLength(1);
    details.take(muted());
    status.set({ kind: 'offline' });
    status.set({ kind: 'online' });
    expect(answers).toHaveLength(3);
    expect(details.of(ROOM.number).get()?.members).toBe(2);
    end();
    end();
    details.take(muted());
    expect(answers).toHaveLength(3);
  });

  test('of answers that overtake each other the last question counts', async () => {
    const { details, answer } = opened();
    details.of(ROOM.number).subscribe(() => {});
    details.take(muted());
    await answer(1, 5);
    await answer(0, 4);
    expect(details.of(ROOM.number).get()?.members).toBe(5);
  });
});

describe('who was put out of a room (C1, M10)', () => {
  test('is told by whom and why, until they are back', () => {
    const removals = new Removals(() => ALICE.number);
    removals.take({ kind: 'memberKicked', ...deed, member: BOB, reason: '' });
    expect(removals.all.get().size).toBe(0);
    removals.take({ kind: 'memberBanned', ...deed, member: ALICE, reason: 'spam', until: NOON });
    expect(removals.all.get().get(ROOM.number)).toMatchObject({
      kind: 'banned',
      by: BOB,
      reason: 'spam',
      until: NOON,
    });
    removals.take({ kind: 'roomEntered', room: ROOM });
    expect(removals.all.get().size).toBe(0);
  });
});

describe('[PERMISSION-2] what is offered to do to somebody (C1, M10)', () => {
  const over = (
    own: RoomRole,
    role: RoomRole | undefined,
    changes: { kind?: RoomKind; archived?: boolean } = {},
  ) =>
    rightsOver({
      room: { kind: changes.kind ?? 'public', role: own },
      archived: changes.archived ?? false,
      me: ALICE,
      person: BOB,
      role,
      hasOtherOwners: false,
    });

  test('moderators do it to those below, and give no roles', () => {
    expect(over('moderator', 'member')).toEqual({ kick: true, ban: true, mute: true, roles: [] });
    expect(over('moderator', 'moderator')).toEqual({ kick: false, ban: false, mute: false, roles: [] });
    expect(over('member', 'guest')).toEqual({ kick: false, ban: false, mute: false, roles: [] });
  });

  test('admins give roles below their own, owners all of them', () => {
    expect(over('admin', 'moderator').roles).toEqual(['guest', 'member']);
    expect(over('owner', 'member').roles).toEqual(['guest', 'moderator', 'admin', 'owner']);
    expect(over('admin', 'owner').roles).toEqual([]);
  });

  test('who is not there can be banned and not removed; in the archive nothing else; nothing in direct rooms', () => {
    expect(over('moderator', undefined)).toEqual({ kick: false, ban: true, mute: true, roles: [] });
    expect(over('owner', 'member', { archived: true })).toEqual({
      kick: true,
      ban: true,
      mute: false,
      roles: [],
    });
    expect(over('member', 'member', { kind: 'direct' })).toEqual({
      kick: false,
      ban: false,
      mute: false,
      roles: [],
    });
  });

  test('administrators of the server stand higher than their role says', () => {
    const administrator = { ...person(4, 'dora'), administrator: true };
    const input = { room: { kind: 'public' as const, role: 'moderator' as const }, archived: false };
    const asked = {
      ...input,
      me: ALICE,
      person: administrator,
      role: 'member' as const,
      hasOtherOwners: true,
    };
    expect(rightsOver(asked)).toEqual({ kick: false, ban: false, mute: false, roles: [] });
  });

  test('[PERMISSION-1] while one is muted, or in the archive, what is left is offered', () => {
    const here = (changes: { archived?: boolean; mutedUntil?: Date }) => {
      const settings = { archived: changes.archived ?? false } as RoomDetails['settings'];
      const room = { kind: 'public' as const, role: 'member' as const };
      const details = { settings, mutedUntil: changes.mutedUntil };
      const input = { room, me: ALICE, details, nowMs: NOON.getTime() };
      return (['send', 'react', 'deleteOwn'] as const).map((action) => mayHere(input, action));
    };
    expect(here({})).toEqual([true, true, true]);
    expect(here({ archived: true })).toEqual([false, false, true]);
    expect(here({ mutedUntil: minutesAfterNoon(1) })).toEqual([false, false, true]);
    expect(here({ mutedUntil: NOON })).toEqual([true, true, true]);
  });

  test('[MEMBER-4] oneself steps down, but for the last owner', () => {
    const own = (role: RoomRole, hasOtherOwners: boolean) =>
      rightsOver({
        room: { kind: 'public', role },
        archived: false,
        me: ALICE,
        person: ALICE,
        role,
        hasOtherOwners,
      });
    expect(own('owner', false)).toEqual({ kick: false, ban: false, mute: false, roles: [] });
    expect(own('owner', true).roles).toEqual(['member', 'moderator', 'admin']);
    expect(own('moderator', false).roles).toEqual(['member']);
  });
});
