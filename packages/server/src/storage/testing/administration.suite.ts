/** What storage tells administrators of the server, and what they do leaves an entry in its own commit. */
import { describe, expect, test } from 'bun:test';
import { roomStream, type UserNumber } from '@sotto/model';
import type { WantedAccounts } from '../../accounts/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  createUsers,
  memberSet,
  newEvent,
  newSession,
  newUser,
  room,
  roomCreated,
  started,
  user,
  withStore,
} from './fixtures.ts';

const ANN = user(1);
const BEN = user(2);
const act = (nowMs: number) => ({ by: ANN, nowMs });
const ALL: WantedAccounts = { after: user(0), limit: 9, query: '', which: 'all' };

const withPeople = (backend: Backend, run: (store: Store) => Promise<void>): Promise<void> =>
  withStore(backend, async (store) => {
    await createUsers(store, 'ann', 'ben', 'b_n', 'gone');
    await run(store);
  });

const actions = async ({ rooms }: Store, filter?: Parameters<Store['rooms']['audit']>[3]) =>
  (await rooms.audit(undefined, 0, 20, filter)).map(({ action, target }) => `${action} ${target}`);

async function withDisplayName({ accounts }: Store, of: UserNumber, displayName: string): Promise<void> {
  const nothing = { about: '', statusText: '', statusEmoji: '', statusUntilMs: 0, timeZone: '' };
  await accounts.saveProfile({ user: of, displayName, ...nothing }, displayName.toLowerCase(), 1);
}

