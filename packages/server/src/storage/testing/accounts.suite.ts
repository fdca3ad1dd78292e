import { describe, expect, test } from 'bun:test';
import { LOBBY, roomStream, type UserUuid } from '@sotto/model';
import type { CreateUserResult } from '../../accounts/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  createUsers,
  newEvent,
  newUser,
  user,
  withStore,
} from './fixtures.ts';

const CODE = bytes(32, 'code');
const invite = { codeHash: CODE, usesLeft: 1, expiresMs: 2_000, createdMs: 500 };

const kinds = async (results: readonly Promise<CreateUserResult>[]) =>
  (await Promise.all(results)).map((result) => result.kind);

export function accountsSuite(backend: Backend): void {
  describe(`accounts on ${backend.name}`, () => {
    test('A4 A6 users get numbers from 1; the first is the owner', () =>
      withStore(backend, async ({ accounts }) => {
        const alice = newUser('Alice');
        const record = {
          number: user(1),
          uuid: alice.uuid,
          name: 'Alice',
          assistant: false,
          administrator: false,
          suspendedMs: 0,
          deletedMs: 0,
          displayName: '',
          createdMs: 1_000,
          lastSeenMs: 0,
        };
        expect(await accounts.createUser(alice)).toEqual({
          kind: 'created',
          user: { ...record, owner: true },
        });
        const bob = await accounts.createUser(newUser('Bob'));
        expect(bob).toMatchObject({ kind: 'created', user: { number: 2, owner: false } });
        expect(await accounts.userCount()).toBe(2);
        expect(await accounts.userByNumber(user(1))).toEqual({ ...record, owner: true });
        expect(await accounts.userByUuid(alice.uuid)).toEqual({ ...record, owner: true });
        expect((await accounts.userByNameKey('bob'))?.number).toBe(user(2));
        expect(await accounts.registrationRecord(user(1))).toEqual(alice.registrationRecord);
      }));

    test('unknown users are undefined', () =>
      withStore(backend, async ({ accounts }) => {
        expect(await accounts.userByNumber(user(1))).toBeUndefined();
        expect(await accounts.userByUuid('none' as UserUuid)).toBeUndefined();
        expect(await accounts.userByNameKey('nobody')).toBeUndefined();
        expect(await accounts.registrationRecord(user(1))).toBeUndefined();
      }));

    test('A3 a name is taken by its key or by its skeleton', () =>
      withStore(backend, async ({ accounts }) => {
        await accounts.createUser(newUser('paul', { nameKey: 'paul', nameSkeleton: 'pau1' }));
        expect(await accounts.nameTaken('paul', 'other')).toBe(true);
        expect(await accounts.nameTaken('other', 'pau1')).toBe(true);
        expect(await accounts.nameTaken('other', 'other')).toBe(false);
        expect(await accounts.nameTaken('Paul', 'Pau1')).toBe(false);
        const confusable = newUser('x', { nameKey: 'pau1', nameSkeleton: 'pau1' });
        expect(await accounts.createUser(confusable)).toEqual({ kind: 'nameTaken' });
        const same = newUser('x', { nameKey: 'paul', nameSkeleton: 'y' });
        expect(await accounts.createUser(same)).toEqual({ kind: 'nameTaken' });
        expect(await accounts.userCount()).toBe(1);
      }));

    test('A6 of many registrations at once one is the owner, and of one name one wins', () =>
      withStore(backend, async ({ accounts }) => {
        const names = ['ann', 'ann', 'ben', 'cleo', 'ann'];
        const results = await Promise.all(names.map((name) => accounts.createUser(newUser(name))));
        expect(results.filter((result) => result.kind === 'created')).toHaveLength(3);
        expect(results.filter((result) => result.kind === 'created' && result.user.owner)).toHaveLength(1);
      }));

    test('A6 an invitation is used up with the account, and not by one that is refused', () =>
      withStore(backend, async ({ accounts }) => {
        await accounts.createInvite(invite, { by: user(0), nowMs: 1 });
        expect(await accounts.inviteUsable(CODE, 1_999)).toBe(true);
        expect(await accounts.inviteUsable(CODE, 2_000)).toBe(false);
        expect(await accounts.inviteUsable(bytes(32, 'other'), 1_000)).toBe(false);
        await createUsers({ accounts } as Store, 'ann');
        const taken = newUser('ann', { inviteHash: CODE });
        expect(await accounts.createUser(taken)).toEqual({ kind: 'nameTaken' });
        const late = newUser('ben', { inviteHash: CODE, createdMs: 2_000 });
        expect(await accounts.createUser(late)).toEqual({ kind: 'inviteInvalid' });
        expect(await accounts.inviteUsable(CODE, 1_000)).toBe(true);
        const both = ['ben', 'cleo'].map((name) => accounts.createUser(newUser(name, { inviteHash: CODE })));
        expect(await kinds(both)).toEqual(['created', 'inviteInvalid']);
        expect(await accounts.inviteUsable(CODE, 1_000)).toBe(false);
        expect(await accounts.userCount()).toBe(2);
      }));

    test('M4 a new user starts at the head of the lobby [LOG-8]', () =>
      withStore(backend, async (store) => {
        await createUsers(store, 'ann');
        const message = newEvent({ stream: roomStream(LOBBY) });
        await appendOne(store, append([message, message, message]));
        await createUsers(store, 'ben');
        const at = (position: number) => ({ delivered: position, read: position, head: 3 });
        expect(await store.rooms.membership(user(1), LOBBY)).toMatchObject(at(0));
        expect(await store.rooms.membership(user(2), LOBBY)).toMatchObject(at(3));
      }));

    test('M8 many users are found at once; who does not exist is left out', () =>
      withStore(backend, async (store) => {
        const names = Array.from({ length: 300 }, (_, index) => `user-${index}`);
        await createUsers(store, ...names);
        const { accounts } = store;
        const everyone = await accounts.usersByNumbers(names.map((_, index) => user(index + 1)));
        expect(new Set(everyone.map(({ name }) => name))).toEqual(new Set(names));
        const uuids = everyone.slice(0, 3).map(({ uuid }) => uuid);
        expect(await accounts.usersByUuids([...uuids, 'none' as UserUuid])).toHaveLength(3);
        const named = await accounts.usersByNameKeys(['user-7', 'nobody', 'user-9']);
        expect(named.map(({ name }) => name).sort()).toEqual(['user-7', 'user-9']);
        expect(await accounts.usersByNumbers([])).toEqual([]);
      }));

    test('users are listed by page', () =>
      withStore(backend, async (store) => {
        await createUsers(store, 'ann', 'ben', 'cleo', 'dora', 'emil');
        const names = async (after: number, limit: number) =>
          (await store.accounts.users(user(after), limit)).map((one) => one.name);
        expect(await names(0, 2)).toEqual(['ann', 'ben']);
        expect(await names(2, 2)).toEqual(['cleo', 'dora']);
        expect(await names(4, 2)).toEqual(['emil']);
        expect(await names(5, 2)).toEqual([]);
      }));

    test('M8 last seen only moves forward', () =>
      withStore(backend, async (store) => {
        await createUsers(store, 'ann', 'ben');
        const { accounts } = store;
        await accounts.saveLastSeen([]);
        await accounts.saveLastSeen([1, 2].map((number) => ({ user: user(number), atMs: 50 })));
        await accounts.saveLastSeen([
          { user: user(1), atMs: 40 },
          { user: user(2), atMs: 60 },
        ]);
        expect((await accounts.users(user(0), 9)).map((one) => one.lastSeenMs)).toEqual([50, 60]);
      }));

    test('A2 throttle records are kept by key until they are dropped', () =>
      withStore(backend, async ({ accounts }) => {
        const record = (updatedMs: number) => ({ failures: 3, notBeforeMs: 900, updatedMs });
        expect(await accounts.throttle('a')).toBeUndefined();
        await accounts.saveThrottle('a', { failures: 1, notBeforeMs: 1, updatedMs: 1 });
        await accounts.saveThrottle('a', record(100));
        await accounts.saveThrottle('b', record(200));
        expect(await accounts.throttle('a')).toEqual(record(100));
        await accounts.dropThrottles(200);
        expect(await accounts.throttle('a')).toBeUndefined();
        expect(await accounts.throttle('b')).toEqual(record(200));
      }));
  });
}