export function administrationSuite(backend: Backend): void {
  describe(`administration on ${backend.name}`, () => {
    test('[ADMIN-3] M8 accounts are found by a part of what they are called, and by their standing, in pages', () =>
      withPeople(backend, async (store) => {
        const { accounts } = store;
        const numbers = async (wanted: Partial<WantedAccounts>) =>
          (await accounts.accounts({ ...ALL, ...wanted })).map(({ number }) => Number(number));
        await withDisplayName(store, BEN, 'Ünal 100%');
        await accounts.suspend(BEN, 'spam', act(30));
        await accounts.setAdministrator(user(3), true, act(40));
        await accounts.deleteAccount({
          user: user(4),
          tombstone: 'deleted-4',
          eraseMessages: false,
          ...act(50),
        });
        expect(await numbers({})).toEqual([1, 2, 3]);
        expect(await numbers({ after: ANN, limit: 1 })).toEqual([2]);
        expect(await numbers({ query: 'N' })).toEqual([1, 2, 3]);
        expect(await numbers({ query: 'nal' })).toEqual([2]);
        expect(await numbers({ query: 'gone' })).toEqual([]);
        // What a pattern would make of them.
        expect(await numbers({ query: '%' })).toEqual([2]);
        expect(await numbers({ query: '_' })).toEqual([3]);
        expect(await numbers({ query: '!' })).toEqual([]);
        expect(await numbers({ which: 'suspended' })).toEqual([2]);
        expect(await numbers({ which: 'administrators' })).toEqual([1, 3]);
        expect(await accounts.account(BEN)).toMatchObject({ suspendReason: 'spam', secondFactor: false });
        expect(await accounts.account(user(99))).toBeUndefined();
      }));

    test('[ADMIN-2] [AUDIT-1] what is done to an account leaves an entry, and nothing leaves none', () =>
      withPeople(backend, async (store) => {
        const { accounts } = store;
        const { id } = await started(accounts, newSession('b', { user: BEN }));
        expect(await accounts.endSessions(BEN, act(1))).toEqual([id]);
        expect(await accounts.endSessions(BEN, act(2))).toEqual([]);
        expect(await accounts.dropSecondFactor(BEN, act(3))).toBe(false);
        const factor = { user: BEN, sealedSecret: bytes(48, 'sealed'), nowMs: 4 };
        await accounts.enrolSecondFactor(factor.user, factor.sealedSecret, factor.nowMs);
        await accounts.confirmSecondFactor({ ...factor, step: 1, codeHashes: [bytes(32, 'code')] });
        expect((await accounts.account(BEN))?.secondFactor).toBe(true);
        expect(await accounts.dropSecondFactor(BEN, act(5))).toBe(true);
        const recovery = { user: BEN, codeHash: bytes(32, 'r'), expiresMs: 9, keepSecondFactor: true };
        await accounts.createRecovery(recovery, act(6));
        expect(await actions(store)).toEqual(['recover 2', 'resetSecondFactor 2', 'endSessions 2']);
      }));

    test('[AUDIT-4] M10 the audit log tells of one person, or of one action, alone', () =>
      withPeople(backend, async (store) => {
        const { accounts } = store;
        await accounts.suspend(BEN, '', act(1));
        await accounts.suspend(user(3), '', { by: BEN, nowMs: 2 });
        await accounts.restore(user(3), act(3));
        expect(await actions(store, { user: BEN })).toEqual(['suspend 3', 'suspend 2']);
        expect(await actions(store, { action: 'suspend', user: user(3) })).toEqual(['suspend 3']);
        expect(await actions(store, { action: 'restore' })).toEqual(['restore 3']);
        expect(await actions(store, { user: user(4) })).toEqual([]);
      }));

    test('[ADMIN-4] invite codes are listed while they can be used, the newest first, and taken back once', () =>
      withPeople(backend, async (store) => {
        const { accounts } = store;
        const code = (tag: string, createdMs: number, expiresMs: number) => ({
          codeHash: bytes(32, tag),
          usesLeft: 1,
          createdMs,
          expiresMs,
        });
        await accounts.createInvite(code('old', 1, 100), act(1));
        await accounts.createInvite(code('new', 2, 100), act(2));
        await accounts.createInvite(code('over', 3, 50), act(3));
        await accounts.createInvite(code('used', 4, 100), act(4));
        await accounts.createUser(newUser('eve', { inviteHash: bytes(32, 'used'), createdMs: 5 }));
        expect(await accounts.invites(50, 9)).toEqual([code('new', 2, 100), code('old', 1, 100)]);
        expect(await accounts.invites(50, 1)).toHaveLength(1);
        expect(await accounts.revokeInvite(bytes(32, 'new'), act(6))).toBe(true);
        expect(await accounts.revokeInvite(bytes(32, 'new'), act(7))).toBe(false);
        expect(await accounts.invites(50, 9)).toHaveLength(1);
        expect(await accounts.inviteUsable(bytes(32, 'new'), 10)).toBe(false);
        expect((await actions(store)).filter((action) => action === 'revokeInvite 0')).toHaveLength(1);
      }));

    test('[ADMIN-5] rooms are listed with their size, direct ones never, private ones by no name', () =>
      withPeople(backend, async (store) => {
        const { rooms } = store;
        const stream = roomStream(room(9));
        const changes = [
          roomCreated(9, { name: 'Tea_room', nameKey: 'tea_room' }),
          roomCreated(10, { roomKind: 'private', name: 'tea club', nameKey: 'tea club' }),
          roomCreated(11, { roomKind: 'direct', directUsers: [ANN, BEN] }),
          memberSet(9, 1),
          memberSet(9, 2),
        ];
        await appendOne(store, append([newEvent({ stream }), newEvent({ stream })], { changes }));
        const all = await rooms.serverRooms({ after: room(0), limit: 9, query: '' });
        expect(all.map(({ room: of, members: count }) => [of.number, of.kind, count])).toEqual([
          [room(1), 'lobby', 4],
          [room(9), 'public', 2],
          [room(10), 'private', 0],
        ]);
        expect(all.map(({ events }) => events).slice(1)).toEqual([2, 0]);
        const found = async (query: string) =>
          (await rooms.serverRooms({ after: room(0), limit: 9, query })).map(({ room: of }) =>
            Number(of.number),
          );
        expect(await found('TEA')).toEqual([9]);
        expect(await found('_')).toEqual([9]);
        expect(await found('club')).toEqual([]);
        const later = await rooms.serverRooms({ after: room(1), limit: 1, query: '' });
        expect(later.map(({ room: of }) => Number(of.number))).toEqual([9]);
      }));
  });
}
